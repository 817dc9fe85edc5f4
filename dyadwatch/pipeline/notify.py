"""notify: looks for alarms, and makes the events of changes that were not urgent: one for all that an alert
had meanwhile."""

import time
from datetime import UTC, datetime

import structlog

from dyadwatch.errors import StoreUnavailable
from dyadwatch.model.alerts import ClaimedAnnouncement
from dyadwatch.model.steps import Step
from dyadwatch.pipeline import alarms
from dyadwatch.pipeline.alerts import update_alert
from dyadwatch.pipeline.context import StepContext
from dyadwatch.store import Connection, announcements, endpoints, silent_subscriptions

_log = structlog.get_logger(__name__)

_BATCH = 50


def run(context: StepContext, seconds: float) -> int:
    """Makes the events that are due, for about `seconds`. Returns how many alerts were looked at, and how
    many deliveries alarms made."""
    until = time.monotonic() + seconds
    worked = 0 if context.stopping.is_set() else alarms.run(context)
    while time.monotonic() < until and not context.stopping.is_set():
        claimed = context.store.run(lambda db: announcements.claim(db, limit=_BATCH))
        if not claimed:
            break
        for one in claimed:
            _announce(context, one)
        context.hint(Step.DELIVER)
        worked += len(claimed)
    return worked


def find_silent(context: StepContext) -> None:
    """Tells those who asked for it which subscriptions have fallen silent."""

    def announce(db: Connection) -> int:
        silent = silent_subscriptions.note(db)
        for one in silent:
            _log.warning("subscription silent", subscription=one.subscription)
        return sum(
            endpoints.announce(
                db,
                one.subscription,
                "subscription.silent",
                {"problems": one.problems},
                datetime.now(UTC),
                is_reached=True,
            )
            for one in silent
        )

    if context.store.run(announce):
        context.hint(Step.DELIVER)


def _announce(context: StepContext, one: ClaimedAnnouncement) -> None:
    try:
        event = context.store.run(lambda db: update_alert(db, one.watch, one.story))
    except StoreUnavailable:
        raise
    except Exception:  # this alert's turn comes again when its lease ends
        _log.exception("notify failed unexpectedly", alert=one.alert)
    else:
        _log.info("announced", alert=one.alert, type=event)
