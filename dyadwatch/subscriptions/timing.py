"""When what a subscription is owed is sent: at once, or later and together.

`debounce` holds updates of an alert until none has come for so long, and sends the last; `quiet hours` hold
everything until they end; a `digest` sends all of an hour or a day as one. Days and hours are those of a
time zone, through its changes of clocks. Rows that are held are read again by `plan` until it lets them go,
so that another timing, a restart or a fault changes nothing but when.
"""

import zoneinfo
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import chain
from zoneinfo import ZoneInfo

from dyadwatch.model.deliveries import HeldDelivery
from dyadwatch.model.subscriptions import DigestTimes, QuietHours, Timing

DIGEST = "alert.digest"  # the type of its event
DIGEST_ALERTS = 50  # in one digest; the others are in the next, sent at once after it
_LONGEST = 5  # times the debounce after which an alert that never rests is sent
_UPDATE, _CREATED, _WITHDRAWN = "alert.updated", "alert.created", "alert.withdrawn"
_ALERT_EVENTS = (_CREATED, _UPDATE, _WITHDRAWN)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sending:
    """What would be sent at a time: one delivery, or a digest of several."""

    at: datetime
    ids: tuple[int, ...]
    is_digest: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of deliveries that are held, by their ids: sent by themselves, made one digest each,
    superseded by a later one; the others are looked at again at `look_again`."""

    send: tuple[int, ...] = ()
    digests: tuple[tuple[int, ...], ...] = ()
    supersede: tuple[int, ...] = ()
    look_again: datetime | None = None


def plan(held: Sequence[HeldDelivery], timing: Timing | None, now: datetime) -> Plan:
    """What becomes of the deliveries of a subscription that are `held`, in the order of their events. `now`
    is aware."""
    if timing is None:
        return Plan(send=tuple(row.id for row in held))
    quiet = quiet_until(timing.quiet_hours, now)
    if quiet is not None:
        return Plan(look_again=quiet)
    if timing.digest is not None:
        return _plan_digests(held, timing.digest, now)
    return _plan_debounced(held, timedelta(seconds=timing.debounce_seconds or 0), now)


def simulate(rows: Sequence[HeldDelivery], timing: Timing | None) -> list[Sending]:
    """What would have been sent of deliveries, in the order of their events, had each been held when it was
    made."""
    sendings: list[Sending] = []
    waiting: list[HeldDelivery] = []
    look: datetime | None = None
    place = 0
    while place < len(rows) or look is not None:
        now = (
            look
            if look is not None and _comes_first(look, rows[place:][:1], timing)
            else rows[place].created_at
        )
        while place < len(rows) and rows[place].created_at <= now:
            waiting.append(rows[place])
            place += 1
        planned = plan(waiting, timing, now)
        sendings += (Sending(now, (number,), is_digest=False) for number in planned.send)
        sendings += (Sending(now, ids, is_digest=True) for ids in planned.digests)
        gone = {*planned.send, *planned.supersede, *chain.from_iterable(planned.digests)}
        waiting = [row for row in waiting if row.id not in gone] if gone else waiting
        look = planned.look_again
    return sendings


def quiet_until(quiet: QuietHours | None, now: datetime) -> datetime | None:
    """When the quiet hours end that it is in, None where it is in none. A time that the clocks skip is as
    much later; of one that they repeat the first begins quiet hours, and the last ends them."""
    if quiet is None:
        return None
    zone = ZoneInfo(quiet.time_zone)
    start, end = time.fromisoformat(quiet.start), time.fromisoformat(quiet.end)
    today = now.astimezone(zone).date()
    for day in (today - _DAY, today):
        begins = _moment(day, start, zone)
        last_day = day + _DAY if end <= start else day
        ends = max(_moment(last_day, end.replace(fold=fold), zone) for fold in (0, 1))
        if begins <= now < ends:
            return ends
    return None


def sent_types(event_types: Sequence[str], timing: Timing | None) -> Sequence[str]:
    """The types of what is sent of events of these types."""
    return [DIGEST] if timing is not None and timing.digest is not None else list(event_types)


def after_quiet_hours(timing: Timing | None, at: datetime) -> datetime:
    """`at`, or when the quiet hours end that it is in."""
    return (timing and quiet_until(timing.quiet_hours, at)) or at


def next_digest(digest: DigestTimes, after: datetime) -> datetime:
    """The first time for a digest after `after`: the next full hour, or the next day's time of it."""
    zone = ZoneInfo(digest.time_zone)
    if digest.every == "hour":
        offset = after.astimezone(zone).utcoffset() or timedelta()
        local = after.astimezone(UTC) + offset
        return local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1) - offset
    today = after.astimezone(zone).date()
    at = time.fromisoformat(digest.at or "08:00")
    times = (_moment(today + number * _DAY, at, zone) for number in (-1, 0, 1, 2))
    return next(moment for moment in times if moment > after)


