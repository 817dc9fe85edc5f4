"""Queries as values, so that several of them take one round trip.

Others wait for what a transaction has locked until it ends: for each of its round trips, and for the planning
of each statement. So queries go to the server in libpq's pipeline mode. They go past SQLAlchemy, which costs
more than the driver, as do single queries that are run for each request or claim.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar, cast

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection, Dialect, Select, TextClause
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

Result = TypeVar("Result")
Rows = Sequence[Any]  # named tuples
Record = Mapping[Any, Any]  # a row by the names of its columns
ANY_ID = 2**63 - 1  # more than that of any row

_DIALECT: Dialect = PGDialect_psycopg()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Query(Generic[Result]):
    """A statement, its parameters, and how its rows are read: `binary` ones, as PostgreSQL has them, where
    it gives much in bytes."""

    statement: TextClause | Select[Any]
    params: Mapping[str, Any]
    read: Callable[[Rows], Result]
    binary: bool = False


def nothing(_: Rows) -> None:
    """Reads nothing: for a statement that is run for its effect."""


def records(rows: Rows) -> list[Record]:
    """The rows, each by the names of its columns."""
    return [row._asdict() for row in rows]


def first(rows: Rows) -> Any:
    """The first row, None where there is none."""
    return rows[0] if rows else None


def run(db: Connection, query: Query[Result]) -> Result:
    """The result of one query."""
    return query.read(_rows(_send(_session(db), query)))


def run_together(db: Connection, *queries: Query[Any]) -> list[Any]:
    """The results of queries, in one round trip. They are run in order, and each
    sees what was done by those before it, and by others while one of those waited."""
    if not queries:
        return []
    session = _session(db)
    with session.pipeline():
        cursors = [_send(session, query) for query in queries]
    return [query.read(_rows(cursor)) for query, cursor in zip(queries, cursors, strict=True)]


@contextmanager
def transaction(db: Connection) -> Iterator[None]:
    """Makes one transaction of what is done meanwhile, where `Store.read` has opened none."""
    session = _session(db)
    if session.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
        yield
        return
    with session.transaction():
        yield


def _session(db: Connection) -> psycopg.Connection[Any]:
    return cast("psycopg.Connection[Any]", db.connection.driver_connection)


def _send(session: psycopg.Connection[Any], query: Query[Any]) -> psycopg.Cursor[Any]:
    cursor = session.cursor(row_factory=namedtuple_row, binary=query.binary)
    return cursor.execute(_sql(query.statement), query.params)


def _rows(cursor: psycopg.Cursor[Any]) -> Rows:
    """Its description, which tells the same, makes an object of each column."""
    result = cursor.pgresult
    return cursor.fetchall() if result is not None and result.nfields else ()


@cache
def _sql(statement: TextClause | Select[Any]) -> Any:
    """The statement with psycopg's placeholders."""
    return str(statement.compile(dialect=_DIALECT))
