"""Watches: documents by slug, with every version, since each tagging names the version that made it.

What stores taggings holds the watches as they are until it commits (`hold`), and what changes a watch waits
for it. So whoever has added a watch knows that no article is stored afterwards as if it were not there.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, select, text

from dyadwatch.errors import Conflict, FieldError, NotFound
from dyadwatch.model.pagination import ListPage
from dyadwatch.model.watches import WatchActor, WatchLabel, WatchVersion, WatchView
from dyadwatch.store import alarms, backfills, pagination
from dyadwatch.store.queries import Query, Rows, nothing, run_together

Document = Mapping[str, Any]

_LOCK = 4_157_003  # of the advisory lock
_HOLD = text("SELECT pg_advisory_xact_lock_shared(:lock)")
_LOCK_ALL = text("SELECT pg_advisory_xact_lock(:lock)")

_MAX_PAGE = 4 * 2**20  # bytes of documents, beyond which a page of watches ends; each may have two million
_KEYS = select(text("id, created_at")).select_from(text("watches"))
_PAGE = text("""
WITH RECURSIVE page AS (
    SELECT id, number FROM unnest(CAST(:ids AS text[])) WITH ORDINALITY AS page (id, number)
), following AS (
    SELECT CAST(1 AS bigint) AS number, CAST(0 AS bigint) AS bytes
    UNION ALL
    SELECT number + 1, bytes + coalesce(octet_length(CAST(document AS text)), 0)
    FROM following JOIN page USING (number) LEFT JOIN watches USING (id) WHERE bytes < :max
)
SELECT watches.* FROM following JOIN page USING (number) JOIN watches USING (id) WHERE bytes < :max
ORDER BY number
""")
_BY_ID = text("SELECT * FROM watches WHERE id = :id")
_EXISTS = text("SELECT 1 FROM watches WHERE id = :id")
_INSERT = text("""
INSERT INTO watches (id, title, version, document) VALUES (:id, :title, 1, CAST(:document AS jsonb))
ON CONFLICT (id) DO NOTHING RETURNING *
""")
_REPLACE = text("""
UPDATE watches SET title = :title, document = CAST(:document AS jsonb), updated_at = now(),
    version = version + CASE WHEN document = CAST(:document AS jsonb) THEN 0 ELSE 1 END
WHERE id = :id RETURNING *
""")
_INSERT_VERSION = text("""
INSERT INTO watch_versions (watch_id, version, document) SELECT id, version, document FROM watches
WHERE id = :id ON CONFLICT DO NOTHING
""")
_EVER_STORED = text("""
SELECT 1 FROM watch_versions WHERE watch_id = :id AND document = CAST(:document AS jsonb) LIMIT 1
""")
_ENABLE = text("UPDATE watches SET enabled = :enabled, updated_at = now() WHERE id = :id RETURNING *")
_HAS_ALERT = text("SELECT 1 FROM alerts WHERE watch_id = :id LIMIT 1")
_DELETE = text("DELETE FROM watches WHERE id = :id")
_LABELS = text("""
SELECT id, title, actors #>> '{a,name}' AS a, actors #>> '{b,name}' AS b,
    actors #>> ARRAY['a', 'names', :language, '0'] AS a_spelling,
    actors #>> ARRAY['b', 'names', :language, '0'] AS b_spelling
FROM (
    SELECT id, title, created_at, document -> 'actors' AS actors FROM watches
    ORDER BY created_at DESC, id DESC LIMIT :limit
) AS newest ORDER BY created_at DESC, id DESC
""")
_ACTORS = text("""
SELECT id, side, document #>> ARRAY['actors', side, 'name'] AS name,
    document #>> ARRAY['actors', side, 'qid'] AS qid,
    document #>> ARRAY['actors', side, 'pronouns'] AS pronouns
