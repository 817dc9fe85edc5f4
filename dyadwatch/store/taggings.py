"""Taggings: the verdict of each watch on the current version of an article."""

from collections.abc import Mapping

from pydantic import TypeAdapter
from sqlalchemy import Connection, text

from dyadwatch.errors import NotFound
from dyadwatch.model.alerts import AlertMention, AlertOrigin, Carrier, FurtherCarriers
from dyadwatch.model.articles import ArticleRef
from dyadwatch.model.mentions import Mention, Tagged
from dyadwatch.model.taggings import TaggingView
from dyadwatch.store import article_events, tagging_rows
from dyadwatch.store.pagination import Record
from dyadwatch.store.queries import Query, Rows, nothing, run_together

_MENTIONS_OF_ARTICLE = TypeAdapter(tuple[Mention, ...])
_MENTIONS = TypeAdapter(tuple[AlertMention, ...])
_QUOTED = 100  # articles of a story whose mentions are read for its alert
_ARTICLE_EXISTS = text("SELECT 1 FROM articles WHERE id = :id")
_OF_ARTICLE = text("""
SELECT watch_id AS watch, watch_version, tagger_version, article_version, tagged_at, relationship, score,
       level, event_types, mentions, whole
FROM taggings WHERE article_id = :article ORDER BY watch_id
""")
_CARRIED = text("SELECT watch_id, mentions FROM taggings WHERE article_id = :article AND relationship")
_DELETE_OTHERS = text("""
DELETE FROM taggings WHERE article_id = :article AND watch_id = ANY(:tagged_with) AND watch_id <> ALL(:stored)
""")
# An article from before origins were identified counts by what it credits, or else by its publisher.
_STATED_ORIGIN = "coalesce(a.origin ->> 'agency', a.origin ->> 'publisher', sources.name)"
_ORIGIN = f"""CASE WHEN a.origin_key IS NOT NULL
    THEN jsonb_build_array(a.origin_key, a.origin_name, a.origin_known)
    WHEN {_STATED_ORIGIN} <> ''
    THEN jsonb_build_array('name:' || lower({_STATED_ORIGIN}), {_STATED_ORIGIN}, true) END"""
_CARRYING = """
FROM taggings t JOIN articles a ON a.id = t.article_id LEFT JOIN sources ON sources.id = a.source_id
WHERE t.watch_id = :watch AND a.story_id = :story AND t.relationship ORDER BY a.first_seen_at, a.id
"""
# Mentions are long: they are read when it is known of which articles.
_CARRIERS = text(f"""
SELECT a.id, a.url, a.title, a.published_at, a.published_source, a.published_precision, a.status, a.language,
       a.first_seen_at,
       a.source_id, sources.name AS source, sources.side, {_ORIGIN} AS origin,
       t.article_version, t.score, t.level, t.mentions,
       coalesce(CAST(t.whole ->> 'relevance' AS double precision), 0) AS relevance
FROM (SELECT a.id {_CARRYING} LIMIT :quoted) AS first
JOIN articles a ON a.id = first.id JOIN taggings t ON t.article_id = a.id AND t.watch_id = :watch
LEFT JOIN sources ON sources.id = a.source_id ORDER BY a.first_seen_at, a.id
""")  # noqa: S608  # constant SQL
_FURTHER_CARRIERS = text(f"""
SELECT count(*) AS copies, coalesce(max(score), 0) AS score,
    coalesce(max(relevance), 0) AS relevance, coalesce(array_agg(DISTINCT level), '{{}}') AS levels,
    coalesce(array_agg(DISTINCT language) FILTER (WHERE language <> ''), '{{}}') AS languages,
    coalesce(array_agg(DISTINCT source_id) FILTER (WHERE source_id IS NOT NULL), '{{}}') AS source_ids,
    coalesce(array_agg(DISTINCT side) FILTER (WHERE side <> ''), '{{}}') AS sides,
    coalesce(jsonb_agg(DISTINCT origin) FILTER (WHERE origin IS NOT NULL), '[]') AS origins
FROM (
    SELECT t.score, t.level, CAST(t.whole ->> 'relevance' AS double precision) AS relevance,
        a.language, a.source_id, sources.side, {_ORIGIN} AS origin
    {_CARRYING} OFFSET :quoted
) AS further
""")  # noqa: S608


