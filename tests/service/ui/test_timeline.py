"""The bars add up to the alerts of each day, and a week is held against those before it."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from dyadwatch.model.activity import DayCount
from service.ui import timeline
from service.ui.overview import _week

FIRST = date(2026, 1, 1)


def _counts(days):
    return [
        DayCount(FIRST + timedelta(days=number), count, kinds if count else {})
        for number, (count, kinds) in enumerate(days)
    ]


@pytest.fixture(scope="module")
def requested():
    """What a page in a language knows while it is made."""
    app = Flask(__name__)
    app.add_url_rule("/alerts", "page.alerts")
    return lambda language: app.test_request_context("/", headers={"Accept-Language": language})


def _columns(svg):
    """The heights of the blocks of a chart, with where each column leads."""
    return [
        (link["href"], [float(box["height"]) for box in link("rect")])
        for link in sorted(BeautifulSoup(svg, "lxml")("a"), key=lambda link: float(link.rect["x"]))
    ]


def test_the_parts_of_a_bar_are_as_high_as_its_alerts_are_many(requested):
    days = [(0, {}), (7, {"CONSULT": 5, "SUPPORT": 5}), (1, {}), (13, {"ASSAULT": 12}), (0, {})]
    with requested("en"):
        shown = timeline.build(_counts(days), "a-b")
    assert shown.top >= max(bar.count for bar in shown.bars)
    reported = [bar for bar in shown.bars if bar.count]
    for bar, (href, heights) in zip(reported, _columns(shown.chart), strict=True):
        assert href == bar.href
        assert sum(heights) == pytest.approx(100, abs=0.1)
        assert sum(heights[: len(bar.parts)]) == pytest.approx(100 * bar.count / shown.top, abs=0.1)


def test_an_alert_without_an_event_is_a_tie_and_time_runs_as_the_page_is_read(requested):
    days = [(3, {"CONSULT": 1}), (0, {}), (2, {"CONSULT": 2, "ASSAULT": 2})]
    with requested("en"):
        shown = timeline.build(_counts(days), "a-b")
    with requested("ar"):
        mirrored = timeline.build(_counts(days), "a-b")
    assert [kind[::2] for kind in shown.kinds] == [("CONSULT", 3), ("ASSAULT", 2), ("TIE", 2)]
    assert _columns(mirrored.chart) == _columns(shown.chart)[::-1]


def test_a_bar_leads_to_the_alerts_of_its_day_and_says_what_they_are(requested):
    with requested("en"):
        shown = timeline.build(_counts([(4, {"CONSULT": 1})]), "a-b")
    [(href, heights)] = _columns(shown.chart)
    assert href == "/alerts?watch=a-b&since=2026-01-01&until=2026-01-02&state=active"
    assert len(heights) == 3  # with what is above the bar
    assert BeautifulSoup(shown.chart, "lxml").title.text == "1 Jan 2026: 4 · Consult 1 · Tie 3"


def test_a_bar_may_be_of_several_days_of_which_each_has_its_ties(requested):
    days = [(2, {"CONSULT": 2, "AID": 2}), (1, {}), (4, {"AID": 4})]
    with requested("en"):
        shown = timeline.build(_counts(days), "a-b", days=2)
    assert [bar.text for bar in shown.bars] == ["1 Jan – 2 Jan 2026", "3 Jan 2026"]
    counted = [{part.code: part.count for part in bar.parts} for bar in shown.bars]
    assert counted == [{"CONSULT": 2, "AID": 2, "TIE": 1}, {"AID": 4}]
    assert "since=2026-01-01&until=2026-01-03" in shown.bars[0].href


def test_a_chart_brings_nothing_that_the_policy_forbids(requested):
    with requested("en"):
        full, empty = (timeline.build(_counts([(count, {})]), "a-b").chart for count in (3, 0))
    assert {element.name for element in BeautifulSoup(full, "lxml").svg()} == {"a", "title", "rect"}
    assert "style" not in full
    assert BeautifulSoup(empty, "lxml").svg() == []


@pytest.mark.parametrize(
    ("before", "week", "state"),
    [(0, 7, ""), (70, 70, "usual"), (70, 84, "usual"), (70, 140, "burst"), (70, 7, "quiet")],
)
def test_a_week_is_unusual_only_beyond_chance(before, week, state):
    assert _week([before // 7] * 56 + [week // 7] * 7)["state"] == state
