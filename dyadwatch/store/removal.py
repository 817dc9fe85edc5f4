"""Removing what much else depends on: that goes first, a batch at a time, so that no statement is long and
nobody waits. It may be repeated where it was interrupted."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, TextClause, text

from dyadwatch.store import feeds, sources, subscriptions, watches
from dyadwatch.store.database import Store

BATCH = 1_000  # rows of one transaction


def _delete(table: str, condition: str, key: str = "id") -> TextClause:
    rows = f"SELECT {key} FROM {table} WHERE {condition} LIMIT :limit"  # noqa: S608  # constant SQL, as all here
    return text(f"DELETE FROM {table} WHERE {key} IN ({rows})")  # noqa: S608


def _detach(table: str) -> TextClause:
    rows = f"SELECT id FROM {table} WHERE source_id = :id LIMIT :limit"  # noqa: S608
    return text(f"UPDATE {table} SET source_id = NULL WHERE id IN ({rows})")  # noqa: S608


# What must be gone, or must not refer to the row any more, before it is deleted.
_DEPENDENTS: Mapping[str, Sequence[TextClause]] = {
    "source": (
        _delete("entries", "feed_id = ANY(ARRAY(SELECT id FROM feeds WHERE source_id = :id))"),
        _detach("articles"),
        _detach("pages"),
    ),
    "feed": (_delete("entries", "feed_id = :id"),),
    "subscription": (_delete("deliveries", "subscription_id = :id"),),
    "watch": (
        _delete("taggings", "watch_id = :id", key="ctid"),
        _delete("tagging_history", "watch_id = :id", key="ctid"),
    ),
}


_DELETE: Mapping[str, Callable[[Connection, Any], None]] = {
    "source": sources.delete,
    "feed": feeds.delete,
    "subscription": subscriptions.delete,
    "watch": watches.delete,
}


def remove(store: Store, kind: str, row_id: int | str) -> None:
    """Removes a source, feed, subscription or watch. Raises what its `delete` does."""
    if kind == "watch":
        store.run(lambda db: watches.prepare_removal(db, str(row_id)))
    for statement in _DEPENDENTS[kind]:
        while _execute(store, statement, row_id) == BATCH:
            pass
    store.run(lambda db: _DELETE[kind](db, row_id))


def _execute(store: Store, statement: TextClause, row_id: int | str) -> int:
    return store.run(lambda db: db.execute(statement, {"id": row_id, "limit": BATCH}).rowcount)
