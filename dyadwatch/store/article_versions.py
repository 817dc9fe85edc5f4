"""The versions of articles: every text that was read of one."""

from collections.abc import Collection

from sqlalchemy import Connection, text

from dyadwatch.errors import NotFound
from dyadwatch.model.articles import FullVersionView, NewestText, VersionView
from dyadwatch.store.queries import Query, Rows, run

MAX_VERSIONS = 200  # that are listed
_RECENT = 50  # articles of a source among which paragraphs that several share are looked for
_SHARED = 2  # other articles that make a paragraph no article's own

_NEWEST = text("""
SELECT a.id, a.url, a.page_id, v.number, v.title, v.text, v.snapshot_id, a.not_article, coalesce((
    SELECT array_agg(DISTINCT mention -> 'evidence' ->> 'quote')
    FROM taggings AS t, jsonb_array_elements(t.mentions) AS mention
    WHERE t.article_id = a.id AND t.article_version = a.version AND t.relationship), '{}') AS quotes
FROM articles AS a JOIN article_versions AS v ON v.article_id = a.id AND v.number = a.version
WHERE a.id = (
    SELECT id FROM articles WHERE url = :url
    UNION ALL SELECT article_id FROM article_urls WHERE url = :url
    UNION ALL (SELECT id FROM articles WHERE page_id = :page ORDER BY id DESC LIMIT 1)
    LIMIT 1)
""")
_NEWEST_OF_PAGE = text("SELECT url FROM articles WHERE page_id = :page ORDER BY id DESC LIMIT 1")
_SHARED_PARAGRAPHS = text("""
WITH recent AS MATERIALIZED (
    SELECT v.text FROM articles AS other
    JOIN article_versions AS v ON v.article_id = other.id AND v.number = other.version
    WHERE other.source_id = (SELECT source_id FROM articles WHERE id = :article) AND other.id <> :article
    ORDER BY other.first_seen_at DESC LIMIT :recent
)
SELECT paragraph FROM unnest(CAST(:paragraphs AS text[])) AS paragraph
WHERE (SELECT count(*) FROM recent WHERE position(paragraph IN text) > 0) >= :shared
""")
_ALL = text("""
SELECT number, title, created_at, change FROM article_versions WHERE article_id = :article
ORDER BY number DESC LIMIT :limit
""")
_ONE = text("""
SELECT number, title, created_at, change, text FROM article_versions
WHERE article_id = :article AND number = :number
""")


def newest(db: Connection, url: str, page: int) -> NewestText | None:
    """The current version of the article with this URL, or else of the last one that was read from a page, if
    there is one."""
    return run(db, Query(_NEWEST, {"url": url, "page": page}, _newest))


def newest_of_page(db: Connection, page: int) -> NewestText | None:
    """The current version of the last article that was read from a page, if there is one."""
    url = db.execute(_NEWEST_OF_PAGE, {"page": page}).scalar()
    return newest(db, url, page) if url is not None else None


def shared_paragraphs(db: Connection, article: int, paragraphs: Collection[str]) -> set[str]:
    """Which paragraphs stand in several other recent articles of an article's source."""
    params = {"article": article, "paragraphs": list(paragraphs), "recent": _RECENT, "shared": _SHARED}
    return set(db.execute(_SHARED_PARAGRAPHS, params).scalars())


def of_article(db: Connection, article: int) -> list[VersionView]:
    """The versions of an article, newest first, MAX_VERSIONS at most. Raises NotFound."""
    rows = db.execute(_ALL, {"article": article, "limit": MAX_VERSIONS}).all()
    if not rows:
        raise NotFound(f"There is no article {article}.")
    return [VersionView(*row) for row in rows]


def get(db: Connection, article: int, number: int) -> FullVersionView:
    """Raises NotFound."""
    row = db.execute(_ONE, {"article": article, "number": number}).first()
    if row is None:
        raise NotFound(f"There is no version {number} of article {article}.")
    return FullVersionView(*row)


def _newest(rows: Rows) -> NewestText | None:
    if not rows:
        return None
    row = rows[0]
    return NewestText(
        article=row.id,
        url=row.url,
        page=row.page_id,
        version=row.number,
        title=row.title,
        text=row.text,
        quotes=tuple(row.quotes),
        snapshot=row.snapshot_id,
        not_article=row.not_article,
    )