FROM watches CROSS JOIN (VALUES ('a'), ('b')) AS sides (side) WHERE id = ANY(:ids)
""")
_ENABLED = text("SELECT id, version, created_at, document FROM watches WHERE enabled ORDER BY id")
_ENABLED_VERSIONS = text("SELECT id, version, created_at FROM watches WHERE enabled ORDER BY id")


def create(db: Connection, watch_id: str, title: str, document: Document) -> WatchView:
    """Stores a watch as version 1. Raises Conflict `duplicate` where the id is taken (/id)."""
    lock(db)
    row = db.execute(_INSERT, {"id": watch_id, "title": title, "document": _json(document)}).first()
    if row is None:
        problem = FieldError("/id", "is taken", "duplicate")
        raise Conflict(f"There is a watch {watch_id!r} already.", errors=[problem], code="duplicate")
    alarms.add_check(db, watch_id)
    return _add_version(db, row)


def replace(
    db: Connection, watch_id: str, title: str, document: Document, *, notify: bool = True
) -> WatchView:
    """Stores another document of a watch; an equal one makes no new version. What the watch was tried on
    before is due to be tagged again, and subscribers are notified of that where `notify`. Raises
    NotFound."""
    lock(db)
    version = get(db, watch_id).version
    params = {"id": watch_id, "title": title, "document": _json(document)}
    view = _add_version(db, db.execute(_REPLACE, params).one())
    if view.version != version:
        backfills.restart(db, watch_id, notify=notify)
    return view


def enable(db: Connection, watch_id: str, *, enabled: bool) -> WatchView:
    """Sets whether new texts are tagged with a watch. What it was tried on
    before, which may have changed meanwhile, is due again. Raises NotFound."""
    lock(db)
    before = get(db, watch_id)
    view = _view(db.execute(_ENABLE, {"id": watch_id, "enabled": enabled}).one())
    if view.enabled and not before.enabled:
        backfills.restart(db, watch_id)
    return view


def require_enabled(db: Connection, watch_id: str) -> None:
    """Raises NotFound, and Conflict `watch_disabled`."""
    if not get(db, watch_id).enabled:
        raise Conflict(f"The watch {watch_id!r} is disabled.", code="watch_disabled")


def get(db: Connection, watch_id: str) -> WatchView:
    """Raises NotFound."""
    return _view(_require(watch_id, db.execute(_BY_ID, {"id": watch_id}).first()))


def require(db: Connection, watch_id: str) -> None:
    """Raises NotFound."""
    _require(watch_id, db.execute(_EXISTS, {"id": watch_id}).first())


def exists(db: Connection, watch_id: str) -> bool:
    """Whether there is such a watch, enabled or not."""
    return db.execute(_EXISTS, {"id": watch_id}).first() is not None


def page(db: Connection, *, limit: int, cursor: str | None) -> ListPage[WatchView]:
    """Watches, newest first, with documents of six million bytes at most: a page may be short, and lead
    on."""
    stream = pagination.stream("watches")
    keys = pagination.read(db, _KEYS, {}, list, stream=stream, kind="watches", limit=limit, cursor=cursor)
    rows = db.execute(_PAGE, {"ids": [key.id for key in keys.data], "max": _MAX_PAGE}).all()
    if not rows or rows[-1].id == keys.data[-1].id:
        return ListPage(tuple(_views(rows)), keys.next)
    return ListPage(tuple(_views(rows)), pagination.encode("watches", rows[-1].created_at, rows[-1].id))


def labels(db: Connection, *, limit: int, language: str | None = None) -> list[WatchLabel]:
    """What the newest watches are called, without the rest of their documents, which may be large; with how
    they name their actors in a language."""
    return [
        WatchLabel(
            row.id,
            row.title,
            {"a": row.a or "a", "b": row.b or "b"},
            {side: form for side, form in (("a", row.a_spelling), ("b", row.b_spelling)) if form},
        )
        for row in db.execute(_LABELS, {"limit": limit, "language": language})
    ]


def actors(db: Connection, ids: Collection[str]) -> dict[str, dict[str, WatchActor]]:
    """The actors "a" and "b" of watches, by id; those that are gone are left out."""
    actors: dict[str, dict[str, WatchActor]] = {}
    for row in db.execute(_ACTORS, {"ids": [*ids]}):
        actor = WatchActor(row.name or row.side, row.qid, is_person=row.pronouns in {"he", "she"})
        actors.setdefault(row.id, {})[row.side] = actor
    return actors


def prepare_removal(db: Connection, watch_id: str) -> None:
    """Disables a watch that is to be removed, so that nothing more is tagged with it. Raises as `delete`."""
    enable(db, watch_id, enabled=False)
    if db.execute(_HAS_ALERT, {"id": watch_id}).first():
        raise Conflict(f"The watch {watch_id!r} has alerts: disable it instead.", code="watch_has_alerts")


def delete(db: Connection, watch_id: str) -> None:
    """Removes a watch that has raised no alert. Raises NotFound, and Conflict `watch_has_alerts`: alerts are
    never lost with their watch, which can be disabled instead."""
    prepare_removal(db, watch_id)
    db.execute(_DELETE, {"id": watch_id})


def ensure(db: Connection, documents: Sequence[Document]) -> int:
    """Loads shipped watches (each with its `id` and `title`) and returns how many were created or got a new
    version.

    A shipped document that was ever stored under its id changes nothing, so an operator's own edits stay
    until a release ships a new document.
    """
    changed = 0
    for document in documents:
        watch_id, title = document["id"], document["title"]
        if db.execute(_EVER_STORED, {"id": watch_id, "document": _json(document)}).first():
            continue
        (replace if exists(db, watch_id) else create)(db, watch_id, title, document)
        changed += 1
    return changed


def enabled(db: Connection) -> tuple[tuple[WatchVersion, Document], ...]:
    """Every enabled watch and its document, ordered by id."""
    return tuple((_version(row), row.document) for row in db.execute(_ENABLED))


def enabled_versions(db: Connection) -> tuple[WatchVersion, ...]:
    """Every enabled watch, ordered by id: what a compiled tagger must agree with."""
    return _versions(db.execute(_ENABLED_VERSIONS).all())


def lock(db: Connection) -> None:
    """Waits until nobody holds the watches, and keeps others from holding them until the transaction ends."""
    db.execute(_LOCK_ALL, {"lock": _LOCK})


def hold(db: Connection) -> tuple[WatchVersion, ...]:
    """The enabled watches, which nobody changes until the transaction ends. Comes before any other lock."""
    standing: tuple[WatchVersion, ...]
    _, standing = run_together(db, *hold_queries())
    return standing


def hold_queries() -> tuple[Query[None], Query[tuple[WatchVersion, ...]]]:
    """What `hold` does, to be run together with what follows it."""
    return Query(_HOLD, {"lock": _LOCK}, nothing), Query(_ENABLED_VERSIONS, {}, _versions)


def _versions(rows: Rows) -> tuple[WatchVersion, ...]:
    return tuple(_version(row) for row in rows)


def _version(row: pagination.Record) -> WatchVersion:
    return WatchVersion(row.id, row.version, row.created_at)


def _add_version(db: Connection, row: pagination.Record) -> WatchView:
    db.execute(_INSERT_VERSION, {"id": row.id})
    return _view(row)


def _require(watch_id: str, row: pagination.Record | None) -> pagination.Record:
    if row is None:
        raise NotFound(f"There is no watch {watch_id!r}.")
    return row


def _views(rows: Sequence[pagination.Record]) -> list[WatchView]:
    return [_view(row) for row in rows]


def _view(row: pagination.Record) -> WatchView:
    return WatchView(
        id=row.id,
        title=row.title,
        version=row.version,
        enabled=row.enabled,
        document=row.document,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _json(document: Document) -> str:
    return orjson.dumps(document).decode()
