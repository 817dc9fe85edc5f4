"""The sweep: the rows that each step works, and those of them that were lost."""

from collections.abc import Mapping

from sqlalchemy import Connection

from dyadwatch.model.activity import Backlog
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

_COUNTED = 10_000  # due rows of a queue
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


def tables(step: Step) -> tuple[str, ...]:
    """The tables whose rows a step works through."""
    return tuple(queue.table for queue in _QUEUES[step])


def recover(db: Connection, step: Step) -> int:
    """Makes the rows of a step due that are neither due, being worked, done nor waiting for a person, which
    no fault may leave behind for ever, a batch of each table at most. Returns how many there were."""
    return sum(claims.recover(db, queue) for queue in _QUEUES[step])


def count_lost(db: Connection) -> Mapping[Step, int]:
    """How many such rows each step has."""
    return {step: sum(claims.count_lost(db, queue) for queue in queues) for step, queues in _QUEUES.items()}


def backlogs(db: Connection) -> list[Backlog]:
    """What each step has to do now."""
    lost = count_lost(db)
    return [_backlog(db, step, queues, lost[step]) for step, queues in _QUEUES.items()]


def _backlog(db: Connection, step: Step, queues: tuple[claims.Queue, ...], lost: int) -> Backlog:
    due = [claims.count_due(db, queue, limit=_COUNTED) for queue in queues]
    oldest = min((at for _count, at in due if at is not None), default=None)
    return Backlog(step.value, sum(count for count, _at in due), oldest, lost)
