"""GET /v1/watches/{slug}/timeline: counts by time, as JSON and as a table for researchers."""

import csv
import io

import pytest

PATH = "/v1/watches/assad-khamenei/timeline"
DAYS = "?since=2026-03-01&until=2026-03-04"


@pytest.fixture
def three(rows):
    """Two alerts on one day, none on the next, one withdrawn."""
    sides = {"sides": {"reporting": ["syria"], "silent": []}}
    for at, values in (
        ("2026-03-01T05:00:00Z", {"event_types": ["CONSULT"]}),
        ("2026-03-01T22:00:00Z", {"event_types": ["CONSULT", "AID"]}),
        ("2026-03-03T05:00:00Z", {"state": "withdrawn"}),
    ):
        rows.alert(rows.document(**sides), created_at=at, languages=["ar"], **values)


def test_a_timeline_has_every_day_with_zeros_where_there_was_nothing(api, three):
    answer = api.get(PATH + DAYS)
    timeline = answer.get_json()
    assert [(day["date"], day["count"]) for day in timeline["data"]] == [
        ("2026-03-01", 2), ("2026-03-02", 0), ("2026-03-03", 0),
    ]  # fmt: skip
    assert timeline["data"][0]["counts"] == {
        "event_type": {"AID": 1, "CONSULT": 2},
        "level": {"person": 2},
        "direction": {"a->b": 2},
        "side": {"syria": 2},
        "language": {"ar": 2},
    }
    assert timeline["data"][1]["counts"]["event_type"] == {"AID": 0, "CONSULT": 0}
    assert timeline["data"][1]["expected"] is None
    assert (timeline["since"], timeline["until"]) == (
        "2026-03-01T00:00:00+00:00",
        "2026-03-04T00:00:00+00:00",
    )
    again = api.get(PATH + DAYS, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_it_counts_what_the_list_of_alerts_lists(api, three):
    listed = api.get(f"/v1/alerts{DAYS}&watch=assad-khamenei&state=active").get_json()["data"]
    assert sum(day["count"] for day in api.get(PATH + DAYS).get_json()["data"]) == len(listed) == 2


def test_a_zone_moves_what_was_late_to_the_next_day(api, three):
    days = api.get(f"{PATH}{DAYS}&time_zone=Asia/Tehran&by=level&by=source").get_json()
    assert [day["count"] for day in days["data"]] == [1, 1, 0]
    assert days["data"][0]["start"] == "2026-03-01T00:00:00+03:30"
    assert set(days["data"][0]["counts"]) == {"level", "source"}


def test_a_watch_without_alerts_has_a_timeline_of_zeros(api):
    for interval, count in (("day", 90), ("week", 52), ("month", 24)):
        timeline = api.get(f"{PATH}?interval={interval}").get_json()
        assert [bucket["count"] for bucket in timeline["data"]] == [0] * count


def test_as_a_table_it_has_the_codes_of_event_data(api, three):
    answer = api.get(PATH + DAYS, headers={"Accept": "text/csv"})
    assert answer.content_type == "text/csv; charset=utf-8"
    lines = [*csv.DictReader(io.StringIO(answer.text))]
    assert lines[0] == {
        "date": "2026-03-01", "interval": "day", "watch": "assad-khamenei", "source": "Bashar al-Assad",
        "target": "Ali Khamenei", "direction": "a->b", "event_type": "CONSULT", "quad_class": "verbal_cooperation",
        "quad_code": "1", "cameo_root": "04", "score": "2.5", "modality": "asserted", "level": "person", "alerts": "2",
    }  # fmt: skip
    assert [(line["date"], line["event_type"], line["alerts"]) for line in lines[1:]] == [
        ("2026-03-02", "", "0"), ("2026-03-03", "", "0"),
    ]  # fmt: skip


def test_in_a_table_whoever_acts_is_the_source_and_a_plain_tie_has_no_codes(api, rows):
    mention = {**rows.document()["evidence"][0], "event_type": None, "direction": "b->a"}
    rows.alert(rows.document(evidence=[mention]), created_at="2026-03-01T05:00:00Z")
    (line,) = csv.DictReader(
        io.StringIO(api.get(f"{PATH}?since=2026-03-01&until=2026-03-02", headers={"Accept": "text/csv"}).text)
    )
    assert (line["source"], line["target"]) == ("Ali Khamenei", "Bashar al-Assad")
    assert [line[name] for name in ("event_type", "quad_code", "cameo_root", "score")] == [""] * 4
    assert line["alerts"] == "1"


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("interval=hour", "/interval"),
        ("by=colour", "/by"),
        ("since=yesterday", "/since"),
        ("since=2026-02-30", "/since"),
        ("time_zone=Tehran", "/time_zone"),
        ("since=2000-01-01", "/since"),
        ("since=2026-03-02&until=2026-03-01", "/until"),
        ("since=0001-01-01&until=0001-01-02", "/since"),
        ("clock=sun", "/clock"),
    ],
)
def test_what_cannot_be_is_refused_by_name(api, query, pointer):
    answer = api.get(f"{PATH}?{query}")
    assert (answer.status_code, [error["pointer"] for error in answer.get_json()["errors"]]) == (
        400,
        [pointer],
    )


def test_a_watch_that_is_not_there_has_none(api):
    assert api.get("/v1/watches/no-such/timeline").status_code == 404
