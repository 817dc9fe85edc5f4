"""The connection to PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from psycopg.errors import DeadlockDetected, SerializationFailure
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from dyadwatch.errors import Conflict, SettingsError, StoreUnavailable

__all__ = ["Connection", "Store"]


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


class Store:
    """A pool of connections to one database. Nothing is opened
    before the first transaction; safe for threads.

    `url` is a libpq URL (postgresql://user:password@host:port/name).
    A process that forks must `close()` first.
    """

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        try:
            self.url = make_url(url).set(drivername="postgresql+psycopg")
        except ArgumentError as error:
            raise SettingsError(
                "DYADWATCH_DATABASE_URL is not a URL like postgresql://user:password@host/name"
            ) from error
        self._engine = create_engine(
            self.url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_pre_ping=True,
            pool_timeout=10,
            json_serializer=_json,
            json_deserializer=orjson.loads,
            connect_args={
                "connect_timeout": 5,
                "application_name": "dyadwatch",
                "options": "-c timezone=UTC",
            },
        )

    @property
    def address(self) -> str:
        """Where the database is, without user or password, for messages."""
        host = self.url.host or self.url.query.get("host") or "local socket"
        return f"{host}:{self.url.port or 5432}/{self.url.database or ''}"

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """One transaction: committed at the end, rolled back on any exception.

        Raises StoreUnavailable where the database cannot be reached, Conflict where a unique rule is broken
        or (code deadlock) another transaction was in the way.
        """
        try:
            with self._engine.begin() as connection:
                yield connection
        except (OperationalError, InterfaceError, PoolTimeout) as error:
            if isinstance(getattr(error, "orig", None), (DeadlockDetected, SerializationFailure)):
                raise Conflict(
                    "Two transactions were in each other's way: try again", code="deadlock"
                ) from error
            raise StoreUnavailable(
                f"The database at {self.address} cannot be reached: {_first_line(error)}"
            ) from error
        except IntegrityError as error:
            raise Conflict(f"The row conflicts with another: {_first_line(error)}") from error
        except DBAPIError as error:
            if "UndefinedTable" in type(error.orig).__name__:
                raise StoreUnavailable(
                    f"The database at {self.address} has no tables of ours yet: run `dyadwatch migrate`",
                    code="database_not_migrated",
                ) from error
            raise

    def ping(self) -> None:
        """One round trip; raises StoreUnavailable."""
        with self.begin() as db:
            db.execute(text("SELECT 1"))

    def close(self) -> None:
        """Closes the idle connections. The store may be used again."""
        self._engine.dispose()


def _first_line(error: Exception) -> str:
    original = getattr(error, "orig", None) or error
    return str(original).strip().split("\n", 1)[0]
