"""Migrations of the schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from dyadwatch.store.database import Store

_LOCK = 4_157_001  # one migration at a time, whoever starts it


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def migrate(store: Store) -> tuple[str | None, str]:
    """Brings the schema to the newest revision and returns (revision before, revision now). Safe to repeat,
    and to run from several processes at once."""
    config = _config()
    with store.begin() as db:
        db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        before = MigrationContext.configure(db).get_current_revision()
        config.attributes["connection"] = db
        command.upgrade(config, "head")
        return before, newest()


def newest() -> str:
    """The revision that this code needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError("the package holds no migrations")
    return head


def current(store: Store) -> str | None:
    """The revision that the database is at, None where it is empty."""
    with store.begin() as db:
        return MigrationContext.configure(db).get_current_revision()
