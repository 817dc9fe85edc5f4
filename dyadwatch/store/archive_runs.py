"""Archive runs: stored texts that are tagged again, story by story, from new to old; for one watch article by
article (store/backfills.py); or placed in stories again (store/story_moves.py); and alerts that name a source
which was changed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

import orjson
from pydantic import TypeAdapter
from sqlalchemy import Connection, TextClause, text

from dyadwatch.errors import Conflict, NotFound
from dyadwatch.model.archive_runs import (
    ArchiveCounts,
    ArchiveKind,
    ArchiveRunView,
    ArchiveScope,
    ClaimedArchiveRun,
    StoredText,
    StoryMove,
    TaggingExample,
)
from dyadwatch.store import claims, counts, story_moves
from dyadwatch.store.queries import Record

# What a watch has tagged comes first when that changes: subscribers were notified of it; then what a guard
# would change, which a person waits for. What is new goes before all others.
QUEUE = claims.Queue(
    "archive_runs",
    lost="row.ended_at IS NULL",
    condition=""" AND CASE WHEN row.kind = 'backfill' THEN
        EXISTS (SELECT FROM watches WHERE watches.id = row.watch_id AND watches.enabled)
        AND (row.scope = 'touched' OR NOT EXISTS (
            SELECT FROM archive_runs AS other WHERE other.watch_id = row.watch_id AND other.kind = 'backfill'
                AND other.scope = 'touched' AND other.due_at IS NOT NULL))
    ELSE row.guard_id IS NOT NULL OR NOT EXISTS (SELECT FROM snapshots WHERE due_at <= now()) END""",
    order="row.kind <> 'backfill', row.guard_id IS NULL, row.due_at",
    count_attempts=True,
)
_EXAMPLES = TypeAdapter(tuple[TaggingExample, ...])
_SHOWN = 50
_COUNTED = {
    "restory": "SELECT FROM articles WHERE copy_of IS NULL",
    "events": f"SELECT FROM articles WHERE {story_moves.HAS_EVENTS}",
    "refresh": "SELECT FROM alerts WHERE source_ids @> ARRAY[CAST(:source AS bigint)]",
    "archive": "SELECT FROM articles"
    " WHERE first_seen_at >= coalesce(CAST(:since AS timestamptz), '-infinity')",
    "touched": "SELECT FROM taggings WHERE watch_id = :watch",
}
_ADD = text("""
INSERT INTO archive_runs
    (kind, watch_id, scope, since, guard_id, source_id, dry_run, notify, before_story, before_article,
     total_count, counts, due_at)
SELECT :kind, :watch, :scope, :since, :guard, :source, :dry_run, :notify,
    (SELECT coalesce(max(story_id), 0) + 1 FROM articles),
    CASE WHEN :kind = 'backfill' THEN (SELECT coalesce(max(id), 0) + 1 FROM articles) ELSE 0 END,
    :total, CAST(:counts AS jsonb), now() + :delay
ON CONFLICT DO NOTHING RETURNING *
""")
_NOTIFY = text("""
UPDATE archive_runs SET notify = true
WHERE watch_id = :watch AND kind = 'restory' AND ended_at IS NULL AND attempt_count = 0 AND after_article = 0
""")
_BY_IDS = text("SELECT * FROM archive_runs WHERE id = ANY(:ids)")
_BY_ID = text("SELECT * FROM archive_runs WHERE id = :id")
_NEWEST = text("SELECT * FROM archive_runs ORDER BY id DESC LIMIT :limit")
_STOP = text("""
UPDATE archive_runs SET due_at = NULL, turn = turn + 1, stopped = stopped OR ended_at IS NULL,
    ended_at = coalesce(ended_at, now()) WHERE id = :id
RETURNING *
""")
_ALERTS_OF_SOURCE = text("""
SELECT id, watch_id, story_id FROM alerts
WHERE source_ids @> ARRAY[CAST(:source AS bigint)] AND id > :after ORDER BY id LIMIT :limit
""")
TEXTS = """
SELECT a.id, a.version, a.story_id, a.url, a.title, v.text, a.language,
       coalesce(a.published_at, a.first_seen_at) AS published_at, a.first_seen_at
