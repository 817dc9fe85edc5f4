"""The connection to PostgreSQL."""

import random
import select
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
import psycopg
from psycopg import pq
from sqlalchemy import URL, Connection, PoolProxiedConnection, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from dyadwatch.errors import SettingsError, StoreUnavailable, TransactionConflict
from dyadwatch.store.error_translation import first_line, translate
from dyadwatch.store.sealing import Sealing

__all__ = ["Connection", "Store", "with_retries"]

Result = TypeVar("Result")

STATEMENT_SECONDS = 30.0  # for one statement
_LOCK_SECONDS = 10  # for which a statement waits for a lock
_IDLE_SECONDS = 60  # between two statements of a transaction, whose client may have vanished
_TRIES = 4  # of a transaction that others are in the way of
_PREPARE_AFTER = 5  # executions of a statement in a session
_MAX_PAUSE = 0.1  # seconds before its second try; each later one may wait twice as long
_SETTINGS = (
    "SET {scope} timezone = 'UTC'; SET {scope} statement_timeout = {statement};"
    f" SET {{scope}} lock_timeout = '{_LOCK_SECONDS}s';"
    f" SET {{scope}} idle_in_transaction_session_timeout = '{_IDLE_SECONDS}s'"
)
# With a pooler such as PgBouncer all settings last for one transaction: it may give each one another session,
# and refuses settings in the startup packet.
_BEGIN = "BEGIN; " + _SETTINGS
_NOT_DURABLE = "; SET LOCAL synchronous_commit = off"
# Through libpq. A server that vanished without a word is noticed after a minute.
_CONNECT_ARGUMENTS = {
    "connect_timeout": 5,
    "application_name": "dyadwatch",
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,  # milliseconds
    "autocommit": True,  # _BEGIN opens transactions
    "prepare_threshold": None,
}


def with_retries(transact: Callable[[], Result]) -> Result:
    """The result of `transact`, which opens a transaction: repeated
    a few times where another transaction was in the way."""
    pause = _MAX_PAUSE
    for _ in range(_TRIES - 1):
        try:
            return transact()
        except TransactionConflict:
            time.sleep(random.uniform(0, pause))  # noqa: S311  # jitter, no secret
            pause *= 2
    return transact()


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _set_up_where_sessions_stay(session: psycopg.Connection[Any], _record: object) -> None:
    """Prepares what is executed often, which halves its time, and sets once what each transaction would have
    to. A pooler, which would leave both to another's session, is known by giving out process ids of its
    own."""
    pid = session.execute("SELECT pg_backend_pid()").fetchone()
    if pid == (session.info.backend_pid,):
        session.execute(
            _SETTINGS.format(scope="SESSION", statement=_milliseconds(STATEMENT_SECONDS)).encode()
        )
        session.prepare_threshold = _PREPARE_AFTER


def _stays(session: psycopg.Connection[Any]) -> bool:
    """Whether what is set in a session is there for its next transaction."""
    return session.prepare_threshold is not None


def _is_idle(session: psycopg.Connection[Any]) -> bool:
    """Whether the server has said nothing since the last answer: it does when it ends the session."""
    waiting = select.poll()
    waiting.register(session.fileno(), select.POLLIN)
    return not waiting.poll(0)


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _read_url(url: str) -> URL:
    try:
        read = make_url(url).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError) as error:
        raise SettingsError(
            "DYADWATCH_DATABASE_URL: not of the form postgresql://user:password@host:port/name"
        ) from error
    known = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()}
    if unknown := sorted({*read.query} - known):
        raise SettingsError(f"DYADWATCH_DATABASE_URL: {unknown[0]!r} is no parameter of PostgreSQL's client")
    return read


@dataclass(slots=True)
class RawSession:
    """A session outside of the pool, with the names of the statements that are prepared in it."""

    connection: PoolProxiedConnection
    server: pq.abc.PGconn
    prepared: dict[bytes, bytes]


