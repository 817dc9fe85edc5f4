"""Saved views, each of one reader."""

from dataclasses import replace

from sqlalchemy import Connection, text

from dyadwatch.errors import Conflict, FieldError, InvalidInput, NotFound
from dyadwatch.model.alert_triage import Reader
from dyadwatch.model.saved_views import SavedView
from dyadwatch.store import filter_values
from dyadwatch.store.queries import Query, Rows, run
from dyadwatch.subscriptions.saved_views import ViewQuery

MAX_OF_READER = 50
_COLUMNS = "id, name, query, created_at"
_OF_READER = text(f"SELECT {_COLUMNS} FROM saved_views WHERE reader = :reader ORDER BY name, id")  # noqa: S608  # constant SQL
_GET = text(f"SELECT {_COLUMNS} FROM saved_views WHERE id = :id AND reader = :reader")  # noqa: S608
_ADD = text(f"""
INSERT INTO saved_views (reader, name, query) VALUES (:reader, :name, :query)
ON CONFLICT (reader, name) DO NOTHING RETURNING {_COLUMNS}
""")  # noqa: S608
_DELETE = text("DELETE FROM saved_views WHERE id = :id AND reader = :reader")
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('saved views ' || :reader, 0))")


def of_reader(db: Connection, reader: Reader) -> list[SavedView]:
    """The views of a reader, by their names."""
    return run(db, Query(_OF_READER, {"reader": reader.id}, _views))


def get(db: Connection, reader: Reader, view: int) -> SavedView:
    """Raises NotFound."""
    views = run(db, Query(_GET, {"id": view, "reader": reader.id}, _views))
    if not views:
        raise NotFound(f"There is no saved view {view}.")
    return views[0]


def check(db: Connection, query: ViewQuery) -> None:
    """Raises InvalidInput at /query for a view to save that could never show anything."""
    try:
        filter_values.check_kept(db, query.model_dump())
    except InvalidInput as error:
        errors = [replace(each, pointer="/query") for each in error.errors]
        raise InvalidInput(error.detail, errors=errors, code=error.code) from error


def create(db: Connection, reader: Reader, name: str, query: str) -> SavedView:
    """Raises Conflict `duplicate` where the reader has one of this name, and `too_many_views`."""
    db.execute(_LOCK, {"reader": reader.id})
    if len(of_reader(db, reader)) >= MAX_OF_READER:
        detail = f"A reader has at most {MAX_OF_READER} saved views: remove one first."
        raise Conflict(detail, code="too_many_views")
    made = run(db, Query(_ADD, {"reader": reader.id, "name": name, "query": query}, _views))
    if not made:
        problem = FieldError("/name", "is taken", "duplicate")
        raise Conflict(f"There is a view named {name!r} already.", errors=[problem], code="duplicate")
    return made[0]


def delete(db: Connection, reader: Reader, view: int) -> None:
    """Raises NotFound."""
    if db.execute(_DELETE, {"id": view, "reader": reader.id}).rowcount == 0:
        raise NotFound(f"There is no saved view {view}.")


def _views(rows: Rows) -> list[SavedView]:
    return [SavedView(row.id, row.name, row.query, row.created_at) for row in rows]
