"""Taking work: rows that are due, for one turn, by one runner.

`due_at` is schedule, retry delay and lease in one; `turn` is the fencing counter. A claim pushes `due_at` to the
end of the lease and adds one to `turn`; a save names the turn it was claimed with, so late runners change nothing.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, RowMapping, text

# Due rows looked at for each row taken, so that one host with many due rows hides no other.
_WINDOW = 20

_CLAIM = """
WITH due AS (
    SELECT id, host, due_at FROM {table}
    WHERE due_at <= now() AND host <> ALL(:busy) ORDER BY due_at LIMIT :window
), placed AS (
    SELECT id, row_number() OVER (PARTITION BY host ORDER BY due_at, id) AS place FROM due
), picked AS (
    SELECT row.id FROM {table} AS row JOIN placed USING (id)
    WHERE placed.place <= :per_host AND row.due_at <= now()
    ORDER BY row.due_at LIMIT :limit FOR UPDATE OF row SKIP LOCKED
)
UPDATE {table} AS row SET due_at = now() + make_interval(secs => :lease), turn = row.turn + 1
FROM picked WHERE row.id = picked.id RETURNING {returning}
"""

_CLAIM_ANY_HOST = """
WITH picked AS (
    SELECT id FROM {table} WHERE due_at <= now() ORDER BY due_at, id LIMIT :limit FOR UPDATE SKIP LOCKED
)
UPDATE {table} AS row SET due_at = now() + make_interval(secs => :lease), turn = row.turn + 1
FROM picked WHERE row.id = picked.id RETURNING row.*
"""


def take(
    db: Connection,
    table: str,
    *,
    limit: int,
    lease: float,
    per_host: int,
    busy: Collection[str] = (),
    returning: str = "row.*",
) -> list[RowMapping]:
    """Claims at most `limit` due rows of `table` for `lease` seconds: at most `per_host` of each host, and none of
    the `busy` hosts. `table` is a name of ours with columns id, host, due_at and turn; `returning` what the mappings
    hold, as SQL of ours over `row`."""
    statement = text(_CLAIM.format(table=table, returning=returning))
    given: dict[str, Any] = {
        "limit": limit,
        "lease": lease,
        "per_host": per_host,
        "busy": list(busy),
        "window": limit * _WINDOW,
    }
    return list(db.execute(statement, given).mappings())


def take_any(db: Connection, table: str, *, limit: int, lease: float) -> list[RowMapping]:
    """Claims at most `limit` due rows of `table`, whose rows have no host, for `lease` seconds."""
    statement = text(_CLAIM_ANY_HOST.format(table=table))
    return list(db.execute(statement, {"limit": limit, "lease": lease}).mappings())
