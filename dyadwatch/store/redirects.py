"""Redirects: at which address the pages of a source were answered, and which of them say the same."""

from typing import NamedTuple

from sqlalchemy import Connection, text

from dyadwatch.model.snapshots import ClaimedSnapshot
from dyadwatch.store import claims

_NOTE = text("""
UPDATE snapshots SET unrelated_text = :text WHERE id = :id AND unrelated_text IS DISTINCT FROM :text
""")
# Others of the source, for another headline, that were answered at one address, or with one text, which tells
# nothing of their headlines.
_OTHERS = """
SELECT other.page_id FROM (
    SELECT page_id, url FROM snapshots WHERE md5(url) = md5(:url) AND url = :url AND CAST(:moved AS boolean)
    UNION ALL SELECT page_id, NULL FROM snapshots WHERE unrelated_text = :text
) AS other JOIN pages ON pages.id = other.page_id
WHERE other.page_id <> :page AND pages.url IS DISTINCT FROM other.url
    AND pages.source_id IS NOT DISTINCT FROM CAST(:source AS bigint)
    AND EXISTS (SELECT FROM entries WHERE entries.page_id = other.page_id AND entries.title <> :title)
"""
_ANY = text(f"{_OTHERS} LIMIT 1")
_IS_MISTAKEN = """
(articles.not_article IN ('shared_page', 'feed_only') OR (articles.url = :url AND CAST(:moved AS boolean))
 OR EXISTS (SELECT FROM article_versions JOIN snapshots ON snapshots.id = snapshot_id
            WHERE article_id = articles.id AND number = articles.version AND unrelated_text = :text)) IS TRUE
"""
_ARTICLE = text(f"SELECT url, {_IS_MISTAKEN} FROM articles WHERE page_id = :page ORDER BY id LIMIT 1")  # noqa: S608
# Those of which that page was read as their article.
_MAKE_OTHERS_DUE = claims.make_due_statement(
    "snapshots",
    f"row.page_id IN ({_OTHERS}) AND EXISTS (SELECT FROM articles WHERE articles.page_id = row.page_id"  # noqa: S608
    f" AND not_article IS DISTINCT FROM 'shared_page' AND {_IS_MISTAKEN})"
    " AND row.id = (SELECT max(id) FROM snapshots AS newest WHERE newest.page_id = row.page_id)",
    changes=", attempt_count = 0",
)


class KeptArticle(NamedTuple):
    """The article that is kept of a page; `mistaken` where it was read from a shared page, or is only what
    the feed says."""

    url: str
    mistaken: bool


def note(db: Connection, snapshot: ClaimedSnapshot, text_hash: str) -> None:
    """Remembers what was read where nothing tells of the headline."""
    db.execute(_NOTE, {"id": snapshot.id, "text": text_hash})


def is_shared(db: Connection, snapshot: ClaimedSnapshot, headline: str, text_hash: str | None) -> bool:
    """Whether pages of other headlines of the same source were answered where a snapshot was, or say the same
    and nothing of their headlines either."""
    return db.execute(_ANY, _parameters(snapshot, headline, text_hash)).first() is not None


def kept_article(db: Connection, snapshot: ClaimedSnapshot, text_hash: str | None) -> KeptArticle | None:
    """The article that is kept of the page of a snapshot."""
    row = db.execute(_ARTICLE, _parameters(snapshot, "", text_hash)).first()
    return None if row is None else KeptArticle(*row)


def retag_others(db: Connection, snapshot: ClaimedSnapshot, headline: str, text_hash: str | None) -> None:
    """Makes those due again that were read as articles before it was known that the page is shared."""
    db.execute(_MAKE_OTHERS_DUE, _parameters(snapshot, headline, text_hash))


def _parameters(snapshot: ClaimedSnapshot, headline: str, text_hash: str | None) -> dict[str, object]:
    return {
        "url": snapshot.url,
        "moved": snapshot.url != snapshot.page_url,
        "text": text_hash,
        "page": snapshot.page,
        "source": snapshot.source,
        "title": headline,
    }
