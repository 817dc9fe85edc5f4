"""Claims to origins: what is known of an article as to whose text it is, and what was made of that."""

from collections.abc import Collection, Mapping

import orjson
from sqlalchemy import Connection, text

from dyadwatch.model.articles import Origin, OriginClaim, StoredClaim
from dyadwatch.model.entries import EntrySource
from dyadwatch.store.columns import SOURCE_REF, source_ref
from dyadwatch.store.queries import Query, Rows, nothing, run

# The articles of each text, those with an id of :articles and their copies.
_OF_TEXTS = text(f"""
SELECT a.id, a.url, coalesce(a.copy_of, a.id) AS root, a.story_id, a.origin, a.origin_claim, named.*,
    {SOURCE_REF} AS source
FROM articles AS a LEFT JOIN sources AS s ON s.id = a.source_id
LEFT JOIN LATERAL (
    SELECT source_name, source_url FROM entries
    WHERE page_id = a.page_id AND coalesce(source_name, source_url) <> '' ORDER BY id LIMIT 1
) AS named ON true
WHERE a.id = ANY(:articles) OR a.copy_of = ANY(:articles) ORDER BY a.id
""")  # noqa: S608  # constant SQL
_OF_SOURCE = text("""
SELECT DISTINCT coalesce(copy_of, id) AS root FROM articles
WHERE story_id = ANY(:stories) AND source_id = :source
""")
_SAVE = text("""
UPDATE articles SET origin_claim = new.claim
FROM unnest(CAST(:ids AS bigint[]), CAST(:claims AS jsonb[])) AS new (id, claim) WHERE articles.id = new.id
""")


def of_texts(db: Connection, roots: Collection[int]) -> list[StoredClaim]:
    """The articles of some texts, which are named by the first article of each."""
    return run(db, Query(_OF_TEXTS, {"articles": list(roots)}, _stored))


def texts_of(db: Connection, source: int, stories: Collection[int]) -> list[int]:
    """The texts that a source published in some stories, each by its first article."""
    params = {"source": source, "stories": list(stories)}
    return run(db, Query(_OF_SOURCE, params, lambda rows: [row.root for row in rows]))


def save(db: Connection, claims: Mapping[int, OriginClaim]) -> None:
    """Stores claims by article. Their stories are locked; `copies.share_origin` tells what follows."""
    params = {"ids": list(claims), "claims": [orjson.dumps(claim).decode() for claim in claims.values()]}
    run(db, Query(_SAVE, params, nothing))


def _stored(rows: Rows) -> list[StoredClaim]:
    return [
        StoredClaim(
            article=row.id,
            url=row.url,
            root=row.root,
            story=row.story_id,
            source=source_ref(row.source),
            origin=Origin(**row.origin) if row.origin else None,
            entry_source=(
                EntrySource(row.source_name, row.source_url) if row.source_name or row.source_url else None
            ),
            claim=OriginClaim(**row.origin_claim) if row.origin_claim else None,
        )
        for row in rows
    ]
