"""What is stored of an address, in one query: its page, that page's newest snapshot, feeds, article."""

from sqlalchemy import Connection, text

from dyadwatch import urls
from dyadwatch.model.traces import StoredPath
from dyadwatch.store.columns import failure_from_column

_MAX_FEEDS = 5
_PATH = text("""
WITH page AS (SELECT * FROM pages WHERE url = :url),
newest AS (
    SELECT s.* FROM page CROSS JOIN LATERAL
        (SELECT * FROM snapshots WHERE page_id = page.id ORDER BY id DESC LIMIT 1) AS s
)
SELECT page.id AS page, page.state, page.due_at, page.last_fetched_at AS fetched_at,
    page.last_status AS status, page.last_error AS error, newest.id AS snapshot, newest.url AS answered_at,
    newest.due_at AS tag_due_at, newest.last_error AS tag_error,
    ARRAY(SELECT DISTINCT feeds.url FROM entries JOIN feeds ON feeds.id = entries.feed_id
        WHERE entries.page_id = page.id ORDER BY feeds.url LIMIT :feeds) AS feeds,
    coalesce(
        (SELECT id FROM articles WHERE url = :url),
        (SELECT article_id FROM article_urls WHERE url = :url),
        (SELECT id FROM articles WHERE page_id = page.id ORDER BY id DESC LIMIT 1)
    ) AS article
FROM (SELECT 1) AS one LEFT JOIN page ON true LEFT JOIN newest ON true
""")


_ARTICLE_AT = text("""
SELECT id FROM articles WHERE url = :url
UNION ALL SELECT article_id FROM article_urls WHERE url = :url LIMIT 1
""")


def find(db: Connection, url: str) -> StoredPath:
    """What is stored of a normalised URL; without a page and an article where nothing is. The article is that
    of the address to which redirects led where nothing was read under this one."""
    row = dict(db.execute(_PATH, {"url": url, "feeds": _MAX_FEEDS}).mappings().one())
    if row["article"] is None and row["answered_at"] is not None and row["tag_error"] is None:
        row["article"] = article_at(db, urls.normalise(row["answered_at"]))
    failures = {name: failure_from_column(row[name]) for name in ("error", "tag_error")}
    return StoredPath(**{**row, **failures, "feeds": tuple(row["feeds"])})


def article_at(db: Connection, url: str) -> int | None:
    """The id of the article that a normalised URL is known by."""
    return db.execute(_ARTICLE_AT, {"url": url}).scalar()
