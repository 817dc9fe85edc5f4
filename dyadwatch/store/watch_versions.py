"""The versions of watches: every document that was stored of one."""

from sqlalchemy import Connection, text

from dyadwatch.errors import NotFound
from dyadwatch.model.watches import FullWatchVersionView, WatchVersionView

MAX_VERSIONS = 200  # that are listed

_ALL = text("""
SELECT version, created_at FROM watch_versions WHERE watch_id = :watch ORDER BY version DESC LIMIT :limit
""")
_ONE = text("""
SELECT version, created_at, document FROM watch_versions WHERE watch_id = :watch AND version = :version
""")


def of_watch(db: Connection, watch: str) -> list[WatchVersionView]:
    """The versions of a watch, newest first, MAX_VERSIONS at most. Raises NotFound."""
    rows = db.execute(_ALL, {"watch": watch, "limit": MAX_VERSIONS}).all()
    if not rows:
        raise NotFound(f"There is no watch {watch!r}.")
    return [WatchVersionView(*row) for row in rows]


def get(db: Connection, watch: str, version: int) -> FullWatchVersionView:
    """Raises NotFound."""
    row = None
    if version < 2**31:
        row = db.execute(_ONE, {"watch": watch, "version": version}).first()
    if row is None:
        raise NotFound(f"There is no version {version} of the watch {watch!r}.")
    return FullWatchVersionView(*row)
