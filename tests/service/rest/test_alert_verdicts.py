"""What analysts say of alerts, over REST."""

import pytest


@pytest.fixture
def alert(rows):
    return rows.alert(event_types=["CONSULT"], languages=["en"])


def post(api, alert, body, **options):
    return api.post(f"/v1/alerts/{alert}/verdicts", body, **options)


def test_a_verdict_is_shown_listed_and_filtered_by(api, alert, rows):
    other = rows.alert()
    given = post(api, alert, {"verdict": "reject", "reason": "namesake", "note": "It is Hafez."})
    assert (given.status_code, given.headers["Location"]) == (201, f"/v1/alerts/{alert}/verdicts")
    comment = api.post(f"/v1/alerts/{alert}/comments", {"text": "Seen twice today."})
    assert comment.status_code == 201
    shown = api.get(f"/v1/alerts/{alert}").get_json()
    assert (shown["verdict"], shown["reject_reason"], shown["version"]) == ("rejected", "namesake", 2)
    listed = api.get(given.headers["Location"]).get_json()["data"]
    assert [(one["verdict"], one["note"], one["alert_version"]) for one in listed] == [
        (None, "Seen twice today.", 2),
        ("reject", "It is Hafez.", 1),
    ]
    assert all(one["key"] and one["at"] for one in listed)
    for verdict, expected in (("rejected", [alert]), ("none", [other]), ("confirmed", [])):
        found = api.get(f"/v1/alerts?verdict={verdict}").get_json()["data"]
        assert [one["id"] for one in found] == expected
    first = api.get(f"{given.headers['Location']}?limit=1").get_json()
    assert [api.get(first["next"]).get_json()["data"]] == [listed[1:]]


def test_the_last_verdict_counts_and_can_be_taken_back(api, alert):
    def said():
        shown = api.get(f"/v1/alerts/{alert}").get_json()
        return shown["verdict"], shown["reject_reason"], shown["version"]

    post(api, alert, {"verdict": "reject", "reason": "old_news"})
    post(api, alert, {"verdict": "confirm"})
    assert said() == ("confirmed", None, 3)
    post(api, alert, {"verdict": "confirm"})
    assert said() == ("confirmed", None, 3)
    post(api, alert, {"verdict": "clear"})
    assert said() == ("none", None, 4)
    assert len(api.get(f"/v1/alerts/{alert}/verdicts").get_json()["data"]) == 4


def test_a_verdict_names_the_evidence_that_is_wrong(api, alert):
    place = {"article": 1, "start": 7, "end": 36}
    given = post(api, alert, {"verdict": "reject", "reason": "wrong_event", "evidence": place})
    assert given.get_json()["evidence"] == {**place, "quote": "Assad met Khamenei in Tehran."}
    absent = post(api, alert, {"verdict": "confirm", "evidence": place | {"end": 35}})
    assert (absent.status_code, absent.get_json()["errors"][0]["code"]) == (422, "unknown_evidence")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"verdict": "reject"}, "missing"),
        ({"verdict": "confirm", "reason": "copy"}, "contradictory"),
        ({"verdict": "reject", "reason": "boring"}, "not_allowed"),
        ({"verdict": "perhaps"}, "not_allowed"),
        ({"verdict": "confirm", "note": ""}, "too_short"),
        ({"verdict": "confirm", "note": "x" * 2_001}, "too_long"),
    ],
)
def test_a_verdict_that_says_nothing_clear_is_refused(api, alert, body, code):
    refused = post(api, alert, body)
    assert (refused.status_code, refused.get_json()["errors"][0]["code"]) == (422, code)
    assert api.get(f"/v1/alerts/{alert}/verdicts").get_json()["data"] == []


def test_a_repeated_request_is_one_verdict(api, alert):
    again = {"headers": {"Idempotency-Key": "one"}}
    first, second = (post(api, alert, {"verdict": "confirm"}, **again) for _ in range(2))
    assert (first.data, second.headers["Idempotency-Replayed"]) == (second.data, "true")
    assert len(api.get(f"/v1/alerts/{alert}/verdicts").get_json()["data"]) == 1


def test_an_alert_that_is_not_there(api):
    for answer in (
        api.get("/v1/alerts/1/verdicts"),
        post(api, 1, {"verdict": "confirm"}),
        api.post("/v1/alerts/1/comments", {"text": "?"}),
    ):
        assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")