def of_article(db: Connection, article_id: int) -> list[TaggingView]:
    """The taggings of the current version of an article, in order of the watches. Raises NotFound."""
    if db.execute(_ARTICLE_EXISTS, {"id": article_id}).first() is None:
        raise NotFound(f"There is no article {article_id}.")
    return [tagging_rows.view(row) for row in db.execute(_OF_ARTICLE, {"article": article_id}).mappings()]


def save(
    db: Connection,
    article: int,
    version: int,
    verdicts: Mapping[str, Tagged],
    *,
    tagged_with: Mapping[str, int],
    tagger_version: str,
    new: bool = False,
) -> dict[str, tuple[Mention, ...]]:
    """Replaces the taggings and events of an article by `verdicts`, those of its current version by watch;
    one that is `new` has none yet. `tagged_with` maps each watch whose verdict counts to its version.
    Returns, by the watches whose relationship the article carried before or carries now, the mentions of
    before."""
    rows = [
        tagging_rows.row(
            tagged, article, version, watch_version=tagged_with[watch], tagger_version=tagger_version
        )
        for watch, tagged in verdicts.items()
        if watch in tagged_with and is_kept(tagged)
    ]
    statements = [tagging_rows.replace_query(rows)] if rows else []
    statements += article_events.save_queries(article, verdicts, tagged_with, new=new)
    carried: dict[str, tuple[Mention, ...]] = {row.watch_id: () for row in rows if row.relationship}
    if new:
        run_together(db, *statements)
        return carried
    others = {"article": article, "tagged_with": list(tagged_with), "stored": [row.watch_id for row in rows]}
    carried_before: dict[str, tuple[Mention, ...]]
    _, carried_before, *_ = run_together(
        db,
        tagging_rows.keep_query([article], tagged_with, tagger_version),
        Query(_CARRIED, {"article": article}, _mentions_by_watch),
        Query(_DELETE_OTHERS, others, nothing),
        *statements,
    )
    return carried | carried_before


def is_kept(tagged: Tagged) -> bool:
    """Whether a verdict is stored: one with nothing to show for it is not."""
    return bool(tagged.mentions or tagged.suppressed)


def carriers_query(watch: str, story: int) -> Query[tuple[Carrier, ...]]:
    """The first articles of a story that carry the relationship of a watch, in the order first seen, with
    their mentions, which many copies repeat."""
    return Query(_CARRIERS, {"watch": watch, "story": story, "quoted": _QUOTED}, _carriers)


def further_carriers_query(watch: str, story: int) -> Query[FurtherCarriers]:
    """What the articles add that come after those of `carriers_query`."""
    return Query(_FURTHER_CARRIERS, {"watch": watch, "story": story, "quoted": _QUOTED}, _further_carriers)


def _mentions_by_watch(rows: Rows) -> dict[str, tuple[Mention, ...]]:
    return {row.watch_id: _MENTIONS_OF_ARTICLE.validate_python(row.mentions) for row in rows}


def _carriers(rows: Rows) -> tuple[Carrier, ...]:
    return tuple(_carrier(row) for row in rows)


def _further_carriers(rows: Rows) -> FurtherCarriers:
    row = rows[0]
    return FurtherCarriers(
        copies=row.copies,
        score=row.score,
        levels=tuple(row.levels),
        languages=tuple(row.languages),
        source_ids=tuple(row.source_ids),
        origins=tuple(AlertOrigin(*origin) for origin in row.origins),
        sides=tuple(row.sides),
        relevance=row.relevance,
    )


def _carrier(row: Record) -> Carrier:
    return Carrier(
        article=ArticleRef(
            row.id,
            row.url,
            row.title,
            row.source,
            row.published_at,
            row.published_source,
            row.published_precision,
            row.status,
        ),
        source_id=row.source_id,
        language=row.language,
        origin=None if row.origin is None else AlertOrigin(*row.origin),
        score=row.score,
        level=row.level,
        side=row.side,
        relevance=row.relevance,
        first_seen_at=row.first_seen_at,
        mentions=_MENTIONS.validate_python(
            [
                {**mention, "article": row.id, "article_version": row.article_version}
                for mention in row.mentions
            ]
        ),
    )
