"""Stories: articles about the same event, and its alerts."""

import hashlib
from datetime import datetime

from sqlalchemy import Connection, text

from dyadwatch.errors import NotFound
from dyadwatch.model.articles import ReadArticle
from dyadwatch.model.stories import StoryView
from dyadwatch.store import article_events, articles, story_verdicts
from dyadwatch.store.pagination import Record
from dyadwatch.store.queries import ANY_ID, Query, Rows, nothing
from dyadwatch.stories import ArticleFacts, Report

COMPARED_DAYS = 7  # for which an article may be the same story as others
_MAX_ARTICLES = 200  # shown of one story

_BY_ID = text("SELECT id, title, created_at, merged_into FROM stories WHERE id = :id")
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
