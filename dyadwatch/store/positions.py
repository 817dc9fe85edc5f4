"""Positions: numbers of changes in the order in which they became visible, so that who reads on from the last
number misses nothing, whatever transactions commit late.

A change is stored without a position. Whoever reads by position first gives one to each committed change that
has none, under a lock that only such readers take: a writer waits for nobody, and one that stalls delays only
its own change.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, text

from dyadwatch.errors import FieldError, InvalidInput
from dyadwatch.model.pagination import Changes
from dyadwatch.store.pagination import Record
from dyadwatch.store.queries import transaction

Item = TypeVar("Item")

_LOCK = 4_157_005  # of the advisory lock
_MAX_ASSIGNED = 5_000  # at once: history from before there were positions has none either
WINDOW = 1_000  # positions that a page passes over at most, whatever its filters leave out

_ANY_NEW = text("""
SELECT EXISTS (SELECT FROM alert_positions WHERE position IS NULL)
    OR EXISTS (SELECT FROM alert_events WHERE position IS NULL AND alert_id IS NOT NULL)
""")
# A row that a writer has locked is changed again: it gets its position after that.
_ASSIGN = """
WITH new AS MATERIALIZED (
    SELECT {key} AS key FROM {table} WHERE {condition} ORDER BY {key} LIMIT :limit
    FOR NO KEY UPDATE SKIP LOCKED
), numbered AS MATERIALIZED (
    SELECT key, nextval('positions') AS position FROM (SELECT key FROM new ORDER BY key) AS ordered
)
UPDATE {table} SET position = numbered.position{time} FROM numbered WHERE {table}.{key} = numbered.key
"""
# Later than all that was given before, whatever the clock says.
_TIME = (
    ", at = greatest(statement_timestamp(), (SELECT max(at) FROM alert_positions) + interval '1 microsecond')"
)
_LAST_TAKEN = text("SELECT last_value FROM positions")  # what a transaction that failed took counts too
_NEWEST = "SELECT coalesce(max(position), 0) FROM {table}"
_LAST = text("SELECT max(at) FROM alert_positions")
_BEFORE = text("""
SELECT coalesce(
    (SELECT position - 1 FROM alert_positions WHERE at > :since AND position IS NOT NULL
     ORDER BY at, position LIMIT 1),
    (SELECT max(position) FROM alert_positions),
    0)
""")
_ALERTS_BETWEEN = text("""
SELECT alert_id FROM alert_positions WHERE position > :after AND position <= :end ORDER BY position
""")
_OF_ALERTS = "position IS NULL AND alert_id IS NOT NULL"  # not of tests of a subscription
_IN_WINDOW = """
SELECT count(*), coalesce(max(position), :after) FROM (
    SELECT position FROM {table} WHERE position > :after ORDER BY position LIMIT :window
) AS passed
"""
_ASSIGNMENTS = (
    text(_ASSIGN.format(table="alert_positions", key="alert_id", condition="position IS NULL", time=_TIME)),
    text(_ASSIGN.format(table="alert_events", key="id", condition=_OF_ALERTS, time="")),
)


def read(
    db: Connection,
    query: Select[Any],
    params: Mapping[str, Any],
    build: Callable[[Sequence[Record]], Sequence[Item]],
    *,
    table: str,
    after: int,
    limit: int,
) -> Changes[Item]:
    """At most `limit` rows of `query` whose `position` (of `table`) is beyond `after`, in order. There may be
    `more` after few or none, where the filters left out a whole window. Raises InvalidInput
    (position_unknown)."""
    _assign(db)
    as_of = db.execute(_LAST).scalar_one()  # before the rows: what is visible by then is among them
    window = text(_IN_WINDOW.format(table=table))
    count, end = db.execute(window, {"after": after, "window": WINDOW}).one()
    if count == 0:
        _require_taken(db, after)
    beyond = query.where(text(f"{table}.position > :after AND {table}.position <= :end"))
    bound = {**params, "after": after, "end": end}
    rows = db.execute(beyond.order_by(text(f"{table}.position")).limit(limit + 1), bound).all()
    page = rows[:limit]
    if len(rows) > limit:
        return Changes(tuple(build(page)), page[-1].position, more=True, as_of=as_of)
    # Rows that the filters leave out need not be looked at again.
    return Changes(tuple(build(page)), end, more=count == WINDOW, as_of=as_of)


def newest(db: Connection, table: str) -> int:
    """The last position of a table; 0 where there is none."""
    _assign(db)
    return int(db.execute(text(_NEWEST.format(table=table))).scalar_one())


def before(db: Connection, since: datetime) -> int:
    """The position after which all alerts are that have changed since a time. An alert has changed when
    somebody could see it, which is later than what its `updated_at` says."""
    _assign(db)
    return int(db.execute(_BEFORE, {"since": since}).scalar_one())


def alerts_between(db: Connection, after: int, end: int) -> Sequence[int]:
    """The ids of the alerts whose positions are beyond `after` and not beyond `end`, at most a window."""
    return db.execute(_ALERTS_BETWEEN, {"after": after, "end": end}).scalars().all()


def _require_taken(db: Connection, after: int) -> None:
    """Refuses a position that comes from another database, or from before this one was restored: who waits
    there would hear of nothing, and not know it. Raises InvalidInput (position_unknown)."""
    last = int(db.execute(_LAST_TAKEN).scalar_one())
    if after > last:
        problem = FieldError("/after", f"is beyond {last}, the last position here", "position_unknown")
        detail = f"No change has had the position {after} here, the last one is {last}: read anew from 0."
        raise InvalidInput(detail, errors=[problem], code="position_unknown")


def _assign(db: Connection) -> None:
    if not db.execute(_ANY_NEW).scalar_one():
        return
    with transaction(db):
        db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        for statement in _ASSIGNMENTS:
            db.execute(statement, {"limit": _MAX_ASSIGNED})
