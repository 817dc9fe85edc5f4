"""Sweeps: the tables that each step works through, how many of their rows are due, and those that were
lost."""

from collections.abc import Mapping

from sqlalchemy import Connection

from dyadwatch.model.status import QueueStatus
from dyadwatch.model.steps import Step
from dyadwatch.store import (
    alarms,
    announcements,
    archive_runs,
    claims,
    deliveries,
    feeds,
    hub_subscriptions,
    pages,
    pushes,
    rechecks,
    retention,
    snapshots,
)

_MAX_COUNT = 10_000  # due rows of a table that are counted
_QUEUES: Mapping[Step, tuple[claims.Queue, ...]] = {
    Step.POLL: (feeds.QUEUE,),
    Step.PUSH: (pushes.QUEUE, hub_subscriptions.QUEUE),
    Step.FETCH: (pages.QUEUE,),
    Step.RECHECK: (rechecks.QUEUE,),
    Step.TAG: (snapshots.QUEUE,),
    Step.BACKFILL: (archive_runs.QUEUE,),
    Step.NOTIFY: (announcements.QUEUE, alarms.QUEUE),
    Step.DELIVER: (deliveries.QUEUE,),
    Step.RETAIN: (retention.QUEUE,),
}


def recover(db: Connection, step: Step) -> int:
    """Makes the rows of a step due that are neither due, being worked, done nor waiting for a person, which
    no fault may leave behind for ever, a batch of each table at most. Returns how many there were."""
    return sum(claims.recover(db, queue) for queue in _QUEUES[step])


def count_lost(db: Connection) -> Mapping[Step, int]:
    """How many such rows each step has."""
    return {step: sum(claims.count_lost(db, queue) for queue in queues) for step, queues in _QUEUES.items()}


def queues(db: Connection) -> tuple[QueueStatus, ...]:
    """The rows of each step that are due now; of a table 10,000 at most are counted."""
    return tuple(_status(db, step, step_queues) for step, step_queues in _QUEUES.items())


def _status(db: Connection, step: Step, step_queues: tuple[claims.Queue, ...]) -> QueueStatus:
    counts = [claims.count_due(db, queue, limit=_MAX_COUNT) for queue in step_queues]
    due_since = min((at for _, at in counts if at is not None), default=None)
    return QueueStatus(step, sum(count for count, _ in counts), due_since)
