"""Articles as shown: listed without their text, and one by one with it. Tagging writes them (tag.py)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, text

from dyadwatch.errors import NotFound
from dyadwatch.model.articles import ArticleView, FullArticleView, Origin
from dyadwatch.model.pagination import ListPage
from dyadwatch.model.sources import SourceRef
from dyadwatch.store import pagination

_COLUMNS = text(
    "a.id, a.url, a.title, a.authors, a.published_at, a.language, a.first_seen_at, a.updated_at, a.version,"
    " a.story_id, a.origin, a.dek, a.section, a.modified_at, a.not_article, a.source_id, s.name AS source_name, s.country AS source_country,"
    " s.side AS source_side, s.language AS source_language, s.ownership AS source_ownership"
)
_ALL = select(_COLUMNS).select_from(text("articles a LEFT JOIN sources s ON s.id = a.source_id"))
_FULL = (
    select(_COLUMNS, text("v.text, a.author_note, a.image_caption"))
    .select_from(
        text(
            "articles a LEFT JOIN sources s ON s.id = a.source_id"
            " JOIN article_versions v ON v.article_id = a.id AND v.number = a.version"
        )
    )
    .where(text("a.id = :id"))
)
# What narrows a list, by the name of the filter.
_NARROW = {
    "source": text("a.source_id = :source"),
    "language": text("a.language = :language"),
    "since": text("a.first_seen_at >= :since"),
    "until": text("a.first_seen_at < :until"),
    "q": text("to_tsvector('simple', a.title) @@ websearch_to_tsquery('simple', :q)"),
    "watch": text(
        "EXISTS (SELECT 1 FROM taggings t WHERE t.article_id = a.id AND t.watch_id = :watch AND t.relationship)"
    ),
}


def get(db: Connection, article_id: int) -> FullArticleView:
    """An article with the text of its current version. Raises NotFound."""
    row = db.execute(_FULL, {"id": article_id}).first()
    if row is None:
        raise NotFound(f"There is no article {article_id}.")
    return FullArticleView(
        **_values(row), text=row.text, author_note=row.author_note, image_caption=row.image_caption
    )


def page(  # noqa: PLR0913  (each is a filter of the list, by keyword)
    db: Connection,
    *,
    source: int | None = None,
    language: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    q: str | None = None,
    watch: str | None = None,
    limit: int,
    cursor: str | None,
) -> ListPage[ArticleView]:
    """Articles, those first seen last at the top; `since` and `until` bound first_seen_at, `q` are words of the
    title, `watch` keeps those that tell of its relationship."""
    asked = {"source": source, "language": language, "since": since, "until": until, "q": q, "watch": watch}
    given = {name: value for name, value in asked.items() if value is not None}
    query = _ALL.where(*(_NARROW[name] for name in given))
    return pagination.read(
        db, query, given, views, kind="articles", limit=limit, cursor=cursor, at="first_seen_at", table="a."
    )


def of_story(db: Connection, story_id: int, *, most: int) -> list[ArticleView]:
    """The articles of a story in the order seen, `most` at the utmost."""
    query = _ALL.where(text("a.story_id = :story")).order_by(text("a.first_seen_at, a.id")).limit(most)
    return views(db.execute(query, {"story": story_id}).all())


def views(rows: Sequence[pagination.Record]) -> list[ArticleView]:
    """Rows of this module's columns as they are shown."""
    return [ArticleView(**_values(row)) for row in rows]


def _values(row: pagination.Record) -> dict[str, Any]:
    source = None
    if row.source_id is not None:
        source = SourceRef(
            id=row.source_id,
            name=row.source_name,
            country=row.source_country,
            side=row.source_side,
            language=row.source_language,
            ownership=row.source_ownership,
        )
    return {
        "id": row.id,
        "url": row.url,
        "title": row.title,
        "authors": tuple(row.authors),
        "published_at": row.published_at,
        "language": row.language,
        "source": source,
        "first_seen_at": row.first_seen_at,
        "updated_at": row.updated_at,
        "version": row.version,
        "story": row.story_id,
        "origin": None if row.origin is None else Origin(**row.origin),
        "dek": row.dek,
        "section": row.section,
        "modified_at": row.modified_at,
        "not_article": row.not_article,
    }
