"""PostgreSQL's errors as ours, by SQLSTATE: one table."""

from collections.abc import Callable

import psycopg
from sqlalchemy.exc import DBAPIError

from dyadwatch.errors import (
    Conflict,
    DyadwatchError,
    StatementTimeout,
    StoreUnavailable,
    TransactionConflict,
    ValueNotStorable,
)

_Error = Callable[[str, str], DyadwatchError]  # (address, first line of the message)


def _away(address: str, message: str) -> DyadwatchError:
    return StoreUnavailable(f"The database at {address} cannot be reached: {message}")


def _exhausted(address: str, message: str) -> DyadwatchError:
    return StoreUnavailable(
        f"The database at {address} lacks disk, memory or connections: {message}", code="database_exhausted"
    )


def _read_only(address: str, message: str) -> DyadwatchError:
    return StoreUnavailable(
        f"The database at {address} accepts no changes: {message}", code="database_read_only"
    )


def _not_migrated(address: str, message: str) -> DyadwatchError:
    return StoreUnavailable(
        f"The database at {address} lacks tables or columns of ours ({message}): run `dyadwatch migrate`",
        code="database_not_migrated",
    )


def _in_the_way(code: str) -> _Error:
    detail = "Two transactions were in each other's way: try again"
    return lambda _address, _message: TransactionConflict(detail, code=code)


def _too_slow(address: str, message: str) -> DyadwatchError:
    return StatementTimeout(f"The database at {address} took too long: {message}")


def _not_storable(_address: str, message: str) -> DyadwatchError:
    return ValueNotStorable(f"The database cannot store this: {message}")


def _conflict(_address: str, message: str) -> DyadwatchError:
    return Conflict(f"The row conflicts with another: {message}")


# By SQLSTATE, or its beginning; the longest one counts. A run ends where the database is away and is repeated
# later; a row whose value is at fault is recorded so, and the others go on. What is not here is a fault of
# ours.
_BY_SQLSTATE: dict[str, _Error] = {
    "08": _away,
    "22": _not_storable,
    "23": _conflict,
    "25006": _read_only,
    "25P03": _too_slow,
    "40001": _in_the_way("serialization_failure"),
    "40P01": _in_the_way("deadlock"),
    "42703": _not_migrated,
    "42P01": _not_migrated,
    "53": _exhausted,
    "54": _not_storable,
    "55P03": _in_the_way("lock_timeout"),
    "57014": _too_slow,
    "57P": _away,
}


def translate(error: DBAPIError | psycopg.Error, address: str) -> DyadwatchError | None:
    """Our error for one of the driver's, None where it is a fault of ours. Without a SQLSTATE it is libpq's
    own: there is no connection any more, or there never was."""
    original = error.orig if isinstance(error, DBAPIError) else error
    sqlstate = original.sqlstate if isinstance(original, psycopg.Error) else None
    if sqlstate is None:
        lost = isinstance(original, psycopg.OperationalError | psycopg.InterfaceError)
        return _away(address, first_line(error)) if lost else None
    for length in range(len(sqlstate), 1, -1):
        if make := _BY_SQLSTATE.get(sqlstate[:length]):
            return make(address, first_line(error))
    return None


def first_line(error: Exception) -> str:
    """The message without the details that follow, which may hold values."""
    original = getattr(error, "orig", None) or error
    return str(original).strip().split("\n", 1)[0]
