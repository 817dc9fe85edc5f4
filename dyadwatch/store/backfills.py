"""Backfills: the archive, read again for one watch, from new articles to old."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from dyadwatch.errors import Conflict
from dyadwatch.model.backfills import (
    BackfillProgress,
    BackfillScope,
    BackfillView,
    ClaimedBackfill,
    StoredText,
)
from dyadwatch.model.counts import Count
from dyadwatch.store import claims, counts
from dyadwatch.store.queries import Record

# What the watch has tagged comes first: subscribers were notified of that.
QUEUE = claims.Queue(
    "backfills",
    lost="row.ended_at IS NULL",
    condition=" AND EXISTS (SELECT 1 FROM watches WHERE watches.id = row.watch_id AND watches.enabled)"
    " AND (row.scope = 'touched' OR NOT EXISTS (SELECT 1 FROM backfills AS other"
    " WHERE other.watch_id = row.watch_id AND other.scope = 'touched' AND other.due_at IS NOT NULL))",
    count_attempts=True,
)
_ARTICLES = {
    "archive": "articles AS a",
    "touched": "articles AS a JOIN taggings AS t ON t.article_id = a.id AND t.watch_id = :watch",
}
_COUNTED = {
    "archive": "SELECT FROM articles"
    " WHERE first_seen_at >= coalesce(CAST(:since AS timestamptz), '-infinity')",
    "touched": "SELECT FROM taggings WHERE watch_id = :watch",
}
_START = text("""
INSERT INTO backfills (watch_id, scope, notify, since, before_article, total_count, due_at)
SELECT :watch, :scope, :notify, :since, coalesce(max(id), 0) + 1, :total, now() FROM articles
ON CONFLICT (watch_id, scope) DO UPDATE SET notify = excluded.notify, since = excluded.since,
    before_article = excluded.before_article, total_count = excluded.total_count, due_at = now(),
    turn = backfills.turn + 1, attempt_count = 0, read_count = 0, match_count = 0, event_count = 0,
    failure_count = 0, created_at = now(), ended_at = NULL
RETURNING *
""")
_TEXTS = """
SELECT a.id, a.version, a.story_id, a.url, a.title, v.text, a.language,
       coalesce(a.published_at, a.first_seen_at) AS published_at, a.first_seen_at
FROM {articles} JOIN article_versions AS v ON v.article_id = a.id AND v.number = a.version"""
_READ = f"""{_TEXTS}
WHERE a.id < :before AND (CAST(:since AS timestamptz) IS NULL OR a.first_seen_at >= :since)
ORDER BY a.id DESC LIMIT :limit
"""
# By the index of the list of articles, so that none is passed over.
_READ_NEWEST = text(f"""{_TEXTS.format(articles=_ARTICLES["archive"])}
WHERE a.first_seen_at >= coalesce(CAST(:since AS timestamptz), '-infinity')
  AND (a.first_seen_at, a.id)
      < (coalesce(CAST(:before_at AS timestamptz), 'infinity'), CAST(:before AS bigint))
ORDER BY a.first_seen_at DESC, a.id DESC LIMIT :limit
""")
_READS = {scope: text(_READ.format(articles=_ARTICLES[scope])) for scope in _ARTICLES}
_LOCK_RUNNING = text("""
SELECT notify, since FROM backfills
WHERE watch_id = :watch AND scope = 'archive' AND due_at IS NOT NULL FOR UPDATE
""")
_OF_WATCH = text("SELECT * FROM backfills WHERE watch_id = :watch ORDER BY scope")
_SAVE = text("""
UPDATE backfills SET before_article = :before_article, read_count = read_count + :read_count,
    match_count = match_count + :match_count, event_count = event_count + :event_count,
    failure_count = failure_count + :failure_count, attempt_count = 0,
    total_count = CASE WHEN :done THEN read_count + :read_count
                       ELSE greatest(total_count, read_count + :read_count) END,
    due_at = CASE WHEN :done THEN NULL ELSE now() END, ended_at = CASE WHEN :done THEN now() END
WHERE id = :id AND turn = :turn
""")
_LOCK_TURN = text("SELECT 1 FROM backfills WHERE id = :id AND turn = :turn FOR UPDATE")
_DEFER = text("""
UPDATE backfills SET due_at = now() + :delay, attempt_count = attempt_count - 1
WHERE id = :id AND turn = :turn
""")
_LOCK_UNCHANGED = text("""
SELECT a.id FROM articles AS a JOIN unnest(CAST(:ids AS bigint[]), CAST(:versions AS integer[]))
    AS read (id, version) ON read.id = a.id AND read.version = a.version
