"""The bars add up to the alerts of each day, and a week is held against those before it."""

from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

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
    """The heights of the blocks of a chart with where they lead, by their place from the left."""
    columns = {}
    for link in BeautifulSoup(svg, "lxml")("a"):
        columns.setdefault(float(link.rect["x"]), []).append((float(link.rect["height"]), link["href"]))
    return [columns[x] for x in sorted(columns)]


def test_the_parts_of_a_bar_are_as_high_as_its_alerts_are_many(requested):
    days = [(0, {}), (7, {"CONSULT": 5, "SUPPORT": 5}), (1, {}), (13, {"ASSAULT": 12}), (0, {})]
    with requested("en"):
        shown = timeline.build(_counts(days), "a-b")
    assert shown.top >= max(bar.count for bar in shown.bars)
    reported = [bar for bar in shown.bars if bar.count]
    for bar, blocks in zip(reported, _columns(shown.chart), strict=True):
        assert sum(height for height, _href in blocks) == pytest.approx(100, abs=0.1)
        heights = [height for height, _href in blocks[: len(bar.parts)]]
        assert sum(heights) == pytest.approx(100 * bar.count / shown.top, abs=0.1)


def test_an_alert_without_an_event_is_a_tie_and_time_runs_as_the_page_is_read(requested):
    days = [(3, {"CONSULT": 1}), (0, {}), (2, {"CONSULT": 2, "ASSAULT": 2})]
    with requested("en"):
        shown = timeline.build(_counts(days), "a-b")
    with requested("ar"):
        mirrored = timeline.build(_counts(days), "a-b")
    assert [kind[::2] for kind in shown.kinds] == [("CONSULT", 3), ("ASSAULT", 2), ("TIE", 2)]
    assert _columns(mirrored.chart) == _columns(shown.chart)[::-1]


def test_each_part_leads_to_its_alerts_and_the_rest_of_its_column_to_those_of_the_day(requested):
    with requested("en"):
        shown = timeline.build(_counts([(3, {"CONSULT": 1})]), "a-b")
    of_day = "/alerts?watch=a-b&since=2026-01-01&until=2026-01-02&state=active"
    addresses = [parse_qs(urlsplit(href).query) for _height, href in _columns(shown.chart)[0]]
    all_of_day = parse_qs(urlsplit(of_day).query)
    assert addresses == [all_of_day | {"event_type": ["CONSULT"]}, all_of_day, all_of_day]
    titles = [title.text for title in BeautifulSoup(shown.chart, "lxml")("title")]
    assert titles == ["1 Jan 2026: Consult 1", "1 Jan 2026: Tie 2", "1 Jan 2026: 3 · Consult 1 · Tie 2"]


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
