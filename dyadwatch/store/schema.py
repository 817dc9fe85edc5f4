"""Migrations of the schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from dyadwatch.errors import StoreUnavailable
from dyadwatch.store.database import Store

_LOCK = 4_157_001  # one migration at a time, whoever starts it
_SECONDS = 3600.0  # for one statement of a migration
_MINIMUM = text("SELECT minimum FROM schema_compatibility")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def migrate(store: Store) -> tuple[str | None, str]:
    """Brings the schema to the newest revision and returns (revision before, revision now). Safe to repeat,
    to run from several processes at once, and from older code: a newer schema that it fits stays as it is.

    Raises StoreUnavailable `code_too_old` where this code does not fit it.
    """
    return store.run(_migrate, seconds=_SECONDS)


def _migrate(db: Connection) -> tuple[str | None, str]:
    # Another process may migrate for long. No table is waited for so long: all who come later wait as well.
    db.execute(text("SET LOCAL lock_timeout = 0"))
    db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    db.execute(text("SET LOCAL lock_timeout = '10s'"))
    before = _current(db)
    if before is not None and before > newest():
        _require(db)
        return before, before
    config = _config()
    config.attributes["connection"] = db
    command.upgrade(config, "head")
    return before, newest()


def newest() -> str:
    """The revision that this code makes. Revisions are numbers, and sort as they follow each other."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError("the package holds no migrations")
    return head


def current(store: Store) -> str | None:
    """The revision that the database is at, None where it is empty."""
    return store.run(_current)


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
