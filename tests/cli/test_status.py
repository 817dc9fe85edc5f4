"""`dyadwatch status` says which watches are out of the usual, and whose a silence is."""

from dataclasses import replace
from datetime import UTC, datetime

from dyadwatch.cli.status import describe_alarm
from dyadwatch.model.alarms import AlarmView, Finding

AT = datetime(2026, 3, 1, tzinfo=UTC)


def test_an_alarm_is_said_in_a_line():
    burst = AlarmView(1, "a-b", "active", Finding("burst", AT, 1, 30, 3.0, upper=10.0), AT, AT, None)
    assert describe_alarm(burst) == "a-b has 30 alerts on 2026-03-01, 3 are usual"
    finding = Finding("silence", AT, 4, 0, 9.0, chance=0.0001, cause="feeds")
    silence = replace(burst, finding=finding)
    assert describe_alarm(silence) == "a-b is silent since 2026-03-01, its feeds are in trouble"
    silence = replace(silence, finding=replace(finding, cause="pair"))
    assert describe_alarm(silence) == "a-b is silent since 2026-03-01, its feeds are well"
