"""Sealing every stored secret anew: after keys were set, changed or are to be dropped."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial

from sqlalchemy import Connection, TextClause, text

from dyadwatch.store import sealing
from dyadwatch.store.database import Store

_BATCH = 100  # rows of one transaction
# Every column that holds what is sealed: (table, key, column).
_COLUMNS = (
    ("subscription_secrets", "id", "sealed"),
    ("hub_subscriptions", "feed_id", "secret"),
    ("subscriptions", "id", "sealed_headers"),
    ("hub_subscribers", "subscription_id", "secret"),
    ("hub_subscribers", "subscription_id", "asked_secret"),
)


def reseal(store: Store) -> Mapping[str, int]:
    """Seals every secret anew, with the first of the keys, so that the others can be dropped. Returns how
    many there are of each table. Raises SecretUnreadable."""
    counts: Counter[str] = Counter()
    for table, key, column in _COLUMNS:
        counts[table] += _reseal(store, table, key, column)
    return counts


def _reseal(store: Store, table: str, key: str, column: str) -> int:
    read = text(
        f"SELECT {key} AS key, {column} AS stored FROM {table} WHERE {key} > :after"  # noqa: S608  # constant SQL
        f" AND {column} IS NOT NULL ORDER BY {key} LIMIT :limit FOR UPDATE"
    )
    write = text(f"UPDATE {table} SET {column} = :sealed WHERE {key} = :key")  # noqa: S608
    count, after = 0, 0
    while keys := store.run(partial(_reseal_batch, read=read, write=write, after=after)):
        count, after = count + len(keys), keys[-1]
    return count


def _reseal_batch(db: Connection, *, read: TextClause, write: TextClause, after: int) -> Sequence[int]:
    sealer = sealing.of(db)
    rows = db.execute(read, {"after": after, "limit": _BATCH}).all()
    if rows:
        db.execute(write, [{"key": row.key, "sealed": sealer.seal(sealer.open(row.stored))} for row in rows])
    return [row.key for row in rows]
