"""What a migration does while the product works on: it fills and indexes large tables without stopping
whoever writes to them. Every function may be repeated, where a migration was interrupted."""

import re

from alembic import op
from sqlalchemy import Connection, text

_BATCH = 1_000  # rows of one transaction, so that whoever writes to one of them waits for a moment only
_COMMENT = re.compile(r"^--.*$", re.MULTILINE)
_INDEX = re.compile(r"CREATE (?:UNIQUE )?INDEX CONCURRENTLY (\w+)\s+ON .+", re.DOTALL)
_IS_VALID = text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)")


def fill(table: str, statement: str) -> None:
    """Executes a statement for all rows of a table, by ranges of its ids
    from :low to :high. Rows that come meanwhile are not its concern."""
    with op.get_context().autocommit_block():
        db = op.get_bind()
        last = db.execute(text(f"SELECT coalesce(max(id), 0) FROM {table}")).scalar_one()  # noqa: S608
        for low in range(1, last + 1, _BATCH):
            db.execute(text(statement), {"low": low, "high": low + _BATCH - 1})


def index(statements: str) -> None:
    """Builds indexes (CREATE INDEX CONCURRENTLY ...; ...), apart from those that there are."""
    with op.get_context().autocommit_block():
        for statement in filter(None, map(str.strip, _COMMENT.sub("", statements).split(";"))):
            _index(op.get_bind(), statement)


def drop(*names: str) -> None:
    """Drops those of the indexes that exist."""
    with op.get_context().autocommit_block():
        for name in names:
            op.get_bind().execute(text(f"DROP INDEX CONCURRENTLY IF EXISTS {name}"))


def _index(db: Connection, statement: str) -> None:
    match = _INDEX.fullmatch(statement)
    if match is None:
        raise ValueError(f"not an index that is built beside other work: {statement}")
    name = match.group(1)
    is_valid = db.execute(_IS_VALID, {"name": name}).scalar_one_or_none()
    if is_valid:
        return
    if is_valid is not None:  # building it was interrupted
        db.execute(text(f"DROP INDEX CONCURRENTLY {name}"))
    db.execute(text(statement))
