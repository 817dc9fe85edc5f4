"""GET /v1/watches/{slug}/alarms lists what was out of the usual."""

import orjson

PATH = "/v1/watches/assad-khamenei/alarms"


def test_alarms_are_listed_newest_first_by_state(api, rows):
    assert api.get(PATH).get_json() == {"data": [], "next": None}
    finding = {
        "kind": "silence", "began_at": "2026-03-01T00:00:00+00:00", "days": 4, "observed": 0, "expected": 9.0,
        "upper": None, "chance": 0.0001, "cause": "feeds",
        "sources": [{"source": 1, "name": "SANA", "share": 1.0, "problem": "failing", "detail": "dns"}],
    }  # fmt: skip
    for kind, ended in (("burst", "2026-03-03"), ("burst", "2026-03-04"), ("silence", None)):
        values = {"watch_id": "assad-khamenei", "kind": kind, "ended_at": ended}
        rows.insert("alarms", values | {"finding": orjson.dumps(finding | {"kind": kind}).decode()})
    first = api.get(f"{PATH}?limit=2").get_json()
    assert [alarm["finding"]["kind"] for alarm in first["data"]] == ["silence", "burst"]
    assert first["data"][0]["finding"] == finding
    assert len(api.get(first["next"]).get_json()["data"]) == 1
    for state, count in (("active", 1), ("ended", 2)):
        assert len(api.get(f"{PATH}?state={state}").get_json()["data"]) == count
    assert api.get(f"{PATH}?state=loud").status_code == 400
    assert api.get("/v1/watches/no-such/alarms").status_code == 404


def test_a_subscription_may_ask_for_alarms(api):
    body = {"url": "https://receiver.test/hook", "events": ["watch.burst", "watch.silent", "watch.resolved"]}
    assert api.post("/v1/subscriptions", body).get_json()["events"] == body["events"]
