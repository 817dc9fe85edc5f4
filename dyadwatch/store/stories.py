"""Stories: articles about the same event, and its alerts."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain

from sqlalchemy import Connection, text

from dyadwatch.errors import NotFound
from dyadwatch.model.articles import ReadArticle
from dyadwatch.model.pagination import ListPage
from dyadwatch.model.stories import StoryAlert, StoryItem, StoryView
from dyadwatch.store import alert_lists, alerts, article_events, articles, story_verdicts
from dyadwatch.store.pagination import Record
from dyadwatch.store.queries import ANY_ID, Query, Rows, nothing
from dyadwatch.stories import ArticleFacts, Report
from dyadwatch.subscriptions import AlertFilter

COMPARED_DAYS = 7  # for which an article may be the same story as others
_MAX_ARTICLES = 200  # shown of one story

_BY_ID = text("SELECT id, title, created_at, merged_into FROM stories WHERE id = :id")
# A story may have an alert of each watch. Inside, `alerts` are the others of the same story.
_NEWEST_OF_STORY = """NOT EXISTS (
    SELECT FROM (SELECT * FROM alerts AS other WHERE other.story_id = alerts.story_id
        AND (other.created_at, other.id) > (alerts.created_at, alerts.id)) AS alerts WHERE {holds})"""
_CREATE = text("INSERT INTO stories (title) SELECT title FROM articles WHERE id = :article RETURNING id")
_IS_THERE = text("SELECT 1 FROM stories WHERE id = :id")
_ITEMS = text("""
SELECT id, title,
    (SELECT first_seen_at FROM articles WHERE story_id = stories.id
     ORDER BY first_seen_at, id LIMIT 1) AS first,
    (SELECT first_seen_at FROM articles WHERE story_id = stories.id
     ORDER BY first_seen_at DESC, id DESC LIMIT 1) AS last
