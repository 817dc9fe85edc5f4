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

from sqlalchemy import Connection, TextClause, text

from dyadwatch.model.claims import Busy, ClaimedRow
from dyadwatch.store import queries

LEASE = 60.0  # seconds for which a claimed row is its runner's
_WORK = 0.75  # of a lease: what is left of it is for saving
# For each row claimed: due rows that are looked at so that whoever has many does not hide the others, those
# of them that are looked at first, and those that are passed over for their busy hosts and owners.
_WINDOW = 20
_NEAR = 4
_PASSED = 200
# Where few owners fill the window: owners that are looked at, from any of them on, and due rows of each.
_OWNERS = 1_000
_OF_OWNER = 100
NOTHING_BUSY = Busy()

_PICK = """
picked AS (
    SELECT row.{key} AS key FROM {table} AS row WHERE row.due_at <= now(){condition}
    ORDER BY {order} LIMIT :limit FOR UPDATE OF row SKIP LOCKED
)"""
_DUE_ROWS = """
    SELECT * FROM (
        SELECT row.{key} AS key, row.host, {owner} AS owner, row.due_at FROM {table} AS row
        WHERE row.due_at <= now(){condition} ORDER BY row.due_at LIMIT :passed
    ) AS row
    WHERE {may_go} AND owner <> ALL(:busy_owners)"""
# The rows that were due first are all that is looked at where their hosts' first rows are of as many owners
# as there are rows to claim: each gets one, and nobody behind them was due earlier. Rows are locked one by
# one, by their keys, in the order of their ranks: how many are due, which statistics seldom know, is no
# matter.
_PICK_BY_HOST = """
near AS MATERIALIZED ({due_rows} LIMIT :near),
due AS MATERIALIZED (
    SELECT * FROM near UNION ALL
    SELECT * FROM ({due_rows} OFFSET :near LIMIT :window - :near) AS farther WHERE :limit > (
        SELECT count(DISTINCT owner) FROM (
            SELECT DISTINCT ON (host) owner FROM near ORDER BY host, due_at
        ) AS first_of_host
    )
),{others} of_host AS (
    SELECT *, row_number() OVER (PARTITION BY host ORDER BY turn, due_at, key) AS host_rank FROM (
        SELECT *, row_number() OVER (PARTITION BY host, owner ORDER BY due_at, key) AS turn FROM (
            SELECT * FROM due UNION ALL SELECT * FROM others WHERE key NOT IN (SELECT key FROM due)
        ) AS candidates
    ) AS of_owner_and_host
), of_owner AS (
    SELECT *, row_number() OVER (PARTITION BY owner ORDER BY due_at, key) AS rank FROM of_host
    LEFT JOIN unnest(CAST(:hosts AS text[]), CAST(:host_counts AS integer[]))
        AS at_host (host, host_count) USING (host)
    WHERE host_rank <= :per_host - coalesce(host_count, 0)
), ranked AS MATERIALIZED (
    SELECT key FROM of_owner
    LEFT JOIN unnest(CAST(:owners_at_work AS bigint[]), CAST(:owner_counts AS integer[]))
        AS of_this (owner, owner_count) USING (owner)
    WHERE rank <= :per_owner - coalesce(owner_count, 0) ORDER BY rank, due_at
), picked AS (
    SELECT row.key FROM ranked CROSS JOIN LATERAL (
        SELECT row.{key} AS key FROM {table} AS row
        WHERE row.{key} = ranked.key AND (row.due_at <= now()) IS TRUE
        FOR UPDATE SKIP LOCKED
    ) AS row LIMIT :limit
)"""
# One due row of each of the other owners, found by the index of owners: it is read from one owner to the
# next, from any of them on, so that each comes up. Only where not all due rows were looked at.
_OTHERS = """
ends AS MATERIALIZED (
    SELECT (SELECT {owner} FROM {table} AS row WHERE row.due_at IS NOT NULL ORDER BY 1 LIMIT 1) AS lowest,
        (SELECT {owner} FROM {table} AS row WHERE row.due_at IS NOT NULL ORDER BY 1 DESC LIMIT 1) AS highest
    WHERE (SELECT count(DISTINCT owner) FROM due) < :limit AND (
        (SELECT count(*) FROM due) = :window
        OR EXISTS (SELECT FROM {table} AS row WHERE row.due_at <= now() ORDER BY row.due_at OFFSET :passed)
    )
), owners AS (
    SELECT 1 AS number, owner AS first, owner FROM (
        SELECT {owner} AS owner FROM {table} AS row, ends
        WHERE {owner} >= (SELECT lowest + CAST(random() * (highest - lowest) AS bigint) FROM ends)
            AND row.due_at IS NOT NULL
        ORDER BY 1 LIMIT 1
    ) AS any_owner
    UNION ALL
    SELECT number + 1, first, following.owner FROM owners CROSS JOIN LATERAL (SELECT coalesce(
        (SELECT {owner} FROM {table} AS row WHERE {owner} > owners.owner AND row.due_at IS NOT NULL
         ORDER BY 1 LIMIT 1), (SELECT lowest FROM ends)) AS owner
    ) AS following
    WHERE number < :owners AND following.owner <> first
), others AS (
    SELECT other.* FROM owners CROSS JOIN LATERAL (
        SELECT key, host, owners.owner, due_at FROM (
            SELECT row.{key} AS key, row.host, row.due_at FROM {table} AS row
            WHERE {owner} = owners.owner AND row.due_at <= now(){condition}
            ORDER BY row.due_at LIMIT :of_owner
        ) AS row
        WHERE {may_go} LIMIT 1
    ) AS other
    WHERE owners.owner <> ALL(:busy_owners) LIMIT :limit
),"""
_MAY_GO = """(host <> ALL(:busy_hosts)
    AND (CAST(:only_hosts AS text[]) IS NULL OR host IN (SELECT unnest(CAST(:only_hosts AS text[])))))"""
