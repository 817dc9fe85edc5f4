"""Moves of articles between stories, by archive runs that place them again: what is compared of an article,
which moves a run has decided on, and what they come to."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import orjson
from pydantic import TypeAdapter
from sqlalchemy import Connection, text

from dyadwatch.model.archive_runs import NewMove, StoryMove
from dyadwatch.model.articles import JoinedBy
from dyadwatch.model.mentions import Occasion
from dyadwatch.store.queries import Query, Rows, nothing, run
from dyadwatch.stories import ArticleFacts, Report

_OCCASION = TypeAdapter(Occasion)
_MAX_WATCHES = 3  # by which an article is joined, as in article_events.of_verdicts
_SHOWN = 20
_MAX_EARLIER = 500  # articles of one story

# Copies go where their text goes. Of the articles that have events of the watch :watch.
HAS_EVENTS = """copy_of IS NULL
    AND EXISTS (SELECT FROM article_events WHERE article_id = articles.id AND watch_id = :watch AND main)"""

# Whatever an analyst had a say in stays: the articles that were moved, and all of the stories that these left
# or went into.
_READ = """
SELECT a.id, a.story_id, a.url, a.origin ->> 'url' AS origin_url, a.title_key, a.signature, a.first_seen_at,
    coalesce(a.published_at, a.first_seen_at) AS published_at, a.language, length(v.text) AS length,
    coalesce(a.joined_by ->> 'kind' = 'verdict', false)
        OR EXISTS (SELECT FROM story_verdicts WHERE story_id = a.story_id)
        OR EXISTS (SELECT FROM story_verdicts WHERE into_id = a.story_id) AS is_held,
    (SELECT jsonb_agg(jsonb_build_array(event.watch_id, event.occasion)
                      ORDER BY t.score DESC, event.watch_id, event.number)
     FROM article_events AS event JOIN taggings AS t
         ON t.article_id = event.article_id AND t.watch_id = event.watch_id
     WHERE event.article_id = a.id AND event.main) AS events
FROM articles AS a JOIN article_versions AS v ON v.article_id = a.id AND v.number = a.version
WHERE a.id = ANY(ARRAY(SELECT id FROM articles WHERE id > :after AND {condition} ORDER BY id LIMIT :limit))
ORDER BY a.id
"""
_READ_ALL, _READ_OF_WATCH = (
    text(_READ.format(condition=condition)) for condition in ("copy_of IS NULL", HAS_EVENTS)
)
_EARLIER = text("""
SELECT id FROM articles WHERE story_id = :story AND id < :article AND copy_of IS NULL ORDER BY id LIMIT :limit
""")
_PLACES = text("""
SELECT article_id, coalesce(into_story, -founder) AS story FROM archive_run_moves
WHERE run_id = :run AND NOT is_copy
""")
# With the copies of its text that are in the same story.
_RECORD = text("""
INSERT INTO archive_run_moves (run_id, article_id, from_story, into_story, founder, is_copy, joined_by)
SELECT :run, a.id, a.story_id, :into, :founder, a.id <> :article, CAST(:joined_by AS jsonb)
FROM articles AS a WHERE a.story_id = :story AND (a.id = :article OR a.copy_of = :article)
ON CONFLICT (run_id, article_id) DO NOTHING
""")
_LOCK_STORIES = text("""
SELECT id FROM stories WHERE id = ANY(:ids) AND merged_into IS NULL ORDER BY id FOR NO KEY UPDATE
""")
_HELD = text("""
SELECT story_id FROM story_verdicts WHERE story_id = ANY(:ids)
UNION SELECT into_id FROM story_verdicts WHERE into_id = ANY(:ids)
""")
_IN_PLACE = text("""
SELECT a.id FROM articles AS a
JOIN unnest(CAST(:articles AS bigint[]), CAST(:stories AS bigint[])) AS read (id, story)
    ON read.id = a.id AND read.story = a.story_id AND a.copy_of IS NULL
ORDER BY a.id FOR NO KEY UPDATE OF a
""")
_MOVE = text("""
UPDATE articles SET story_id = :into, joined_by = CAST(:joined_by AS jsonb)
WHERE story_id = :story AND (id = :article OR copy_of = :article)
""")
_EMPTY = text("""
SELECT story.id FROM unnest(CAST(:ids AS bigint[])) AS story (id)
WHERE NOT EXISTS (SELECT FROM articles WHERE story_id = story.id) ORDER BY 1
""")
_WATCHES = text("""
SELECT DISTINCT story_id, watch_id FROM alerts WHERE story_id = ANY(:ids)
UNION SELECT story_id, watch_id FROM articles JOIN taggings ON article_id = articles.id AND relationship
WHERE story_id = ANY(:ids) ORDER BY 1, 2
""")
# What the moves of a run come to for the alerts: a story has one where an article of it carries the
# relationship. Of each article of the stories concerned: where it was before the run, and where it is after.
_ALERTS = text("""
WITH moves AS MATERIALIZED (
    SELECT article_id, from_story, coalesce(into_story, -founder) AS into_story FROM archive_run_moves
    WHERE run_id = :run
), touched AS (
    SELECT from_story AS story FROM moves UNION SELECT into_story FROM moves
), member AS (
    SELECT article_id AS id, from_story AS before, into_story AS after FROM moves
    UNION ALL SELECT id, story_id, story_id FROM articles
    WHERE story_id = ANY(ARRAY(SELECT story FROM touched))
        AND NOT EXISTS (SELECT FROM moves WHERE article_id = articles.id)
), carrying AS (
    SELECT watch_id, before, after FROM member JOIN taggings ON article_id = member.id AND relationship
), placed AS (
    SELECT watch_id, before AS story, true AS carried, before = after AS carries FROM carrying
    UNION ALL SELECT watch_id, after, false, true FROM carrying WHERE before <> after
), alert AS (
    SELECT bool_or(carried) AS carried, bool_or(carries) AS carries, bool_and(carried AND carries) AS is_same
    FROM placed GROUP BY watch_id, story
)
SELECT count(*) FILTER (WHERE NOT carried) AS created,
    count(*) FILTER (WHERE carried AND carries AND NOT is_same) AS updated,
    count(*) FILTER (WHERE NOT carries) AS withdrawn