FROM stories WHERE id = ANY(CAST(:ids AS bigint[]))
""")
_ITEM_ALERTS = text("""
SELECT id, story_id, watch_id, state, score, level, event_types, languages,
    coalesce(CAST(document ->> 'copies' AS integer), 0) AS copies, alert_origins(document) AS origin_count,
    coalesce(CAST(document ->> 'unknown_origins' AS integer), 0) AS unknown_origins,
    coalesce(document #> '{sides,reporting}', '[]') AS sides
FROM alerts WHERE story_id = ANY(CAST(:ids AS bigint[])) ORDER BY story_id, id
""")
_ALERTS = text("SELECT id FROM alerts WHERE story_id = :id ORDER BY id")
# In one order for everybody, so that no two transactions wait for each other.
_LOCK_KEYS = text("SELECT pg_advisory_xact_lock(key) FROM unnest(CAST(:keys AS bigint[])) AS key")
_LOCK = text("SELECT coalesce(merged_into, id) AS id FROM stories WHERE id = :id FOR NO KEY UPDATE")
# An array, since the planner cannot know that these are few. Of very many copies the newest say enough.
_CANDIDATES = text("""
SELECT story_id, id, url, origin ->> 'url' AS origin_url, title_key, signature, first_seen_at,
       (SELECT length(text) FROM article_versions
        WHERE article_id = articles.id AND number = articles.version) AS length
FROM articles WHERE id = ANY(ARRAY(
    (
        SELECT id FROM articles
        WHERE md5(title_key) = md5(:title_key) AND title_key = :title_key AND title_key <> ''
            AND first_seen_at > coalesce(CAST(:at AS timestamptz), now()) - make_interval(days => :days)
            AND id < :below
        ORDER BY first_seen_at DESC LIMIT 100
    )
    UNION ALL SELECT id FROM articles WHERE url = :origin_url
    UNION ALL (SELECT id FROM articles WHERE origin ->> 'url' = :url LIMIT 100)
)) AND first_seen_at > coalesce(CAST(:at AS timestamptz), now()) - make_interval(days => :days)
    AND id < :below
ORDER BY first_seen_at, id LIMIT 200
""")


def get(db: Connection, story_id: int) -> StoryView:
    """Raises NotFound."""
    row = db.execute(_BY_ID, {"id": story_id}).first()
    if row is None:
        raise NotFound(f"There is no story {story_id}.")
    return StoryView(
        id=row.id,
        title=row.title,
        created_at=row.created_at,
        articles=tuple(articles.of_story(db, story_id, limit=_MAX_ARTICLES)),
        alerts=tuple(db.execute(_ALERTS, {"id": story_id}).scalars()),
        merged_into=row.merged_into,
        verdicts=story_verdicts.of_story(db, story_id),
    )


def require(db: Connection, story_id: int) -> None:
    """Raises NotFound."""
    if db.execute(_IS_THERE, {"id": story_id}).first() is None:
        raise NotFound(f"There is no story {story_id}.")


def create(db: Connection, article: int) -> int:
    """A story with the title of an article, which is not moved there."""
    story: int = db.execute(_CREATE, {"article": article}).scalar_one()
    return story


def page(db: Connection, filters: AlertFilter, *, limit: int, cursor: str | None) -> ListPage[StoryItem]:
    """The stories that have an alert which passes the filters, in the order of the newest such alert."""
    holds, _ = alerts.condition(db, filters)
    ids = alert_lists.read(
        db,
        "id, created_at, story_id",
        lambda rows: [row.story_id for row in rows],
        filters,
        limit=limit,
        cursor=cursor,
        sort="created",
        kind="stories",
        further=(_NEWEST_OF_STORY.format(holds=holds),),
    )
    params = {"ids": list(ids.data)}
    of_story: defaultdict[int, list[Record]] = defaultdict(list)
    for row in db.execute(_ITEM_ALERTS, params):
        of_story[row.story_id].append(row)
    items = {row.id: _item(row, of_story[row.id]) for row in db.execute(_ITEMS, params)}
    return ListPage(tuple(items[number] for number in ids.data), ids.next)


def lock_similar_query(article: ReadArticle, report: Report) -> Query[None]:
    """Until the transaction ends, no other article is placed that could be a candidate for this one, or this
    one for it: two copies that come in at the same time would each open a story of their own. Articles that
    have no shingle, headline, URL or day of an event in common do not wait for each other."""
    origin_url = _origin_url(article)
    named = (("title", article.title_key), ("url", article.url), ("url", origin_url))
    keys = {*article.shingles, *article_events.lock_keys(report)}
    keys |= {_lock_key(kind, value) for kind, value in named if value}
    return Query(_LOCK_KEYS, {"keys": sorted(keys)}, nothing)


def lock_query(story_id: int) -> Query[int | None]:
    """Until the transaction ends, nobody else changes the alerts of this story. In a transaction that places
    an article this comes after `lock_similar_query`. The story that this one was merged into, which is not
    locked yet; itself where it was not; None where there is none such."""
    return Query(_LOCK, {"id": story_id}, _first_id)


def candidates_query(
    facts: ArticleFacts, *, at: datetime | None = None, below: int = ANY_ID
) -> Query[list[tuple[int, int, ArticleFacts]]]:
    """(story, article, facts) of articles that may tell the same story and were recent at a time, now by
    default, oldest first, of those with an id less than `below`. Two articles are candidates for each other
    only where `lock_similar_query` makes one of them wait for the other."""
    params = {
        "title_key": facts.title_key,
        "url": facts.url,
        "origin_url": facts.origin_url,
        "days": COMPARED_DAYS,
        "at": at,
        "below": below,
    }
    return Query(_CANDIDATES, params, _candidates)


def _item(row: Record, of_story: Sequence[Record]) -> StoryItem:
    return StoryItem(
        id=row.id,
        title=row.title,
        first_seen_at=row.first,
        last_seen_at=row.last,
        copies=max(alert.copies for alert in of_story),
        origin_count=max(alert.origin_count for alert in of_story),
        unknown_origins=max(alert.unknown_origins for alert in of_story),
        sides=_union(alert.sides for alert in of_story),
        languages=_union(alert.languages for alert in of_story),
        event_types=_union(alert.event_types for alert in of_story),
        alerts=tuple(
            StoryAlert(
                id=alert.id,
                watch=alert.watch_id,
                state=alert.state,
                score=alert.score,
                level=alert.level,
                event_types=tuple(alert.event_types),
                copies=alert.copies,
                origin_count=alert.origin_count,
                unknown_origins=alert.unknown_origins,
            )
            for alert in of_story
        ),
    )


def _union(values: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(sorted(set(chain.from_iterable(values))))


def _candidates(rows: Rows) -> list[tuple[int, int, ArticleFacts]]:
    return [(row.story_id, row.id, _facts(row)) for row in rows]


def _first_id(rows: Rows) -> int | None:
    return rows[0].id if rows else None


def _origin_url(article: ReadArticle) -> str | None:
    return article.extracted.origin.url if article.extracted.origin else None


def _lock_key(kind: str, value: str) -> int:
    digest = hashlib.blake2b(
        value.encode("utf-8", "surrogatepass"), digest_size=8, person=kind.encode()
    ).digest()
    return int.from_bytes(digest, "big", signed=True)


def _facts(row: Record) -> ArticleFacts:
    return ArticleFacts(
        url=row.url,
        origin_url=row.origin_url,
        title_key=row.title_key,
        signature=row.signature,
        length=row.length,
        first_seen_at=row.first_seen_at,
    )