FROM articles AS a {joined} JOIN article_versions AS v ON v.article_id = a.id AND v.number = a.version
"""
_BY_STORY = """
WHERE a.story_id <= :before_story AND (a.story_id, a.id) < (:before_story, :before_article)
ORDER BY a.story_id DESC, a.id DESC LIMIT :limit
"""
_BY_ARTICLE = """
WHERE a.id < :before_article AND (CAST(:since AS timestamptz) IS NULL OR a.first_seen_at >= :since)
ORDER BY a.id DESC LIMIT :limit
"""
_OF_WATCH = "JOIN taggings AS t ON t.article_id = a.id AND t.watch_id = :watch"
# In a backfill articles are few for each story, and by id those of a watch are read by an index.
_READS: Mapping[tuple[bool, ArchiveScope], TextClause] = {
    (False, "archive"): text(TEXTS.format(joined="") + _BY_STORY),
    (False, "touched"): text(TEXTS.format(joined=_OF_WATCH) + _BY_STORY),
    (True, "archive"): text(TEXTS.format(joined="") + _BY_ARTICLE),
    (True, "touched"): text(TEXTS.format(joined=_OF_WATCH) + _BY_ARTICLE),
}
_LOCK_TURN = text("SELECT 1 FROM archive_runs WHERE id = :id AND turn = :turn FOR UPDATE")
# Stories before their articles, in one order, as whoever changes both does.
_LOCK_STORIES = text("SELECT 1 FROM stories WHERE id = ANY(:stories) ORDER BY id FOR NO KEY UPDATE")
_LOCK_UNCHANGED = text("""
SELECT a.id FROM articles AS a
JOIN unnest(CAST(:ids AS bigint[]), CAST(:versions AS integer[]), CAST(:stories AS bigint[]))
    AS read (id, version, story) ON read.id = a.id AND read.version = a.version AND read.story = a.story_id
ORDER BY a.id FOR NO KEY UPDATE OF a
""")
_SAVE = text("""
UPDATE archive_runs SET before_story = :story, before_article = :article, counts = CAST(:counts AS jsonb),
    examples = CAST(:examples AS jsonb), attempt_count = 0,
    total_count = CASE WHEN :done THEN :read_count ELSE greatest(total_count, :read_count) END,
    due_at = CASE WHEN :done THEN NULL ELSE now() END, ended_at = CASE WHEN :done THEN now() END
WHERE id = :id AND turn = :turn
""")
_SAVE_PLACEMENTS = text("""
UPDATE archive_runs SET after_article = :article, counts = CAST(:counts AS jsonb), attempt_count = 0,
    total_count = CASE WHEN :done THEN :read_count ELSE greatest(total_count, :read_count) END,
    due_at = CASE WHEN :done THEN NULL ELSE now() END, ended_at = CASE WHEN :done THEN now() END