FROM alert
""")
_OF_RUN = text("""
SELECT move.article_id AS article, url, title, from_story AS story, into_story AS "into", move.joined_by
FROM archive_run_moves AS move JOIN articles ON articles.id = move.article_id
WHERE run_id = :run AND NOT is_copy ORDER BY move.article_id LIMIT :limit
""")


@dataclass(frozen=True, slots=True)
class PlacedArticle:
    """An article in its story, and what is compared of it. What `is_held` stays there."""

    id: int
    story: int
    facts: ArticleFacts
    report: Report
    is_held: bool


def read(db: Connection, *, watch: str | None, after: int, limit: int) -> list[PlacedArticle]:
    """The next articles by id, those with events of a watch where one is named, without copies, which go
    where their text goes."""
    params = {"watch": watch, "after": after, "limit": limit}
    return run(db, Query(_READ_ALL if watch is None else _READ_OF_WATCH, params, _placed))


def places(db: Connection, run_id: int) -> dict[int, int]:
    """The story that each article is in after the moves of a run so far: its id, or minus that of the article
    that begins it."""
    return run(db, Query(_PLACES, {"run": run_id}, lambda rows: {row.article_id: row.story for row in rows}))


def earlier(db: Connection, article: PlacedArticle) -> list[int]:
    """The articles of its story that came before one."""
    params = {"story": article.story, "article": article.id, "limit": _MAX_EARLIER}
    return run(db, Query(_EARLIER, params, lambda rows: [row.id for row in rows]))


def record(db: Connection, run_id: int, moves: Iterable[NewMove]) -> None:
    """Keeps moves, each with the copies of the article."""
    for move in moves:
        run(db, Query(_RECORD, {"run": run_id, **_params(move), "founder": move.founder}, nothing))


def lock(db: Connection, moves: Sequence[NewMove]) -> list[NewMove]:
    """The moves of articles that are still where they were read, between stories that stand and that no
    analyst has had a say in meanwhile; so they stay until the transaction ends."""
    ids = sorted({id_ for move in moves for id_ in (move.story, move.into) if id_ is not None})
    standing = set(db.execute(_LOCK_STORIES, {"ids": ids}).scalars())
    standing -= set(db.execute(_HELD, {"ids": ids}).scalars()) & {move.story for move in moves}
    kept = [move for move in moves if {move.story, move.into} - {None} <= standing]
    params = {"articles": [move.article for move in kept], "stories": [move.story for move in kept]}
    in_place = set(db.execute(_IN_PLACE, params).scalars())
    return [move for move in kept if move.article in in_place]


def move(db: Connection, one: NewMove) -> None:
    """Moves an article into a story, with the copies of its text. Both stories are locked."""
    run(db, Query(_MOVE, _params(one), nothing))


def empty(db: Connection, stories: Collection[int]) -> Sequence[int]:
    """Those of the stories that have no article."""
    return db.execute(_EMPTY, {"ids": list(stories)}).scalars().all()


def alert_keys(db: Connection, stories: Collection[int]) -> list[tuple[int, str]]:
    """(story, watch) of the alerts that the stories have or are to have, in one order for everybody."""
    return [(row.story_id, row.watch_id) for row in db.execute(_WATCHES, {"ids": list(stories)})]


def count_alerts(db: Connection, run_id: int) -> tuple[int, int, int]:
    """How many alerts the moves of a run create, update and withdraw."""
    row = db.execute(_ALERTS, {"run": run_id}).one()
    return row.created, row.updated, row.withdrawn


def of_run(db: Connection, run_id: int) -> tuple[StoryMove, ...]:
    """The first moves of a run."""
    return run(db, Query(_OF_RUN, {"run": run_id, "limit": _SHOWN}, _moves))


def _params(one: NewMove) -> dict[str, object]:
    joined_by = orjson.dumps(one.joined_by).decode() if one.joined_by else None
    return {"article": one.article, "story": one.story, "into": one.into, "joined_by": joined_by}


def _moves(rows: Rows) -> tuple[StoryMove, ...]:
    return tuple(
        StoryMove(
            row.article,
            row.url,
            row.title,
            row.story,
            row.into,
            None if row.joined_by is None else JoinedBy(**row.joined_by),
        )
        for row in rows
    )


def _placed(rows: Rows) -> list[PlacedArticle]:
    return [
        PlacedArticle(
            id=row.id,
            story=row.story_id,
            facts=ArticleFacts(
                url=row.url,
                origin_url=row.origin_url,
                title_key=row.title_key,
                signature=row.signature,
                length=row.length,
                first_seen_at=row.first_seen_at,
            ),
            report=Report(_events(row), row.published_at, row.language, row.title_key, row.signature),
            is_held=row.is_held,
        )
        for row in rows
    ]


def _events(row: object) -> dict[str, list[Occasion]]:
    """The main events of the watches by which an article is joined, the surest first."""
    events: dict[str, list[Occasion]] = {}
    for watch, occasion in getattr(row, "events", None) or ():
        if watch in events or len(events) < _MAX_WATCHES:
            events.setdefault(watch, []).append(_OCCASION.validate_python(occasion))
    return events
