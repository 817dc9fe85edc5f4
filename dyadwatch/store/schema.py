"""Migrations of the schema."""

import time
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from dyadwatch.errors import StoreUnavailable
from dyadwatch.store.database import Store, with_retries
from dyadwatch.store.error_translation import translate

_LOCK = 4_157_001  # one migration at a time, whoever starts it
_TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(:lock)")
# Building an index waits for every earlier snapshot. So nobody waits for the lock within a statement, and
# whoever has it executes this one last: without parameters, it ends the snapshot that one with some leaves.
_HOLD_LOCK = text("SET LOCAL idle_in_transaction_session_timeout = 0")
_LOCK_PAUSE = 0.5  # seconds until it is tried again
_MINIMUM = text("SELECT minimum FROM schema_compatibility")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def migrate(store: Store) -> tuple[str | None, str]:
    """Brings the schema to the newest revision and returns (revision before, revision now). Safe to repeat,
    to run from several processes at once, and from older code: a newer schema that it fits stays as it is.
    Every revision is committed by itself, and one that was interrupted goes on where it is repeated.

    Raises StoreUnavailable `code_too_old` where this code does not fit it.
    """
    while True:
        with store.begin() as db:
            if db.execute(_TRY_LOCK, {"lock": _LOCK}).scalar_one():
                db.execute(_HOLD_LOCK)
                return _migrate(store)
        time.sleep(_LOCK_PAUSE)


def _migrate(store: Store) -> tuple[str | None, str]:
    before = current(store)
    if before is not None and before > newest():
        require(store)
        return before, before
    with_retries(lambda: _upgrade(store))
    return before, newest()


def _upgrade(store: Store) -> None:
    config = _config()
    engine = create_engine(store.url, poolclass=NullPool, hide_parameters=True)
    try:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except DBAPIError as error:
        translated = translate(error, store.address)
        if translated is None:
            raise
        raise translated from error


@cache  # every probe of readiness asks, and reading the migrations takes 20 ms
def newest() -> str:
    """The revision that this code makes. Revisions are numbers, and sort as they follow each other."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError("the package holds no migrations")
    return head


def current(store: Store) -> str | None:
    """The revision that the database is at, None where it is empty."""
    return store.run(_current)


def revision(db: Connection) -> str | None:
    """The same, within a transaction."""
    return _current(db)


def require(store: Store) -> None:
    """Raises StoreUnavailable unless this code fits the schema: `database_not_migrated` where that is older,
    `code_too_old` where it is newer and older code cannot work on it."""
    store.run(_require)


def _current(db: Connection) -> str | None:
    return MigrationContext.configure(db).get_current_revision()


def _require(db: Connection) -> None:
    revision, own = _current(db) or "", newest()
    if revision < own:
        raise StoreUnavailable(
            f"The database is at schema {revision or 'none'}, this code needs {own}:"
            " run `dyadwatch migrate`.",
            code="database_not_migrated",
        )
    if revision > own and (minimum := db.execute(_MINIMUM).scalar_one()) > own:
        raise StoreUnavailable(
            f"The database is at schema {revision}, which needs code of schema {minimum} or newer, and this"
            f" is of schema {own}: install a newer release.",
            code="code_too_old",
        )