WHERE id = :id AND turn = :turn
""")
_DEFER = text("""
UPDATE archive_runs SET due_at = now() + :delay, attempt_count = attempt_count - 1
WHERE id = :id AND turn = :turn
""")


def start(
    db: Connection,
    *,
    watch: str | None = None,
    dry_run: bool,
    notify: bool,
    guard: int | None = None,
    kind: ArchiveKind = "retag",
) -> ArchiveRunView:
    """Makes a run due; with a guard, one over what its watch has tagged, beside whatever else runs. Raises
    Conflict `archive_run_running` while one like it is not done: of the same guard, or of any kind without
    one."""
    scope: ArchiveScope = "archive" if guard is None else "touched"
    return add(db, kind, scope, watch=watch, dry_run=dry_run, notify=notify, guard=guard)


def add(  # noqa: PLR0913  (by keyword)
    db: Connection,
    kind: ArchiveKind,
    scope: ArchiveScope,
    *,
    watch: str | None,
    dry_run: bool,
    notify: bool,
    guard: int | None = None,
    since: datetime | None = None,
) -> ArchiveRunView:
    """Makes a run due. Raises Conflict `archive_run_running` while one is not done that it excludes."""
    row = _add(db, kind, scope, watch=watch, dry_run=dry_run, notify=notify, guard=guard, since=since)
    if row is None:
        raise Conflict("An archive run is not done yet.", code="archive_run_running")
    return _view(row, ())


def follow(db: Connection, watch: str, *, notify: bool, delay: timedelta = timedelta(0)) -> None:
    """Makes a restory due of the articles that a watch has events of, unless one is that has not begun; that
    notifies then too."""
    begun = _add(db, "restory", "touched", watch=watch, dry_run=False, notify=notify, delay=delay)
    if begun is None and notify:
        db.execute(_NOTIFY, {"watch": watch})


def refresh(db: Connection, source: int) -> None:
    """Makes the alerts due that name a source, again where a run over them has begun."""
    _add(db, "refresh", "touched", watch=None, dry_run=False, notify=False, source=source)


def alerts_of_source(db: Connection, run: ClaimedArchiveRun, *, limit: int) -> list[tuple[int, str, int]]:
    """The next alerts that name the source of a refresh: id, watch, story."""
    params = {"source": run.source, "after": run.after_article, "limit": limit}
    return [tuple(row) for row in db.execute(_ALERTS_OF_SOURCE, params)]


def _add(  # noqa: PLR0913  (by keyword)
    db: Connection,
    kind: ArchiveKind,
    scope: ArchiveScope,
    *,
    watch: str | None,
    dry_run: bool,
    notify: bool,
    guard: int | None = None,
    since: datetime | None = None,
    source: int | None = None,
    delay: timedelta = timedelta(0),
) -> Record | None:
    """None where one is not done that it excludes."""
    counted = "events" if kind == "restory" and watch else kind if kind in _COUNTED else scope
    wanted = {"watch": watch, "since": since, "source": source}
    params = {
        **wanted,
        "kind": kind,
        "scope": scope,
        "guard": guard,
        "dry_run": dry_run,
        "notify": notify,
        "total": counts.count(db, _COUNTED[counted], wanted).value,
        "counts": _json(ArchiveCounts()),
        "delay": delay,
    }
    return db.execute(_ADD, params).mappings().first()


def get(db: Connection, run_id: int) -> ArchiveRunView:
    """Raises NotFound."""
    return _one(db, db.execute(_BY_ID, {"id": run_id}).mappings().first(), run_id)


def by_ids(db: Connection, run_ids: Sequence[int]) -> dict[int, ArchiveRunView]:
    """Runs by id."""
    rows = db.execute(_BY_IDS, {"ids": list(run_ids)}).mappings() if run_ids else ()
    return {row["id"]: _view(row, story_moves.of_run(db, row["id"])) for row in list(rows)}


def newest(db: Connection) -> list[ArchiveRunView]:
    """The last runs, the last started first."""
    rows = db.execute(_NEWEST, {"limit": _SHOWN}).mappings().all()
    return [_view(row, story_moves.of_run(db, row["id"])) for row in rows]


def stop(db: Connection, run_id: int) -> ArchiveRunView:
    """Ends a run where it is; what a backfill left to the run that follows is done. Raises NotFound."""
    row = db.execute(_STOP, {"id": run_id}).mappings().first()
    if row is not None and row["kind"] == "backfill" and row["notify"] and not row["dry_run"]:
        follow(db, row["watch_id"], notify=True)
    return _one(db, row, run_id)


def claim(db: Connection) -> ClaimedArchiveRun | None:
    """Claims the run that is due, when no snapshot is, and counts the attempt."""
    rows = claims.claim(db, QUEUE, limit=1)
    return _claimed(rows[0]) if rows else None


def read(db: Connection, run: ClaimedArchiveRun, *, limit: int) -> list[StoredText]:
    """The next articles, those of a story together but in a backfill."""
    params = {
        "before_story": run.before_story,
        "before_article": run.before_article,
        "watch": run.watch,
        "since": run.since,
        "limit": limit,
    }
    statement = _READS[run.is_backfill, run.scope]
    return [StoredText(*row) for row in db.execute(statement, params)]


def lock(db: Connection, run: ClaimedArchiveRun) -> bool:
    """Keeps others from the run until the transaction ends. False where the turn has passed."""
    return db.execute(_LOCK_TURN, {"id": run.id, "turn": run.turn}).first() is not None


def lock_stories(db: Connection, stories: Collection[int]) -> None:
    """Keeps others from stories and their alerts until the transaction ends."""
    db.execute(_LOCK_STORIES, {"stories": sorted(set(stories))})


def lock_unchanged(db: Connection, texts: Sequence[StoredText]) -> Collection[int]:
    """The articles that are still of the version and the story that were read, and stay so until the
    transaction ends."""
    stories = [each.story for each in texts]
    lock_stories(db, stories)
    params = {"ids": [each.article for each in texts], "versions": [each.version for each in texts]}
    return set(db.execute(_LOCK_UNCHANGED, {**params, "stories": stories}).scalars())


def save(
    db: Connection,
    run: ClaimedArchiveRun,
    last: StoredText | None,
    progress: ArchiveCounts,
    examples: Sequence[TaggingExample],
    *,
    done: bool,
) -> None:
    """Ends the turn after the article `last`. A run that is not done is due at once."""
    params = {
        "id": run.id,
        "turn": run.turn,
        "story": last.story if last else run.before_story,
        "article": last.article if last else run.before_article,
        "counts": _json(progress),
        "examples": orjson.dumps(examples).decode(),
        "read_count": progress.read,
        "done": done,
    }
    db.execute(_SAVE, params)


def save_placements(
    db: Connection, run: ClaimedArchiveRun, after_article: int, progress: ArchiveCounts, *, done: bool
) -> None:
    """Ends the turn of a restory after an article, of a refresh after an alert. A run that is not
    done is due at once."""
    params = {
        "id": run.id,
        "turn": run.turn,
        "article": after_article,
        "counts": _json(progress),
        "read_count": progress.read,
        "done": done,
    }
    db.execute(_SAVE_PLACEMENTS, params)


def defer(db: Connection, run: ClaimedArchiveRun, delay: timedelta) -> None:
    """Ends the turn without progress, which counts as no attempt."""
    db.execute(_DEFER, {"id": run.id, "turn": run.turn, "delay": delay})


def _one(db: Connection, row: Record | None, run_id: int) -> ArchiveRunView:
    if row is None:
        raise NotFound(f"There is no archive run {run_id}.")
    return _view(row, story_moves.of_run(db, run_id))


def _json(progress: ArchiveCounts) -> str:
    return orjson.dumps(asdict(progress)).decode()


def _view(row: Record, moves: tuple[StoryMove, ...]) -> ArchiveRunView:
    return ArchiveRunView(
        id=row["id"],
        kind=row["kind"],
        state="running" if row["ended_at"] is None else "stopped" if row["stopped"] else "done",
        watch=row["watch_id"],
        guard=row["guard_id"],
        source=row["source_id"],
        dry_run=row["dry_run"],
        notify=row["notify"],
        total_count=row["total_count"],
        total_is_estimate=row["ended_at"] is None and row["total_count"] > counts.EXACT,
        counts=ArchiveCounts(**row["counts"]),
        examples=_EXAMPLES.validate_python(row["examples"]),
        moves=moves,
        created_at=row["created_at"],
        ended_at=row["ended_at"],
    )


def _claimed(row: Record) -> ClaimedArchiveRun:
    return ClaimedArchiveRun(
        id=row["id"],
        turn=row["turn"],
        watch=row["watch_id"],
        dry_run=row["dry_run"],
        notify=row["notify"],
        before_story=row["before_story"],
        before_article=row["before_article"],
        counts=ArchiveCounts(**row["counts"]),
        examples=_EXAMPLES.validate_python(row["examples"]),
        attempts=row["attempt_count"],
        scope=row["scope"],
        guard=row["guard_id"],
        kind=row["kind"],
        after_article=row["after_article"],
        since=row["since"],
        source=row["source_id"],
    )