_CLAIM = """
WITH RECURSIVE {picked}
UPDATE {table} AS row SET due_at = now() + make_interval(secs => :lease), turn = row.turn + 1{count}
WHERE row.{key} = ANY(ARRAY(SELECT key FROM picked)) RETURNING {returning}
"""
_MAKE_DUE = """
UPDATE {table} AS row SET due_at = {at}, turn = row.turn + 1{changes} WHERE {condition} RETURNING row.*
"""
_LOST = "row.due_at IS NULL AND {lost}"
BATCH = 1_000  # rows that one statement makes due, or defers
# Those that would be claimed next. What is behind them is deferred when it gets there.
_NEXT = """
SELECT id FROM (SELECT * FROM {table} WHERE due_at <= {at} ORDER BY due_at LIMIT :limit) AS row
WHERE {condition}
"""
_DEFER = """
UPDATE {table} SET due_at = CAST(:until AS timestamptz) + make_interval(secs => 15.0 * least({failures}, 4))
WHERE (id = :id AND turn = :turn) OR (id IN ({next}) AND due_at <= now())
"""


@dataclass(frozen=True)
class Queue:
    """A table whose rows are units of work, and how they are claimed. All strings are constant SQL over
    `row`.

    `lost` holds for a row that, without `due_at`, is neither done nor waiting for a person.
    With `per_host`, the table has a column `host`, and a claim leaves at most so many rows of the same host
    under way; with `per_owner` at most so many of the same `owner`, and those of all owners are taken by
    turns; an index of (owner, due_at) finds the others behind one with very many. These are claimed in the
    order of `due_at`.
    `condition` (" AND ...") narrows what may be claimed; `failures` counts failures in a row. With
    `count_attempts`, the claim itself adds one to `attempt_count`: a row that kills its runner is not tried
    forever. `since` is when a row became due, where some go before others by a `due_at` before they were
    made.
    """

    table: str
    lost: str
    per_host: int | None = None
    owner: str | None = None
    per_owner: int = 1
    key: str = "id"
    condition: str = ""
    order: str = "row.due_at"
    since: str = "row.due_at"
    returning: str = "row.*"
    failures: str = "attempt_count"
    count_attempts: bool = False

    @cached_property
    def claim_statement(self) -> TextClause:
        """Parameters: `claim_parameters`."""
        names = {"table": self.table, "key": self.key, "condition": self.condition, "order": self.order}
        names |= {"owner": self.owner or f"row.{self.key}", "may_go": _MAY_GO}
        names["others"] = _OTHERS.format(**names)
        names["due_rows"] = _DUE_ROWS.format(**names)
        picked = (_PICK if self.per_host is None else _PICK_BY_HOST).format(**names)
        count = ", attempt_count = row.attempt_count + 1" if self.count_attempts else ""
        return text(_CLAIM.format(**names, picked=picked, count=count, returning=self.returning))

    def claim_parameters(self, limit: int, busy: Busy = NOTHING_BUSY) -> dict[str, object]:
        """Those of `claim_statement`, to claim at most `limit` rows, none of them of who is `busy`."""
        params: dict[str, object] = {"limit": limit, "lease": LEASE}
        if self.per_host is None:
            return params
        return params | {
            "per_host": self.per_host,
            "per_owner": self.per_owner,
            "near": limit * min(_NEAR, _WINDOW),
            "window": limit * _WINDOW,
            "passed": limit * _PASSED,
            "owners": _OWNERS,
            "of_owner": _OF_OWNER,
            "busy_hosts": list(busy.hosts),
            "busy_owners": list(busy.owners),
            "hosts": list(busy.host_counts),
            "host_counts": list(busy.host_counts.values()),
            "owners_at_work": list(busy.owner_counts),
            "owner_counts": list(busy.owner_counts.values()),
            "only_hosts": None if busy.only_hosts is None else list(busy.only_hosts),
        }

    @cached_property
    def recover_statement(self) -> TextClause:
        """Parameters: limit."""
        return make_due_statement(self.table, f"{_LOST.format(lost=self.lost)} LIMIT :limit", key=self.key)

    @cached_property
    def count_lost_statement(self) -> TextClause:
        """No parameters."""
        return text(f"SELECT count(*) FROM {self.table} AS row WHERE {_LOST.format(lost=self.lost)}")  # noqa: S608

    @cached_property
    def count_due_statement(self) -> TextClause:
        """Parameters: limit."""
        rows = (
            f"SELECT {self.since} AS since FROM {self.table} AS row"  # noqa: S608
            " WHERE row.due_at <= now() ORDER BY row.due_at LIMIT :limit"
        )
        return text(f"SELECT count(*) AS count, min(since) AS oldest_at FROM ({rows}) AS due")  # noqa: S608

    @cached_property
    def defer_statement(self) -> TextClause:
        """Parameters: id, turn, host, ahead, behind, until, limit."""
        owner = self.owner or f"row.{self.key}"
        may_wait = (
            f"{owner} <> ALL(:ahead) AND {owner} = ANY(coalesce(CAST(:behind AS bigint[]), ARRAY[{owner}]))"
        )
        rows = next_statement(self.table, f"host = :host AND {may_wait}")
        return text(_DEFER.format(table=self.table, failures=self.failures, next=rows))


