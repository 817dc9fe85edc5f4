"""Prepared queries: statements of one row that a session prepares once and many requests execute.

They bypass the driver's cursors, which take several times as long as the round trip: parameters are text
already, and the row stays as PostgreSQL writes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import psycopg
from psycopg import pq
from sqlalchemy import Dialect, text
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from dyadwatch.store.database import RawSession, Store

_MAX_PREPARED = 20  # statements of one session
_NUMBERED: Dialect = PGDialect_asyncpg()  # type: ignore[no-untyped-call]  # whose placeholders are libpq's


@dataclass(frozen=True, slots=True)
class PreparedQuery:
    """A statement that returns one row, with libpq's placeholders, and its parameters as text."""

    statement: bytes
    params: tuple[bytes, ...]


def prepare(statement: str, params: Mapping[str, Any]) -> PreparedQuery:
    """A statement with parameters: texts, numbers, times and bytes."""
    sql, names = _numbered(statement)
    return PreparedQuery(sql, tuple(_text(params[name]) for name in names))


def fetch_row(store: Store, query: PreparedQuery) -> tuple[bytes | None, ...] | None:
    """The row as text. None where the caller has to run an ordinary query instead: behind a pooler, or where
    the server refused, which that query will meet and report too. Raises StoreUnavailable."""
    session = store.acquire_session()
    if session is None:
        return None
    works = False
    try:
        result = _execute(session, query)
        works = result.status == pq.ExecStatus.TUPLES_OK
    except psycopg.Error:
        return None
    finally:
        store.release_session(session, works=works)
    if not works or result.ntuples != 1:
        return None
    return tuple([result.get_value(0, column) for column in range(result.nfields)])


def _execute(session: RawSession, query: PreparedQuery) -> pq.abc.PGresult:
    name = session.prepared.get(query.statement)
    if name is None:
        if len(session.prepared) >= _MAX_PREPARED:
            return session.server.exec_params(query.statement, query.params)
        name = b"query_%d" % len(session.prepared)
        result = session.server.prepare(name, query.statement)
        if result.status != pq.ExecStatus.COMMAND_OK:
            return result
        session.prepared[query.statement] = name
    return session.server.exec_prepared(name, query.params)


@cache
def _numbered(statement: str) -> tuple[bytes, tuple[str, ...]]:
    """A statement with numbered placeholders, and the names of the parameters by number."""
    compiled = text(statement).compile(dialect=_NUMBERED)
    return str(compiled).encode(), tuple(compiled.positiontup or ())


def _text(value: Any) -> bytes:
    if isinstance(value, bytes):
        return b"\\x" + value.hex().encode()
    return (value.isoformat() if isinstance(value, datetime) else str(value)).encode()
