"""The bars add up to the alerts of each day, and a week is held against those before it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyadwatch.model.activity import DayCount
from service.ui import timeline
from service.ui.overview import _week

FIRST = date(2026, 1, 1)
_days = st.lists(
    st.tuples(
        st.integers(0, 400),
        st.dictionaries(st.sampled_from(["CONSULT", "SUPPORT", "ASSAULT"]), st.integers(1, 99)),
    ),
    min_size=1,
    max_size=20,
)


def _counts(days):
    return [
        DayCount(FIRST + timedelta(days=number), count, kinds if count else {})
        for number, (count, kinds) in enumerate(days)
    ]


@given(_days)
def test_the_parts_of_a_bar_are_as_high_as_its_alerts_are_many(days):
    shown = timeline.build(_counts(days))
    assert shown.top >= max(bar.count for bar in shown.bars)
    for bar in shown.bars:
        height = sum(part.height for part in bar.parts)
        assert height == pytest.approx(timeline.HEIGHT * bar.count / shown.top, abs=0.1)
        assert all(part.y >= -0.01 for part in bar.parts)


def test_an_alert_without_an_event_is_a_tie_and_mirrored_time_runs_to_the_left():
    days = [(3, {"CONSULT": 1}), (0, {}), (2, {"CONSULT": 2, "ASSAULT": 2})]
    shown = timeline.build(_counts(days), mirrored=True)
    assert [(code, count) for code, _label, count in shown.kinds] == [
        ("CONSULT", 3),
        ("ASSAULT", 2),
        ("TIE", 2),
    ]
    assert [bar.x for bar in shown.bars] == [20, 10, 0]


@pytest.mark.parametrize(
    ("before", "week", "state"),
    [(0, 7, ""), (70, 70, "usual"), (70, 84, "usual"), (70, 140, "burst"), (70, 7, "quiet")],
)
def test_a_week_is_unusual_only_beyond_chance(app, before, week, state):
    assert _week([before // 7] * 56 + [week // 7] * 7)["state"] == state
