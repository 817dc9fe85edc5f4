"""Claiming rows that are due, for one turn, by one runner.

`due_at` is schedule, retry delay and lease in one; `turn` is a fencing token.
A claim pushes `due_at` to the end of the lease and adds one to `turn`; a save
names the turn that it was claimed with, so late runners change nothing.

Whatever makes a row due does it with `make_due_statement`, which raises the turn too: work that is under
way then loses, and is done again with what has changed. A row without `due_at` is done or waits for a
person; where neither is so (`Queue.lost`), it was lost, and `recover` makes it due.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection, RowMapping, TextClause, text

from dyadwatch.model.claims import ClaimedRow

LEASE = 60.0  # seconds for which a claimed row is its runner's
_WORK = 0.75  # of a lease: what is left of it is for saving
# Due rows looked at for each row claimed, so that a host with many due rows does not hide the others.
_WINDOW = 20

_PICK = """
picked AS (
    SELECT row.{key} AS key FROM {table} AS row WHERE row.due_at <= now(){condition}
    ORDER BY {order} LIMIT :limit FOR UPDATE OF row SKIP LOCKED
)"""
_PICK_BY_HOST = """
due AS (
    SELECT row.{key} AS key, row.host, row.due_at FROM {table} AS row
    WHERE row.due_at <= now() AND row.host <> ALL(:busy){condition} ORDER BY row.due_at LIMIT :window
), ranked AS (
    SELECT key, row_number() OVER (PARTITION BY host ORDER BY due_at, key) AS rank FROM due
), picked AS (
    SELECT row.{key} AS key FROM {table} AS row JOIN ranked ON ranked.key = row.{key}
    WHERE ranked.rank <= :per_host AND row.due_at <= now()
    ORDER BY {order} LIMIT :limit FOR UPDATE OF row SKIP LOCKED
)"""
_CLAIM = """
WITH {picked}
UPDATE {table} AS row SET due_at = now() + make_interval(secs => :lease), turn = row.turn + 1{count}
FROM picked WHERE row.{key} = picked.key RETURNING {returning}
"""
_MAKE_DUE = """
UPDATE {table} AS row SET due_at = {at}, turn = row.turn + 1{changes} WHERE {condition} RETURNING row.*
"""
_LOST = "row.due_at IS NULL AND {lost}"
_DEFER = """
UPDATE {table} SET due_at = CAST(:until AS timestamptz) + make_interval(secs => 15.0 * least({failures}, 4))
WHERE (id = :id AND turn = :turn) OR (host = :host AND due_at <= now())
"""


@dataclass(frozen=True)
class Queue:
    """A table whose rows are units of work, and how they are claimed. All strings are SQL of ours over `row`.

    `lost` holds for a row that, without `due_at`, is neither done nor waiting for a person.
    With `per_host`, the table has a column `host`, and one claim takes at most so many rows of the same host.
    `condition` (" AND ...") narrows what may be claimed; `failures` counts failures in a row. With
    `count_attempts`, the claim itself adds one to `attempt_count`: a row that kills its runner is not tried
    forever.
    """

    table: str
    lost: str
    per_host: int | None = None
    key: str = "id"
    condition: str = ""
    order: str = "row.due_at"
    returning: str = "row.*"
    failures: str = "attempt_count"
    count_attempts: bool = False

    @cached_property
    def claim_statement(self) -> TextClause:
        """Parameters: limit, lease; with `per_host` also per_host, busy, window."""
        names = {"table": self.table, "key": self.key, "condition": self.condition, "order": self.order}
        picked = (_PICK if self.per_host is None else _PICK_BY_HOST).format(**names)
        count = ", attempt_count = row.attempt_count + 1" if self.count_attempts else ""
        return text(_CLAIM.format(**names, picked=picked, count=count, returning=self.returning))

    @cached_property
    def recover_statement(self) -> TextClause:
        """No parameters."""
        return make_due_statement(self.table, _LOST.format(lost=self.lost))

    @cached_property
    def count_lost_statement(self) -> TextClause:
        """No parameters."""
        return text(f"SELECT count(*) FROM {self.table} AS row WHERE {_LOST.format(lost=self.lost)}")  # noqa: S608

    @cached_property
    def defer_statement(self) -> TextClause:
        """Parameters: id, turn, host, until."""
        return text(_DEFER.format(table=self.table, failures=self.failures))


def make_due_statement(table: str, condition: str, *, at: str = "now()", changes: str = "") -> TextClause:
    """Makes rows due at `at` and ends the turn of whoever is working them. Returns the rows. `changes`
    (", column = ...") are made with it. All strings are SQL of ours over `row`."""
    return text(_MAKE_DUE.format(table=table, condition=condition, at=at, changes=changes))


def claim(db: Connection, queue: Queue, *, limit: int, busy: Collection[str] = ()) -> list[RowMapping]:
    """Claims at most `limit` due rows, and where the queue counts hosts none of the `busy` ones."""
    params: dict[str, object] = {"limit": limit, "lease": LEASE}
    if queue.per_host is not None:
        params |= {"per_host": queue.per_host, "busy": list(busy), "window": limit * _WINDOW}
    return list(db.execute(queue.claim_statement, params).mappings())


def work_until(claimed_at: float) -> float:
    """When the work on a row must end that was claimed at `claimed_at`, so that its lease lasts for saving
    it. In the seconds of one clock."""
    return claimed_at + _WORK * LEASE


def recover(db: Connection, queue: Queue) -> int:
    """Makes the lost rows of a queue due. Returns how many there were."""
    return db.execute(queue.recover_statement).rowcount


def count_lost(db: Connection, queue: Queue) -> int:
    """How many rows of a queue are neither due, being worked, done nor waiting for a person."""
    count: int = db.execute(queue.count_lost_statement).scalar_one()
    return count


def defer(db: Connection, queue: Queue, row: ClaimedRow, until: datetime) -> None:
    """Makes a claimed row due again at `until`, and with it the rows of its host that are due now and would
    only be deferred as well. Rows that failed before wait up to a minute longer than those that did not."""
    db.execute(queue.defer_statement, {"id": row.id, "turn": row.turn, "host": row.host, "until": until})
