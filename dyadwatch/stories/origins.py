"""Origins: from whom an article comes, by what it says of that and by who published it."""

from dyadwatch.model.articles import Origin, OriginClaim
from dyadwatch.model.sources import SourceRef
from dyadwatch.text.words import word_key


def claim_origin(origin: Origin | None, source: SourceRef | None) -> OriginClaim | None:
    """Whose text an article is as far as it says so itself: the agency it credits, the publisher it names,
    else its own publisher; None where none is known. A publisher of which no more is known than that there is
    one does not count as independent of others."""
    if origin and origin.agency:
        return OriginClaim(f"name:{word_key(origin.agency)}", origin.agency, "credit", known=True)
    if origin and origin.publisher:
        return OriginClaim(f"name:{word_key(origin.publisher)}", origin.publisher, "named", known=False)
    if source is None:
        return None
    known = any((source.country, source.side, source.ownership))
    return OriginClaim(f"name:{word_key(source.name)}", source.name, "source", known=known)