def next_statement(table: str, condition: str, *, at: str = "now()") -> str:
    """The ids of the next `:limit` rows that are due `at` a time and for which a condition over `row`
    holds."""
    return _NEXT.format(table=table, condition=condition, at=at)


def make_due_statement(
    table: str, condition: str, *, at: str = "now()", changes: str = "", key: str | None = None
) -> TextClause:
    """Makes rows due at `at` and ends the turn of whoever is working them. Returns the rows. `changes`
    (", column = ...") are made with it. With the `key` of the table, the condition may end in a LIMIT. All
    strings are constant SQL over `row`."""
    if key is not None:
        condition = f"row.{key} IN (SELECT row.{key} FROM {table} AS row WHERE {condition})"  # noqa: S608
    return text(_MAKE_DUE.format(table=table, condition=condition, at=at, changes=changes))


def claim(db: Connection, queue: Queue, *, limit: int, busy: Busy = NOTHING_BUSY) -> list[queries.Record]:
    """Claims at most `limit` due rows, and where the queue counts hosts none of those that are `busy`."""
    params = queue.claim_parameters(limit, busy)
    return queries.run(db, queries.Query(queue.claim_statement, params, queries.records))


def work_until(claimed_at: float) -> float:
    """When the work on a row must end that was claimed at `claimed_at`, so that its lease lasts for saving
    it. In the seconds of one clock."""
    return claimed_at + _WORK * LEASE


def recover(db: Connection, queue: Queue) -> int:
    """Makes lost rows of a queue due, BATCH at most. Returns how many there were."""
    return db.execute(queue.recover_statement, {"limit": BATCH}).rowcount


def count_lost(db: Connection, queue: Queue) -> int:
    """How many rows of a queue are neither due, being worked, done nor waiting for a person."""
    count: int = db.execute(queue.count_lost_statement).scalar_one()
    return count


def count_due(db: Connection, queue: Queue, *, limit: int) -> tuple[int, datetime | None]:
    """How many rows of a queue are due, `limit` at most, and since when the first of them is."""
    count, oldest_at = db.execute(queue.count_due_statement, {"limit": limit}).one()
    return count, oldest_at


def defer(
    db: Connection,
    queue: Queue,
    row: ClaimedRow,
    until: datetime,
    *,
    ahead: Collection[int | None] = (),
    behind: Collection[int | None] | None = None,
) -> None:
    """Makes a claimed row due again at `until`, and with it those rows of its host that would be
    claimed next and only be deferred as well: all but those of the owners `ahead`, or unless None those of
    the owners `behind`; None among them is for rows without one. Rows that failed before wait up to a minute
    longer than those that did not."""
    params = {
        "id": row.id,
        "turn": row.turn,
        "host": row.host,
        "ahead": [owner or 0 for owner in ahead],
        "behind": None if behind is None else [owner or 0 for owner in behind],
        "until": until,
        "limit": BATCH,
    }
    db.execute(queue.defer_statement, params)
