"""Guards over REST."""

import pytest

PATH = "/v1/watches/assad-khamenei/guards"
PHRASE = {"kind": "phrase", "text": "file picture of Assad with Khamenei"}


def test_a_guard_is_proposed_listed_previewed_and_declined(api):
    made = api.post(PATH, PHRASE)
    guard = made.get_json()
    path = made.headers["Location"]
    assert (made.status_code, path, guard["state"], guard["preview"]) == (
        201,
        f"{PATH}/{guard['id']}",
        "proposed",
        None,
    )
    assert api.post(PATH, PHRASE).get_json()["id"] == guard["id"]
    run = api.post(f"{path}/preview", None)
    assert (run.status_code, run.get_json()["guard"], run.get_json()["dry_run"]) == (201, guard["id"], True)
    assert api.get(path).get_json()["preview"]["id"] == run.get_json()["id"]
    early = api.post(f"{path}/accept", {})
    assert (early.status_code, early.get_json()["code"]) == (409, "guard_not_previewed")
    declined = api.post(f"{path}/decline", {"note": "It is rare."}).get_json()
    assert (declined["state"], declined["note"], declined["key"] is None) == (
        "declined",
        "It is rare.",
        False,
    )
    for state, count in (("proposed", 0), ("declined", 1)):
        assert len(api.get(f"{PATH}?state={state}").get_json()["data"]) == count


def test_a_rejection_names_the_guards_that_it_proposes(api, rows):
    said = {"verdict": "reject", "reason": "wrong_event"}
    assert api.post(f"/v1/alerts/{rows.alert()}/verdicts", said).get_json()["guards"] == []
    alert = rows.alert()
    (guard,) = api.post(f"/v1/alerts/{alert}/verdicts", said).get_json()["guards"]
    listed = api.get(f"/v1/alerts/{alert}/verdicts").get_json()["data"][0]
    assert listed["guards"] == [guard]
    view = api.get(f"{PATH}/{guard}").get_json()
    assert (view["kind"], view["text"], view["verdict_count"]) == ("phrase", "in Tehran", 2)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"kind": "namesake", "text": "Lake Assad"}, "missing"),
        ({"kind": "phrase", "text": "about {a|b} something"}, "malformed"),
        ({"kind": "phrase", "text": "long enough", "side": "a"}, "contradictory"),
        ({"kind": "source", "host": "n.example", "min_score": 2}, "out_of_range"),
        ({"kind": "rumour"}, "not_allowed"),
    ],
)
def test_a_guard_that_cannot_be_is_refused(api, body, code):
    refused = api.post(PATH, body)
    assert (refused.status_code, refused.get_json()["errors"][0]["code"]) == (422, code)


def test_what_is_not_there_is_not_found(api):
    for answer in (
        api.get("/v1/watches/nobody/guards"),
        api.post("/v1/watches/nobody/guards", PHRASE),
        api.get(f"{PATH}/1"),
        api.post(f"{PATH}/1/preview", None),
        api.post(f"{PATH}/1/accept", {}),
        api.post(f"{PATH}/1/decline", {}),
    ):
        assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")
