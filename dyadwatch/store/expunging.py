"""Expunging: what is stored of one article or source is removed wholly."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from dyadwatch.errors import NotFound
from dyadwatch.model.expunging import ExpungeCounts

_EXISTS = {
    "article": text("SELECT 1 FROM articles WHERE id = :id"),
    "source": text("SELECT 1 FROM sources WHERE id = :id"),
}
# An article was read from its page, and from others whose canonical URL is its own.
_PAGES_OF_ARTICLES = """
    SELECT page_id FROM articles WHERE id = ANY(:articles) AND page_id IS NOT NULL
    UNION SELECT pages.id FROM articles JOIN pages ON pages.url = articles.url
    WHERE articles.id = ANY(:articles)
    UNION SELECT snapshots.page_id FROM article_versions JOIN snapshots ON snapshots.id = snapshot_id
    WHERE article_id = ANY(:articles)"""
_COUNT = text(f"""
WITH pages_of AS ({_PAGES_OF_ARTICLES} UNION SELECT id FROM pages WHERE source_id = :source),
alerts_of AS (
    SELECT alerts.id FROM articles JOIN alerts ON alerts.story_id = articles.story_id
        AND alerts.document @> jsonb_build_object('articles', jsonb_build_array(
            jsonb_build_object('id', articles.id)))
    WHERE articles.id = ANY(:articles))
SELECT cardinality(CAST(:articles AS bigint[])) AS articles,
    (SELECT count(*) FROM article_versions WHERE article_id = ANY(:articles)) AS versions,
    (SELECT count(*) FROM pages_of) AS pages,
    (SELECT count(*) FROM snapshots WHERE page_id IN (SELECT * FROM pages_of)) AS snapshots,
    (SELECT count(*) FROM entries WHERE page_id IN (SELECT * FROM pages_of)
        OR feed_id IN (SELECT id FROM feeds WHERE source_id = :source)) AS entries,
    (SELECT count(DISTINCT id) FROM alerts_of) AS alerts,
    (SELECT count(*) FROM alert_events WHERE alert_id IN (SELECT id FROM alerts_of) AND body <> '') AS events
""")  # noqa: S608  # constant SQL
_ARTICLES_OF_SOURCE = text("SELECT id FROM articles WHERE source_id = :source ORDER BY id")
_STORY = text("SELECT story_id FROM articles WHERE id = :article FOR UPDATE")
_PAGES = text(_PAGES_OF_ARTICLES)
_DELETE_SNAPSHOTS = text("DELETE FROM snapshots WHERE page_id = ANY(:pages)")
# The page and its entries stay without content, so that a feed that still has them does not bring it back.
_EMPTY_ENTRIES = text("""
UPDATE entries SET title = '', summary = NULL, content = NULL, authors = '{}', source_name = NULL,
    source_url = NULL
WHERE page_id = ANY(:pages)
""")
_CLOSE_PAGES = text("""
UPDATE pages SET state = 'expunged', due_at = NULL, turn = turn + 1, etag = NULL, last_modified = NULL,
    last_error = NULL
WHERE id = ANY(:pages)
""")
_DELETE_ARTICLE = text("""
WITH shingle AS (DELETE FROM article_shingles WHERE article_id = :article),
verdict AS (
    UPDATE alert_verdicts SET evidence = NULL
    WHERE evidence IS NOT NULL AND CAST(evidence ->> 'article' AS bigint) = :article
)
DELETE FROM articles WHERE id = :article
""")
_WATCHES = text("SELECT watch_id FROM alerts WHERE story_id = :story ORDER BY watch_id")
_RENAME_STORY = text("""
UPDATE stories SET title = coalesce(
    (SELECT title FROM articles WHERE story_id = :story ORDER BY first_seen_at, id LIMIT 1), '')
WHERE id = :story
""")
_DELETE_PAGES = text("""
DELETE FROM pages WHERE id IN (SELECT id FROM pages WHERE source_id = :source LIMIT :limit)
""")


def count_article(db: Connection, article_id: int) -> ExpungeCounts:
    """What there is of an article. Raises NotFound."""
    _require(db, "article", article_id)
    return ExpungeCounts(**db.execute(_COUNT, {"articles": [article_id], "source": None}).mappings().one())


def count_source(db: Connection, source_id: int) -> ExpungeCounts:
    """What there is of a source. Raises NotFound."""
    _require(db, "source", source_id)
    params = {"articles": articles_of(db, source_id), "source": source_id}
    return ExpungeCounts(**db.execute(_COUNT, params).mappings().one())


def articles_of(db: Connection, source_id: int) -> Sequence[int]:
    """The ids of a source's articles."""
    return db.execute(_ARTICLES_OF_SOURCE, {"source": source_id}).scalars().all()


def delete_article(db: Connection, article_id: int) -> int | None:
    """Removes an article with its texts and taggings, the snapshots of its pages, and what feeds say of
    them. Returns its story, None where there is no such article."""
    story: int | None = db.execute(_STORY, {"article": article_id}).scalar_one_or_none()
    if story is None:
        return None
    pages = {"pages": db.execute(_PAGES, {"articles": [article_id]}).scalars().all()}
    for statement in (_DELETE_SNAPSHOTS, _EMPTY_ENTRIES, _CLOSE_PAGES):
        db.execute(statement, pages)
    db.execute(_DELETE_ARTICLE, {"article": article_id})
    db.execute(_RENAME_STORY, {"story": story})
    return story


def watches_of(db: Connection, story: int) -> Sequence[str]:
    """The watches that have an alert for a story."""
    return db.execute(_WATCHES, {"story": story}).scalars().all()


def delete_pages(db: Connection, source_id: int, *, limit: int) -> int:
    """Removes at most `limit` pages of a source with their snapshots. Returns how many."""
    return db.execute(_DELETE_PAGES, {"source": source_id, "limit": limit}).rowcount


def _require(db: Connection, kind: str, row_id: int) -> None:
    if db.execute(_EXISTS[kind], {"id": row_id}).first() is None:
        raise NotFound(f"There is no {kind} {row_id}.")
