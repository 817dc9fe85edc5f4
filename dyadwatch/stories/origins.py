"""Origins: from whom an article comes, by what it says of that and by who published it."""

from dataclasses import replace
from urllib.parse import urlsplit

from dyadwatch import publishers, urls
from dyadwatch.model.articles import Origin, OriginBasis, OriginClaim
from dyadwatch.model.entries import EntrySource
from dyadwatch.model.publishers import Publisher
from dyadwatch.model.sources import SourceRef
from dyadwatch.text.words import word_key


def claim_origin(
    url: str,
    source: SourceRef | None,
    origin: Origin | None = None,
    entry_source: EntrySource | None = None,
) -> OriginClaim:
    """Whose text an article is as far as it says so itself: the agency it credits, the publisher it names,
    the source that its feed names, the site of its canonical link, else whoever published it. Those of one
    family are one origin; of whom nothing is known never counts as independent of others, whomever it names:
    that its text is theirs is known only where an article of theirs shares it (see `store.copies`)."""
    own = _own(url, source)
    own_keys = {own.key, _of_site(url, "source").key, f"name:{word_key(own.name)}"}
    origin, entry_source = origin or Origin(), entry_source or EntrySource()
    stated = (
        _stated("credit", origin.agency, None),
        _stated("named", origin.publisher, origin.url if origin.publisher else None),
        _stated("entry", entry_source.name, entry_source.url),
        _stated("canonical", None, origin.url),
    )
    claim = next((claim for claim in stated if claim and claim.key not in own_keys), own)
    return replace(claim, known=claim.known and own.known, carrier_known=own.known)


def _own(url: str, source: SourceRef | None) -> OriginClaim:
    """What is known of whoever published an article."""
    publisher = publishers.by_slug(source.publisher) if source else publishers.at(url)
    basis: OriginBasis = "agency" if publisher and publisher.agency else "source"
    if source is None:
        return _of_publisher(publisher, basis) if publisher else _of_site(url, basis)
    if source.family:
        return OriginClaim(f"family:{word_key(source.family)}", source.name, basis, known=True)
    known = any((source.country, source.side, source.ownership))
    return OriginClaim(f"source:{source.id}", source.name, basis, known=known)


def _stated(basis: OriginBasis, name: str | None, url: str | None) -> OriginClaim | None:
    """The origin of a name or an address, None where neither is stated."""
    publisher = publishers.by_name(name) or publishers.at(url)
    if publisher is not None:
        return _of_publisher(publisher, basis)
    if name:
        return OriginClaim(f"name:{word_key(name)}", name, basis, known=False)
    return _of_site(url, basis) if url else None


def _of_publisher(publisher: Publisher, basis: OriginBasis) -> OriginClaim:
    return OriginClaim(f"family:{word_key(publisher.family)}", publisher.names[0], basis, known=True)


def _of_site(url: str, basis: OriginBasis) -> OriginClaim:
    return OriginClaim(f"site:{_site(url)}", _site(url), basis, known=False)


def _site(url: str) -> str:
    """The registrable domain, or the host where there is none."""
    host = urlsplit(url).hostname or ""
    return urls.registrable_domain(host) or host
