"""When a subscription is sent what it is owed: pure, through the changes of clocks."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import orjson
import pytest

from dyadwatch.model.deliveries import DigestMember, HeldDelivery
from dyadwatch.model.subscriptions import DigestTimes, QuietHours, Timing
from dyadwatch.subscriptions.digests import digest_document
from dyadwatch.subscriptions.payloads import envelope
from dyadwatch.subscriptions.timing import DIGEST_ALERTS, net_effect, next_digest, plan, quiet_until, simulate

BERLIN, KATHMANDU = "Europe/Berlin", "Asia/Kathmandu"
NIGHT = QuietHours("22:00", "07:00", BERLIN)
START = datetime(2026, 1, 5, 10, tzinfo=UTC)
CREATED, UPDATED, WITHDRAWN = "alert.created", "alert.updated", "alert.withdrawn"


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def held(*rows):
    """Deliveries of (alert, type, seconds after START), with ids from 1."""
    return [
        HeldDelivery(number, alert, event_type, START + timedelta(seconds=seconds))
        for number, (alert, event_type, seconds) in enumerate(rows, 1)
    ]


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        (NIGHT, "2026-01-05T20:59", None),
        (NIGHT, "2026-01-05T21:00", "2026-01-06T06:00"),
        (NIGHT, "2026-01-06T05:59", "2026-01-06T06:00"),
        (NIGHT, "2026-01-06T06:00", None),
        (NIGHT, "2026-07-05T20:00", "2026-07-06T05:00"),
        # The clocks go forward at 01:00 UTC on 29 March, back at 01:00 UTC on 25 October.
        (NIGHT, "2026-03-28T22:30", "2026-03-29T05:00"),
        (NIGHT, "2026-10-24T21:30", "2026-10-25T06:00"),
        (QuietHours("02:30", "04:00", BERLIN), "2026-03-29T01:15", None),
        (QuietHours("02:30", "04:00", BERLIN), "2026-03-29T01:30", "2026-03-29T02:00"),
        (QuietHours("01:00", "02:30", BERLIN), "2026-10-25T01:15", "2026-10-25T01:30"),
        (QuietHours("01:00", "02:30", BERLIN), "2026-03-29T01:15", "2026-03-29T01:30"),
        (QuietHours("12:00", "13:00", KATHMANDU), "2026-01-05T06:15", "2026-01-05T07:15"),
        (None, "2026-01-05T21:00", None),
    ],
)
def test_quiet_hours_end_by_the_clock_on_the_wall(quiet, now, until):
    assert quiet_until(quiet, at(now)) == (until and at(until))


@pytest.mark.parametrize(
    ("digest", "after", "following"),
    [
        (DigestTimes("hour", BERLIN), "2026-01-05T10:00", "2026-01-05T11:00"),
        (DigestTimes("hour", KATHMANDU), "2026-01-05T10:00", "2026-01-05T10:15"),
        (DigestTimes("day", BERLIN, "08:00"), "2026-01-05T07:00", "2026-01-06T07:00"),
        (DigestTimes("day", BERLIN, "08:00"), "2026-01-05T06:59", "2026-01-05T07:00"),
        (DigestTimes("day", BERLIN, "08:00"), "2026-03-28T07:00", "2026-03-29T06:00"),
        (DigestTimes("day", BERLIN, "02:30"), "2026-03-28T12:00", "2026-03-29T01:30"),
        (DigestTimes("day", BERLIN, "02:30"), "2026-10-24T12:00", "2026-10-25T00:30"),
        (DigestTimes("day", BERLIN, "02:30"), "2026-10-25T00:30", "2026-10-26T01:30"),
        (DigestTimes("day", "Pacific/Kiritimati", "00:00"), "2026-01-05T09:00", "2026-01-05T10:00"),
    ],
)
def test_a_digest_is_due_at_the_next_time_of_its_zone(digest, after, following):
    assert next_digest(digest, at(after)) == at(following)


@pytest.mark.parametrize("zone", [BERLIN, "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"])
@pytest.mark.parametrize("every", ["hour", "day"])
def test_digests_of_a_year_never_repeat_and_leave_no_gap(zone, every):
    digest = DigestTimes(every, zone, "02:15" if every == "day" else None)
    times = [at("2026-01-01T00:00")]
    while times[-1] < at("2027-01-01T00:00"):
        times.append(next_digest(digest, times[-1]))
    gaps = {later - earlier for earlier, later in pairwise(times[1:])}
    widest = timedelta(hours=2) if every == "hour" else timedelta(hours=25)
    assert timedelta() < min(gaps) <= max(gaps) <= widest


def test_without_a_timing_everything_goes_at_once():
    rows = held((1, CREATED, 0), (1, UPDATED, 1))
    assert plan(rows, None, START).send == (1, 2)


def test_in_quiet_hours_nothing_goes():
    rows = held((1, CREATED, 0))
    night = at("2026-01-05T23:00")
    for timing in (
        Timing(quiet_hours=NIGHT),
        Timing(60, NIGHT),
        Timing(None, NIGHT, DigestTimes("hour", BERLIN)),
    ):
        planned = plan(rows, timing, night)
        assert (planned.send, planned.digests, planned.look_again) == ((), (), at("2026-01-06T06:00"))
    assert plan(rows, Timing(quiet_hours=NIGHT), START).send == (1,)


def test_a_debounce_sends_the_first_at_once_and_then_the_last_after_a_rest():
    rows = held(
        (1, CREATED, 0), (1, UPDATED, 10), (2, UPDATED, 15), (1, UPDATED, 50), (None, "endpoint.failing", 55)
    )
    timing = Timing(debounce_seconds=60)
    first = plan(rows, timing, START + timedelta(seconds=60))
    assert (first.send, first.supersede, first.look_again) == ((1, 5), (), START + timedelta(seconds=75))
    later = plan(rows[1:4], timing, START + timedelta(seconds=75))
    assert (later.send, later.supersede, later.look_again) == ((3,), (), START + timedelta(seconds=110))
    last = plan([rows[1], rows[3]], timing, START + timedelta(seconds=110))
    assert (last.send, last.supersede, last.look_again) == ((4,), (2,), None)


def test_an_alert_that_never_rests_is_sent_all_the_same():
    rows = held(*((1, UPDATED, 50 * number) for number in range(7)))
    assert plan(rows, Timing(debounce_seconds=60), START + timedelta(seconds=300)).send == (7,)


def test_a_withdrawal_goes_at_once_and_ends_the_updates_before_it():
    rows = held((1, UPDATED, 0), (2, UPDATED, 0), (1, WITHDRAWN, 5))
    planned = plan(rows, Timing(debounce_seconds=60), START + timedelta(seconds=5))
    assert (planned.send, planned.supersede) == ((3,), (1,))


def test_a_digest_tells_of_each_alert_once_and_not_of_what_came_to_nothing():
    rows = held(
        (1, CREATED, 0), (2, CREATED, 10), (1, UPDATED, 20), (2, WITHDRAWN, 30), (3, UPDATED, 40),
        (1, "article.gone", 50), (None, "endpoint.failing", 60), (4, CREATED, 3_700),
    )  # fmt: skip
    timing = Timing(digest=DigestTimes("hour", BERLIN))
    assert plan(rows, timing, START + timedelta(minutes=59)).look_again == START + timedelta(hours=1)
    planned = plan(rows, timing, START + timedelta(hours=1, minutes=2))
    assert planned.digests == ((1, 3, 5, 6, 7),)
    assert (planned.supersede, planned.look_again) == ((2, 4), START + timedelta(hours=2))


def test_very_many_alerts_make_several_digests():
    rows = held(*((number, CREATED, 0) for number in range(2 * DIGEST_ALERTS + 1)))
    planned = plan(rows, Timing(digest=DigestTimes("day", BERLIN, "08:00")), START + timedelta(days=2))
    assert [len(digest) for digest in planned.digests] == [DIGEST_ALERTS, DIGEST_ALERTS, 1]


@pytest.mark.parametrize(
    ("event_types", "effect"),
    [
        ([CREATED], CREATED),
        ([CREATED, UPDATED], CREATED),
        ([UPDATED, UPDATED], UPDATED),
        ([UPDATED, WITHDRAWN], WITHDRAWN),
        ([WITHDRAWN, UPDATED], UPDATED),
        ([CREATED, UPDATED, WITHDRAWN], None),
        (["article.gone"], "article.gone"),
    ],
)
def test_the_net_effect_of_events(event_types, effect):
    assert net_effect(event_types) == effect


def test_a_digest_has_the_last_document_of_each_alert_under_what_its_events_come_to():
    own = envelope("alert.digest", START, {"subscription": 3})
    alert = envelope(UPDATED, START, {"id": 1}).decode()
    members = [
        DigestMember((CREATED, UPDATED), alert),
        DigestMember((CREATED, WITHDRAWN), alert),
        DigestMember((UPDATED,), ""),
    ]
    data = orjson.loads(digest_document(own, members))["data"]
    assert (data["subscription"], data["count"]) == (3, 1)
    assert [(event["type"], event["data"]) for event in data["events"]] == [(CREATED, {"id": 1})]


def test_a_simulation_counts_what_would_have_been_sent():
    rows = held(*((number % 3, UPDATED, 40 * number) for number in range(90)))
    assert len(simulate(rows, None)) == 90
    assert len(simulate(rows, Timing(digest=DigestTimes("hour", BERLIN)))) == 1
    assert [len(each.ids) for each in simulate(rows, Timing(digest=DigestTimes("day", BERLIN, "08:00")))] == [
        90
    ]
    assert len(simulate(rows, Timing(debounce_seconds=100))) == 90
    assert len(simulate(rows, Timing(debounce_seconds=300))) < 20
    assert simulate([], Timing(debounce_seconds=300)) == []
