"""Redirects: at which address the pages of a source were answered."""

from sqlalchemy import Connection, text

from dyadwatch.model.snapshots import ClaimedSnapshot
from dyadwatch.store import claims

# Others of the source that were asked for elsewhere, for another headline.
_OTHERS = """
SELECT other.page_id FROM snapshots AS other JOIN pages ON pages.id = other.page_id
WHERE md5(other.url) = md5(:url) AND other.url = :url AND other.page_id <> :page AND pages.url <> other.url
    AND pages.source_id IS NOT DISTINCT FROM CAST(:source AS bigint)
    AND EXISTS (SELECT FROM entries WHERE entries.page_id = other.page_id AND entries.title <> :title)
"""
_ANY = text(f"{_OTHERS} LIMIT 1")
_HAS_ARTICLE = text("SELECT FROM articles WHERE url = :url AND page_id = :page")
# Those of which that page was read as their article.
_MAKE_OTHERS_DUE = claims.make_due_statement(
    "snapshots",
    f"row.page_id IN ({_OTHERS}) AND row.page_id = (SELECT page_id FROM articles WHERE url = :url"  # noqa: S608  # constant SQL
    " AND not_article IS DISTINCT FROM 'shared_page')"
    " AND row.id = (SELECT max(id) FROM snapshots AS newest WHERE newest.page_id = row.page_id)",
    changes=", attempt_count = 0",
)


def is_shared(db: Connection, snapshot: ClaimedSnapshot, headline: str) -> bool:
    """Whether pages of other headlines of the same source were answered where a snapshot was."""
    return db.execute(_ANY, _parameters(snapshot, headline)).first() is not None


def has_article(db: Connection, snapshot: ClaimedSnapshot) -> bool:
    """Whether an article was read from the page under the address at which it was answered."""
    params = {"url": snapshot.url, "page": snapshot.page}
    return db.execute(_HAS_ARTICLE, params).first() is not None


def retag_others(db: Connection, snapshot: ClaimedSnapshot, headline: str) -> None:
    """Makes those due again that were read as articles before it was known that the page is shared."""
    db.execute(_MAKE_OTHERS_DUE, _parameters(snapshot, headline))


def _parameters(snapshot: ClaimedSnapshot, headline: str) -> dict[str, object]:
    return {"url": snapshot.url, "page": snapshot.page, "source": snapshot.source, "title": headline}
