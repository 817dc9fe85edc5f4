"""Whether what a path of the API names is still there, and that it stays as it is while it is changed."""

from sqlalchemy import Connection, text

_TABLES = {
    "sources": "sources",
    "feeds": "feeds",
    "stories": "stories",
    "alerts": "alerts",
    "watches": "watches",
    "subscriptions": "subscriptions",
    "keys": "api_keys",
    "archive-runs": "archive_runs",
    "saved-views": "saved_views",
}
_LOCK = {
    kind: text(f"SELECT 1 FROM {table} WHERE id = :id FOR UPDATE")  # noqa: S608  # constant SQL
    for kind, table in _TABLES.items()
}
_EXISTS = {
    kind: text(f"SELECT EXISTS (SELECT 1 FROM {table} WHERE id = :id)")  # noqa: S608
    for kind, table in _TABLES.items()
}


def lock(db: Connection, path: str) -> None:
    """Keeps others from changing a resource until the transaction ends."""
    kind, key = _row(path)
    db.execute(_LOCK[kind], {"id": key})


def exists(db: Connection, path: str) -> bool:
    """Whether the resource at a path is there, or the one that a list below it belongs to."""
    kind, key = _row(path)
    return bool(db.execute(_EXISTS[kind], {"id": key}).scalar_one())


def _row(path: str) -> tuple[str, int | str]:
    _, _, kind, key, *_ = path.split("/")
    return kind, key if kind == "watches" else int(key)