ORDER BY a.id FOR NO KEY UPDATE OF a
""")
_WITH_ALERT = text("SELECT story_id FROM alerts WHERE watch_id = :watch AND story_id = ANY(:stories)")


def start(db: Connection, watch: str, *, since: datetime | None, notify: bool) -> BackfillView:
    """Makes a backfill of the archive due. Raises Conflict `backfill_running` while one is not done."""
    if db.execute(_LOCK_RUNNING, {"watch": watch}).first() is not None:
        raise Conflict(f"A backfill of the watch {watch!r} is running.", code="backfill_running")
    return _start(db, watch, "archive", since=since, notify=notify)


def restart(db: Connection, watch: str) -> None:
    """Makes the articles due that mention the actors of a watch that was changed.
    A backfill of the archive that is running begins anew."""
    _start(db, watch, "touched", since=None, notify=True)
    running = db.execute(_LOCK_RUNNING, {"watch": watch}).first()
    if running is not None:
        _start(db, watch, "archive", since=running.since, notify=running.notify)


def of_watch(db: Connection, watch: str) -> list[BackfillView]:
    """The last backfill of each scope."""
    return [_view(row) for row in db.execute(_OF_WATCH, {"watch": watch}).mappings()]


def claim(db: Connection) -> ClaimedBackfill | None:
    """Claims a backfill of a watch that is enabled, and counts the attempt."""
    rows = claims.claim(db, QUEUE, limit=1)
    return _claimed(rows[0]) if rows else None


def read(db: Connection, backfill: ClaimedBackfill, *, limit: int) -> list[StoredText]:
    """The next articles of a backfill, newest first."""
    params = {"watch": backfill.watch, "before": backfill.before_article, "since": backfill.since}
    return [StoredText(*row) for row in db.execute(_READS[backfill.scope], {**params, "limit": limit})]


def read_archive(
    db: Connection, *, since: datetime | None, before: StoredText | None, limit: int
) -> list[StoredText]:
    """Articles that a backfill of the archive would read, in the order last seen, those that come after
    `before`."""
    at, article = (before.first_seen_at, before.article) if before else (None, 0)
    params = {"since": since, "before_at": at, "before": article, "limit": limit}
    return [StoredText(*row) for row in db.execute(_READ_NEWEST, params)]


def count_archive(db: Connection, since: datetime | None) -> Count:
    """How many articles a backfill of the archive would read."""
    return counts.count(db, _COUNTED["archive"], {"since": since})


def stories_with_alert(db: Connection, watch: str, stories: Collection[int]) -> set[int]:
    """Those of the stories that a watch has an alert for."""
    return set(db.execute(_WITH_ALERT, {"watch": watch, "stories": list(stories)}).scalars())


def lock(db: Connection, backfill: ClaimedBackfill) -> bool:
    """Keeps others from the backfill until the transaction ends. False where the turn has passed."""
    return db.execute(_LOCK_TURN, {"id": backfill.id, "turn": backfill.turn}).first() is not None


def lock_unchanged(db: Connection, texts: Sequence[StoredText]) -> set[int]:
    """The articles that have still the version that was read, which they keep until the transaction ends."""
    params = {"ids": [each.article for each in texts], "versions": [each.version for each in texts]}
    return set(db.execute(_LOCK_UNCHANGED, params).scalars())


def save(db: Connection, backfill: ClaimedBackfill, progress: BackfillProgress) -> None:
    """Ends the turn. A backfill that is not done is due at once."""
    params = {name: getattr(progress, name) for name in BackfillProgress.__dataclass_fields__}
    db.execute(_SAVE, {**params, "id": backfill.id, "turn": backfill.turn})


def defer(db: Connection, backfill: ClaimedBackfill, delay: timedelta) -> None:
    """Ends the turn without progress, which counts as no attempt."""
    db.execute(_DEFER, {"id": backfill.id, "turn": backfill.turn, "delay": delay})


def _start(
    db: Connection, watch: str, scope: BackfillScope, *, since: datetime | None, notify: bool
) -> BackfillView:
    params = {"watch": watch, "since": since}
    total = counts.count(db, _COUNTED[scope], params).value
    row = db.execute(_START, {**params, "scope": scope, "notify": notify, "total": total}).mappings().one()
    return _view(row)


def _view(row: Record) -> BackfillView:
    return BackfillView(
        watch=row["watch_id"],
        scope=row["scope"],
        state="done" if row["due_at"] is None else "running",
        notify=row["notify"],
        since=row["since"],
        total_count=row["total_count"],
        total_is_estimate=row["due_at"] is not None and row["total_count"] > counts.EXACT,
        read_count=row["read_count"],
        match_count=row["match_count"],
        event_count=row["event_count"],
        failure_count=row["failure_count"],
        created_at=row["created_at"],
        ended_at=row["ended_at"],
    )


def _claimed(row: Record) -> ClaimedBackfill:
    return ClaimedBackfill(
        id=row["id"],
        turn=row["turn"],
        watch=row["watch_id"],
        scope=row["scope"],
        notify=row["notify"],
        since=row["since"],
        before_article=row["before_article"],
        attempts=row["attempt_count"],
    )