def net_effect(event_types: Sequence[str]) -> str | None:
    """What the events of one alert, in order, come to for who hears of them together: None where an alert was
    raised and withdrawn again."""
    raised, last = _CREATED in event_types, event_types[-1]
    if last == _WITHDRAWN:
        return None if raised else last
    return _CREATED if raised else last


@cache
def available_time_zones() -> frozenset[str]:
    """The names of the tz database: reading them takes some milliseconds."""
    return frozenset(zoneinfo.available_timezones())


def _plan_digests(held: Sequence[HeldDelivery], digest: DigestTimes, now: datetime) -> Plan:
    times = [next_digest(digest, row.created_at) for row in held]
    groups: list[list[int]] = []
    void: list[list[int]] = []
    for group in _by_subject(row for row, at in zip(held, times, strict=True) if at <= now):
        is_void = net_effect([row.event_type for row in group]) is None
        (void if is_void else groups).append([row.id for row in group])
    parts = [groups[first : first + DIGEST_ALERTS] for first in range(0, len(groups), DIGEST_ALERTS)]
    return Plan(
        digests=tuple(tuple(sorted(chain.from_iterable(part))) for part in parts),
        supersede=tuple(chain.from_iterable(void)),
        look_again=min((at for at in times if at > now), default=None),
    )


def _plan_debounced(held: Sequence[HeldDelivery], debounce: timedelta, now: datetime) -> Plan:
    send = [row.id for row in held if row.event_type != _UPDATE]
    supersede: list[int] = []
    waiting: list[datetime] = []
    updates: defaultdict[int | None, list[HeldDelivery]] = defaultdict(list)
    for row in held:
        if row.event_type == _WITHDRAWN:
            supersede += (update.id for update in updates.pop(row.alert, ()))
        elif row.event_type == _UPDATE:
            updates[row.alert].append(row)
    for rows in updates.values():
        at = min(rows[-1].created_at + debounce, rows[0].created_at + _LONGEST * debounce)
        if at > now:
            waiting.append(at)
        else:
            supersede += (row.id for row in rows[:-1])
            send.append(rows[-1].id)
    return Plan(tuple(sorted(send)), (), tuple(supersede), min(waiting, default=None))


def _by_subject(rows: Iterable[HeldDelivery]) -> Iterable[list[HeldDelivery]]:
    """Events of one alert make one entry of a digest; each other event is one of its own."""
    groups: defaultdict[object, list[HeldDelivery]] = defaultdict(list)
    for row in rows:
        groups[row.alert if row.event_type in _ALERT_EVENTS else (row.id,)].append(row)
    return groups.values()


def _comes_first(look: datetime, following: Sequence[HeldDelivery], timing: Timing | None) -> bool:
    """Whether what is held is looked at before the next delivery is. For a digest that changes nothing."""
    is_digest = timing is not None and timing.digest is not None
    return is_digest or not following or look < following[0].created_at


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)
