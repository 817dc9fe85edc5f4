"""Backfills: archive runs that read the archive again for one watch, from new articles to old."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, text

from dyadwatch.errors import Conflict
from dyadwatch.model.archive_runs import ArchiveCounts, ArchiveScope, StoredText
from dyadwatch.model.backfills import BackfillView
from dyadwatch.model.counts import Count
from dyadwatch.store import archive_runs, counts
from dyadwatch.store.queries import Record

_ARCHIVE = "SELECT FROM articles WHERE first_seen_at >= coalesce(CAST(:since AS timestamptz), '-infinity')"
_DELETE = text("DELETE FROM archive_runs WHERE kind = 'backfill' AND watch_id = :watch AND scope = :scope")
# By the index of the list of articles, so that none is passed over.
_READ_NEWEST = text(f"""{archive_runs.TEXTS.format(joined="")}
WHERE a.first_seen_at >= coalesce(CAST(:since AS timestamptz), '-infinity')
  AND (a.first_seen_at, a.id)
      < (coalesce(CAST(:before_at AS timestamptz), 'infinity'), CAST(:before AS bigint))
ORDER BY a.first_seen_at DESC, a.id DESC LIMIT :limit
""")
_LOCK_RUNNING = text("""
SELECT notify, since FROM archive_runs
WHERE kind = 'backfill' AND watch_id = :watch AND scope = 'archive' AND due_at IS NOT NULL FOR UPDATE
""")
_OF_WATCH = text("""
SELECT * FROM archive_runs WHERE kind = 'backfill' AND watch_id = :watch ORDER BY scope
""")
_WITH_ALERT = text("SELECT story_id FROM alerts WHERE watch_id = :watch AND story_id = ANY(:stories)")


def start(db: Connection, watch: str, *, since: datetime | None, notify: bool) -> BackfillView:
    """Makes a backfill of the archive due. Raises Conflict `backfill_running` while one is not done."""
    if db.execute(_LOCK_RUNNING, {"watch": watch}).first() is not None:
        raise Conflict(f"A backfill of the watch {watch!r} is running.", code="backfill_running")
    _start(db, watch, "archive", since=since, notify=notify)
    return next(view for view in of_watch(db, watch) if view.scope == "archive")


def restart(db: Connection, watch: str, *, notify: bool = True) -> None:
    """Makes the articles due that mention the actors of a watch that was changed.
    A backfill of the archive that is running begins anew."""
    _start(db, watch, "touched", since=None, notify=notify)
    running = db.execute(_LOCK_RUNNING, {"watch": watch}).first()
    if running is not None:
        _start(db, watch, "archive", since=running.since, notify=running.notify)


def of_watch(db: Connection, watch: str) -> list[BackfillView]:
    """The last backfill of each scope."""
    return [_view(row) for row in db.execute(_OF_WATCH, {"watch": watch}).mappings()]


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
    return counts.count(db, _ARCHIVE, {"since": since})


def stories_with_alert(db: Connection, watch: str, stories: Collection[int]) -> set[int]:
    """Those of the stories that a watch has an alert for."""
    return set(db.execute(_WITH_ALERT, {"watch": watch, "stories": list(stories)}).scalars())


def _start(db: Connection, watch: str, scope: ArchiveScope, *, since: datetime | None, notify: bool) -> None:
    """In place of the last one, whose runner saves nothing more."""
    db.execute(_DELETE, {"watch": watch, "scope": scope})
    archive_runs.add(db, "backfill", scope, watch=watch, since=since, dry_run=False, notify=notify)


def _view(row: Record) -> BackfillView:
    progress = ArchiveCounts(**row["counts"])
    return BackfillView(
        watch=row["watch_id"],
        scope=row["scope"],
        state="done" if row["due_at"] is None else "running",
        notify=row["notify"],
        since=row["since"],
        total_count=row["total_count"],
        total_is_estimate=row["due_at"] is not None and row["total_count"] > counts.EXACT,
        read_count=progress.read,
        match_count=progress.matches,
        event_count=progress.alerts_created + progress.alerts_updated + progress.alerts_withdrawn,
        failure_count=progress.failures,
        created_at=row["created_at"],
        ended_at=row["ended_at"],
    )
