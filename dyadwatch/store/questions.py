"""Questions: statements that are made ready once and then asked with many requests.

They go past the driver's cursors, which take several times what the round trip does: the statement is
prepared in each session, its parameters are text already, and the row stays as PostgreSQL writes it.
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

from dyadwatch.store.database import KeptSession, Store

_MAX_PREPARED = 20  # statements of one session
_NUMBERED: Dialect = PGDialect_asyncpg()  # type: ignore[no-untyped-call]  # whose placeholders are libpq's


@dataclass(frozen=True, slots=True)
class Question:
    """A statement that brings one row, in libpq's own form, and its parameters as text."""

    statement: bytes
    params: tuple[bytes, ...]


def question(statement: str, params: Mapping[str, Any]) -> Question:
    """A statement with parameters: texts, numbers, times and bytes."""
    sql, names = _numbered(statement)
    return Question(sql, tuple(_text(params[name]) for name in names))


def ask(store: Store, question: Question) -> tuple[bytes | None, ...] | None:
    """The row as text. None where the answer has to be found in another way: there are no such sessions, or
    the server refused, whose reason that other way meets too. Raises StoreUnavailable."""
    session = store.take()
    if session is None:
        return None
    works = False
    try:
        result = _execute(session, question)
        works = result.status == pq.ExecStatus.TUPLES_OK
    except psycopg.Error:
        return None
    finally:
        store.give_back(session, works=works)
    if not works or result.ntuples != 1:
        return None
    return tuple([result.get_value(0, column) for column in range(result.nfields)])


def _execute(session: KeptSession, question: Question) -> pq.abc.PGresult:
    name = session.prepared.get(question.statement)
    if name is None:
        if len(session.prepared) >= _MAX_PREPARED:
            return session.server.exec_params(question.statement, question.params)
        name = b"question_%d" % len(session.prepared)
        result = session.server.prepare(name, question.statement)
        if result.status != pq.ExecStatus.COMMAND_OK:
            return result
        session.prepared[question.statement] = name
    return session.server.exec_prepared(name, question.params)


@cache
def _numbered(statement: str) -> tuple[bytes, tuple[str, ...]]:
    """A statement with numbered placeholders, and the names of the parameters by number."""
    compiled = text(statement).compile(dialect=_NUMBERED)
    return str(compiled).encode(), tuple(compiled.positiontup or ())


def _text(value: Any) -> bytes:
    if isinstance(value, bytes):
        return b"\\x" + value.hex().encode()
    return (value.isoformat() if isinstance(value, datetime) else str(value)).encode()