class Store:
    """A pool of connections to one database. Nothing is opened
    before the first transaction; safe for threads.

    `url` is a libpq URL (postgresql://user:password@host:port/name), of the server or of a PgBouncer.
    `sealing` is how secrets are stored, by default as they are. A process that forks must `close()` first.
    """

    def __init__(self, url: str, *, pool_size: int = 10, sealing: Sealing | None = None) -> None:
        self.url = _read_url(url)
        self.sealing = sealing or Sealing()
        self._engine = create_engine(
            self.url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=10,
            hide_parameters=True,
            json_serializer=_json,
            json_deserializer=orjson.loads,
            connect_args=_CONNECT_ARGUMENTS,
            execution_options={"sealing": self.sealing},
        )
        event.listen(self._engine, "connect", _set_up_where_sessions_stay)
        self._kept: deque[RawSession] = deque()
        self._max_kept = pool_size // 4

    @property
    def address(self) -> str:
        """Where the database is, without user or password, for messages."""
        host = self.url.host or self.url.query.get("host") or "local socket"
        return f"{host}:{self.url.port or 5432}/{self.url.database or ''}"

    @contextmanager
    def begin(self, *, seconds: float = STATEMENT_SECONDS, durable: bool = True) -> Iterator[Connection]:
        """One transaction: committed at the end, rolled back on any exception. No statement of it may take
        longer than `seconds`. One that is not `durable` does not wait for the disk: where PostgreSQL or its
        machine fails within the next second, it may never have been.

        Raises what `dyadwatch.store.error_translation` says: StoreUnavailable where the database is away,
        TransactionConflict where another transaction was in the way, ValueNotStorable where a value is at
        fault.
        """
        with (
            self._translated(),
            self._connect(_milliseconds(seconds), "" if durable else _NOT_DURABLE) as connection,
            connection.get_transaction() or connection.begin(),
        ):
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for statements that need not be one transaction: each is one of its own. They see as
        much as in `begin`, what was committed before each of them, and cost two round trips less. Raises what
        `begin` does.
        """
        with self._translated():
            connection = self._engine.connect()
            session: Any = connection.connection.driver_connection
            if _stays(session) and _is_idle(session):
                with connection:
                    yield connection
                return
            connection.close()
        with self.begin() as transaction:
            yield transaction

    def acquire_session(self) -> RawSession | None:
        """A session for single statements, to be released: checking one out of the pool takes a multiple of
        their time. None behind a pooler. Raises StoreUnavailable."""
        try:
            return self._kept.pop()
        except IndexError:
            pass
        with self._translated():
            connection = self._engine.raw_connection()
        session: Any = connection.driver_connection
        if _stays(session):
            return RawSession(connection, session.pgconn, connection.info.setdefault("prepared", {}))
        connection.close()
        return None

    def release_session(self, session: RawSession, *, works: bool) -> None:
        """Keeps a session for the next `acquire_session`; one that does not work is ended."""
        if works and len(self._kept) < self._max_kept:
            self._kept.append(session)
            return
        if not works:
            session.connection.invalidate()
        session.connection.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except PoolTimeout as error:
            raise StoreUnavailable(
                f"All connections to the database at {self.address} are in use: {first_line(error)}",
                code="database_busy",
            ) from error
        except (DBAPIError, psycopg.Error) as error:
            translated = translate(error, self.address)
            if translated is None:
                raise
            raise translated from error

    def _connect(self, milliseconds: int, more: str) -> Connection:
        """A connection in a transaction. Where the pool's sessions have ended unnoticed, it gets new ones:
        this finds that out as surely as a statement of its own before each transaction would."""
        begin = _BEGIN.format(scope="LOCAL", statement=milliseconds) + more
        connection = self._engine.connect()
        session: Any = connection.connection.driver_connection
        is_set = _stays(session) and milliseconds == _milliseconds(STATEMENT_SECONDS)
        try:
            # Several statements cannot be prepared.
            session.execute(f"BEGIN{more}" if is_set else begin, prepare=False)
        except psycopg.Error:
            connection.invalidate()
            connection.close()
            self._engine.dispose()
            connection = self._engine.connect()
            connection.exec_driver_sql(begin)
        return connection

    def run(
        self,
        work: Callable[[Connection], Result],
        *,
        seconds: float = STATEMENT_SECONDS,
        durable: bool = True,
    ) -> Result:
        """The result of `work`, done in one transaction, with retries."""

        def transact() -> Result:
            with self.begin(seconds=seconds, durable=durable) as db:
                return work(db)

        return with_retries(transact)

    def ping(self) -> None:
        """One round trip; raises StoreUnavailable."""
        with self.begin() as db:
            db.execute(text("SELECT 1"))

    def close(self) -> None:
        """Closes the idle connections. The store may be used again."""
        while self._kept:
            self._kept.pop().connection.close()
        self._engine.dispose()
