"""Events of articles: what each tells of the actors of a watch, by which reports of one event are found."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

import orjson
from pydantic import TypeAdapter
from sqlalchemy import text

from dyadwatch.model.mentions import Occasion, Tagged
from dyadwatch.store.queries import ANY_ID, Query, Rows, nothing
from dyadwatch.stories import NEAR, Report, main_events, news_day

_OCCASION = TypeAdapter(Occasion)
_MAX_WATCHES = 3  # by which an article is joined, those that it is surest of
_LOCKED = timedelta(days=NEAR // 2 + 1)  # on either side: what is NEAR has a day in common

_DELETE = text("DELETE FROM article_events WHERE article_id = :article AND watch_id = ANY(:watches)")
_SAVE = text("""
INSERT INTO article_events (article_id, watch_id, number, day, main, occasion)
SELECT :article, :watch, number, coalesce(
        CAST(day AS date), CAST(coalesce(published_at, first_seen_at) AT TIME ZONE 'UTC' AS date)),
    number <= :main, CAST(occasion AS jsonb)
FROM articles, unnest(CAST(:days AS text[]), CAST(:occasions AS text[])) WITH ORDINALITY
    AS event (day, occasion, number)
WHERE articles.id = :article AND EXISTS (
    SELECT 1 FROM taggings WHERE article_id = :article AND watch_id = :watch)
""")
# An array, since the planner cannot know that these are few. Day by day, since of each the index has the
# newest first: a pair that is reported a thousand times a day costs no more than others.
_CANDIDATES = text("""
SELECT articles.id, story_id, coalesce(published_at, first_seen_at) AS published_at, language, title_key,
    signature, event.watch_id, event.occasion
FROM articles JOIN article_events AS event ON event.article_id = articles.id AND event.main
WHERE articles.id = ANY(ARRAY(
    SELECT newest.article_id FROM unnest(
        CAST(:watches AS text[]), CAST(:lows AS date[]), CAST(:highs AS date[])
    ) AS wanted (watch, low, high), LATERAL (
        SELECT of_day.article_id FROM generate_series(0, high - low) AS place, LATERAL (
            SELECT article_id FROM article_events
            WHERE watch_id = wanted.watch AND day = wanted.low + place AND main AND article_id < :below
            ORDER BY article_id DESC LIMIT 200
        ) AS of_day
        ORDER BY 1 DESC LIMIT 200
    ) AS newest
    UNION ALL (
        SELECT id FROM articles
        WHERE md5(title_key) = md5(:title_key) AND title_key = :title_key AND title_key <> ''
            AND first_seen_at > coalesce(CAST(:at AS timestamptz), now()) - interval '7 days'
            AND id < :below
        ORDER BY first_seen_at DESC LIMIT 100
    )
)) AND event.watch_id = ANY(:watches) AND copy_of IS NULL
ORDER BY articles.id, event.watch_id, event.number
""")


def save_queries(
    article: int, verdicts: Mapping[str, Tagged], tagged_with: Collection[str], *, new: bool
) -> Iterator[Query[None]]:
    """Replaces the events of an article by those of `verdicts`, of the watches whose verdict counts. They
    come after the taggings."""
    if not new:
        yield Query(_DELETE, {"article": article, "watches": list(tagged_with)}, nothing)
    for watch, tagged in verdicts.items():
        if watch in tagged_with and tagged.events:
            yield Query(_SAVE, _params(article, watch, tagged.events), nothing)


def of_verdicts(verdicts: Mapping[str, Tagged]) -> dict[str, Sequence[Occasion]]:
    """The events of the watches by which an article is joined."""
    carried = [tagged for tagged in verdicts.values() if tagged.events]
    carried.sort(key=lambda tagged: (-tagged.score, tagged.watch))
    return {tagged.watch: main_events(tagged.events) for tagged in carried[:_MAX_WATCHES]}


def lock_keys(report: Report) -> set[int]:
    """The keys of the locks that two articles have in common where one is a candidate for the other."""
    return {
        _lock_key(f"{watch} {low + timedelta(days=number)}")
        for watch, low, high in _spans(report, _LOCKED)
        for number in range((high - low).days + 1)
    }


def candidates_query(
    report: Report, *, at: datetime | None = None, below: int = ANY_ID
) -> Query[list[tuple[int, int, Report]]]:
    """(story, article, report) of articles that may report the same event: of one watch and about the same
    day; and of those with the same headline, recent `at` a time, now by default, which may report another.
    Copies are not among them, nor articles from the id `below` on."""
    spans = list(_spans(report, timedelta(days=NEAR)))
    params = {
        "watches": [watch for watch, _, _ in spans],
        "lows": [low for _, low, _ in spans],
        "highs": [high for _, _, high in spans],
        "title_key": report.title_key if spans else "",
        "at": at,
        "below": below,
    }
    return Query(_CANDIDATES, params, _candidates)


def _spans(report: Report, around: timedelta) -> Iterator[tuple[str, date, date]]:
    published = report.published_at.date()
    for watch, events in report.events.items():
        for day in {news_day(event, published) for event in events}:
            yield watch, day - around, day + around


def _lock_key(value: str) -> int:
    digest = hashlib.blake2b(value.encode(), digest_size=8, person=b"event").digest()
    return int.from_bytes(digest, "big", signed=True)


def _params(article: int, watch: str, events: Sequence[Occasion]) -> dict[str, Any]:
    days = [None if one.retrospective or one.last is None else one.last.isoformat() for one in events]
    return {
        "article": article,
        "watch": watch,
        "days": days,
        "main": len(main_events(events)),
        "occasions": [orjson.dumps(one).decode() for one in events],
    }


def _candidates(rows: Rows) -> list[tuple[int, int, Report]]:
    return [_candidate(list(group)) for _, group in groupby(rows, key=lambda row: row.id)]


def _candidate(rows: Rows) -> tuple[int, int, Report]:
    events: dict[str, list[Occasion]] = {}
    for row in rows:
        events.setdefault(row.watch_id, []).append(_OCCASION.validate_python(row.occasion))
    first = rows[0]
    report = Report(events, first.published_at, first.language, first.title_key, first.signature)
    return first.story_id, first.id, report
