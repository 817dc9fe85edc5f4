"""Guards: what rejected alerts propose that a watch refuses, and what became of that."""

from collections.abc import Collection, Sequence
from dataclasses import asdict

import orjson
from sqlalchemy import Connection, select, text

from dyadwatch.errors import Conflict, NotFound
from dyadwatch.model.archive_runs import ArchiveRunView
from dyadwatch.model.guards import Guard, GuardState, GuardView, Judgement
from dyadwatch.model.pagination import ListPage
from dyadwatch.store import archive_runs, pagination
from dyadwatch.store.queries import Query, Rows, run

_COLUMNS = """id, watch_id, edit, state, key_id, note, watch_version, created_at, decided_at,
    (SELECT count(*) FROM guard_verdicts WHERE guard_id = guards.id) AS verdict_count,
    (SELECT max(id) FROM archive_runs WHERE guard_id = guards.id) AS preview_id"""
_ALL = select(text(_COLUMNS)).select_from(text("guards"))
_ADD = text("""
INSERT INTO guards (watch_id, edit) VALUES (:watch, CAST(:edit AS jsonb))
ON CONFLICT (watch_id, edit_hash) DO UPDATE SET watch_id = excluded.watch_id
RETURNING id, state
""")
_BACK = text("""
INSERT INTO guard_verdicts (guard_id, verdict_id)
SELECT :guard, verdict FROM unnest(CAST(:verdicts AS bigint[])) AS verdict ON CONFLICT DO NOTHING
""")
_REOPEN = text("""
UPDATE guards SET state = 'proposed', decided_at = NULL, key_id = NULL, note = NULL, watch_version = NULL
WHERE id = :id
""")
_GET = text(f"SELECT {_COLUMNS} FROM guards WHERE id = :id AND watch_id = :watch")  # noqa: S608  # constant SQL
_LOCK = text("SELECT 1 FROM guards WHERE id = :id AND watch_id = :watch FOR UPDATE")
_DECIDE = text("""
UPDATE guards SET state = :state, decided_at = now(), key_id = :key, note = :note, watch_version = :version
WHERE id = :id
""")
_STREAMS = {
    False: pagination.stream("guards", "watch_id = :watch"),
    True: pagination.stream("guards", "watch_id = :watch", "state = :state"),
}
# The last alerts of a watch that were judged, with how the articles of a host score in them.
_JUDGEMENTS = text("""
SELECT said.id AS verdict, alert_verdict(alert.document) = 'confirmed' AS is_right,
    alert.document ->> 'reject_reason' AS reason,
    ARRAY(SELECT one -> 'evidence' ->> 'quote'
          FROM jsonb_array_elements(alert.document -> 'evidence') AS one) AS quotes,
    (SELECT max(t.score) FROM jsonb_array_elements(alert.document -> 'articles') AS one
     JOIN taggings AS t ON t.article_id = CAST(one ->> 'id' AS bigint) AND t.watch_id = :watch
     WHERE t.relationship AND :host <> ''
         AND right('.' || substring(one ->> 'url' FROM '^[a-z]+[:]//([^/:?#]+)'), length(:host) + 1)
             = '.' || :host) AS score
FROM (
    SELECT id, document FROM alerts WHERE watch_id = :watch AND alert_verdict(document) <> 'none'
    ORDER BY updated_at DESC LIMIT 500
) AS alert
JOIN LATERAL (
    SELECT id FROM alert_verdicts WHERE alert_id = alert.id AND verdict IS NOT NULL ORDER BY id DESC LIMIT 1
) AS said ON true
ORDER BY said.id
""")


def add(db: Connection, watch: str, guard: Guard, *, verdicts: Collection[int] = ()) -> int:
    """Proposes a guard, which verdicts back or a person asks for, and returns its id: that of the earlier one
    where it was proposed before. A decided guard is proposed again by a person, not by a verdict."""
    edit = orjson.dumps(asdict(guard), option=orjson.OPT_SORT_KEYS).decode()
    row = db.execute(_ADD, {"watch": watch, "edit": edit}).one()
    if verdicts:
        db.execute(_BACK, {"guard": row.id, "verdicts": sorted(verdicts)})
    elif row.state != "proposed":
        db.execute(_REOPEN, {"id": row.id})
    guard_id: int = row.id
    return guard_id


def get(db: Connection, watch: str, guard_id: int) -> GuardView:
    """Raises NotFound."""
    views = _views(db, db.execute(_GET, {"watch": watch, "id": guard_id}).all())
    if not views:
        raise NotFound(f"The watch {watch!r} has no guard {guard_id}.")
    return views[0]


def lock_proposed(db: Connection, watch: str, guard_id: int) -> GuardView:
    """A guard that nobody else decides until the transaction ends. Raises NotFound, and Conflict
    `guard_decided`."""
    db.execute(_LOCK, {"watch": watch, "id": guard_id})
    view = get(db, watch, guard_id)
    if view.state != "proposed":
        raise Conflict(f"Guard {guard_id} was {view.state} before.", code="guard_decided")
    return view


def decide(
    db: Connection,
    guard: GuardView,
    state: GuardState,
    *,
    key: int | None,
    note: str | None,
    watch_version: int | None = None,
) -> None:
    """Stores who accepted or declined a guard, and why."""
    params = {"id": guard.id, "state": state, "key": key, "note": note, "version": watch_version}
    db.execute(_DECIDE, params)


def page(
    db: Connection, watch: str, *, state: GuardState | None, limit: int, cursor: str | None
) -> ListPage[GuardView]:
    """The guards of a watch, the last proposed first."""
    params = {"watch": watch} if state is None else {"watch": watch, "state": state}
    return pagination.read(
        db,
        _ALL,
        params,
        lambda rows: _views(db, rows),
        stream=_STREAMS[state is not None],
        kind="guards",
        limit=limit,
        cursor=cursor,
    )


def judgements(db: Connection, watch: str, host: str) -> list[Judgement]:
    """How analysts judged the alerts of a watch that changed last, and how the articles of a host and its
    subdomains score in each."""
    return run(db, Query(_JUDGEMENTS, {"watch": watch, "host": host}, _judgements))


def _judgements(rows: Rows) -> list[Judgement]:
    return [
        Judgement(
            row.verdict, row.is_right, None if row.is_right else row.reason, tuple(row.quotes), row.score
        )
        for row in rows
    ]


def _views(db: Connection, rows: Rows | Sequence[pagination.Record]) -> list[GuardView]:
    previews = archive_runs.by_ids(db, [row.preview_id for row in rows if row.preview_id is not None])
    return [_view(row, previews.get(row.preview_id)) for row in rows]


def _view(row: pagination.Record, preview: ArchiveRunView | None) -> GuardView:
    guard = Guard(**row.edit)
    return GuardView(
        id=row.id,
        watch=row.watch_id,
        kind=guard.kind,
        side=guard.side,
        text=guard.text,
        host=guard.host,
        min_score=guard.min_score,
        state=row.state,
        verdict_count=row.verdict_count,
        created_at=row.created_at,
        preview=preview,
        decided_at=row.decided_at,
        key=row.key_id,
        note=row.note,
        watch_version=row.watch_version,
    )
