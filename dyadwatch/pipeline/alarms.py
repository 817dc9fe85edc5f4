"""Alarms: looks at the series of each watch every ten minutes, as a part of the notify step."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import structlog

from dyadwatch import series
from dyadwatch.errors import StoreUnavailable
from dyadwatch.model.alarms import AlarmKind, AlarmView, ClaimedCheck, Finding
from dyadwatch.model.series import Clock
from dyadwatch.model.steps import Step
from dyadwatch.model.subscriptions import WatchEventType
from dyadwatch.pipeline.context import StepContext
from dyadwatch.store import Connection, alarms, watches
from dyadwatch.store import series as counts

_log = structlog.get_logger(__name__)

_BATCH = 20
_ZONE = series.time_zone("UTC")
# By publication: an archive that is read today is no burst, and what was read late no silence.
_CLOCK: Clock = "published"
_SOURCES = 200  # whose health is looked at
_EVENTS: dict[AlarmKind, WatchEventType] = {"burst": "watch.burst", "silence": "watch.silent"}


def run(context: StepContext) -> int:
    """Looks at the watches whose turn it is. Returns how many deliveries that made."""
    claimed = context.store.run(lambda db: alarms.claim(db, limit=_BATCH))
    if claimed:
        while not context.stopping.is_set() and context.store.run(counts.sum_up) == counts.BATCH:
            pass
    deliveries = sum(_check(context, one) for one in claimed)
    if deliveries:
        context.hint(Step.DELIVER)
    return deliveries


def _check(context: StepContext, claimed: ClaimedCheck) -> int:
    try:
        return context.store.run(lambda db: check(db, claimed, datetime.now(UTC)))
    except StoreUnavailable:
        raise
    except Exception:  # this watch's turn comes again when its lease ends
        _log.exception("alarms failed unexpectedly", watch=claimed.watch)
        return 0


def check(db: Connection, claimed: ClaimedCheck, now: datetime) -> int:
    """Raises, updates and ends the alarms of a watch as its series is now. Returns how many
    deliveries that made."""
    if not alarms.finish(db, claimed):
        return 0
    findings = {finding.kind: finding for finding in _findings(db, claimed.watch, now)}
    active = {alarm.finding.kind: alarm for alarm in alarms.active(db, claimed.watch)}
    ended = sum(_go_on(db, alarm, findings.get(kind)) for kind, alarm in active.items())
    new = [findings[kind] for kind in findings if kind not in active]
    return ended + sum(_raise(db, claimed.watch, finding) for finding in new)


def _go_on(db: Connection, alarm: AlarmView, finding: Finding | None) -> int:
    if finding is not None:
        alarms.update(db, alarm.id, finding)
        return 0
    _log.info("alarm ended", watch=alarm.watch, kind=alarm.finding.kind)
    return alarms.announce(db, "watch.resolved", alarms.end(db, alarm.id))


def _raise(db: Connection, watch: str, finding: Finding) -> int:
    alarm = alarms.add(db, watch, finding)
    _log.info("alarm", watch=watch, kind=finding.kind, cause=finding.cause, observed=finding.observed)
    return alarms.announce(db, _EVENTS[finding.kind], alarm)


def _findings(db: Connection, watch: str, now: datetime) -> Iterator[Finding]:
    """What is out of the usual; nothing is of a watch that is disabled."""
    if not watches.get(db, watch).enabled:
        return
    days = series.edges("day", _ZONE, since=now - timedelta(days=series.LONGEST), until=None, now=now)
    numbers = [
        *counts.earlier_counts(db, watch, _CLOCK, days),
        *series.totals(days, counts.cells(db, watch, _CLOCK, [series.TOTAL], days)),
    ]
    first = next((place for place, number in enumerate(numbers) if number), len(numbers))
    numbers = numbers[first:]
    burst = series.find_burst(numbers)
    if burst:
        expected = burst.expected
        began_at = days.starts[-1 - burst.days_ago]
        yield Finding("burst", began_at, 1, burst.count, expected.median, upper=expected.upper)
    silence = series.find_silence(numbers)
    if silence:
        yield _silence(db, watch, silence, days, now)


def _silence(
    db: Connection, watch: str, silence: series.Silence, days: series.Edges, now: datetime
) -> Finding:
    began_at = days.starts[-1] - timedelta(days=silence.days)
    edges = series.edges(
        "day", _ZONE, since=began_at - timedelta(days=series.HISTORY), until=began_at, now=now
    )
    reports: dict[int, int] = {}
    for cell in counts.cells(db, watch, _CLOCK, ["source"], edges):
        reports[int(cell.value)] = reports.get(int(cell.value), 0) + cell.number
    heaviest = dict(sorted(reports.items(), key=lambda item: (-item[1], item[0]))[:_SOURCES])
    healths = alarms.source_healths(db, heaviest)
    cause, sources = series.find_cause(heaviest, healths, since=began_at, now=now)
    chance = float(f"{silence.chance:.1e}")
    return Finding(
        "silence", began_at, silence.days, 0, silence.usual, chance=chance, cause=cause, sources=sources
    )
