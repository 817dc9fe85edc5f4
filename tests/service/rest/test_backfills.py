"""Backfills over REST."""


def test_a_backfill_is_previewed_started_and_listed(api):
    preview = api.post("/v1/watches/assad-khamenei/backfills/preview", {"since": "2024-01-01"})
    assert preview.status_code == 200
    assert preview.get_json() == {
        "total_count": 0, "total_is_estimate": False, "read_count": 0, "match_count": 0, "alert_count": 0, "samples": []
    }  # fmt: skip
    started = api.post("/v1/watches/assad-khamenei/backfills", {"since": "2024-01-01"})
    assert (started.status_code, started.headers["Location"]) == (201, "/v1/watches/assad-khamenei/backfills")
    assert (started.get_json()["state"], started.get_json()["notify"]) == ("running", False)
    assert api.get("/v1/watches/assad-khamenei/backfills").get_json()["data"] == [started.get_json()]
    again = api.post("/v1/watches/assad-khamenei/backfills", {})
    assert (again.status_code, again.get_json()["code"]) == (409, "backfill_running")


def test_a_watch_that_is_off_or_not_there_has_no_backfill(api):
    api("PATCH", "/v1/watches/assad-khamenei", {"enabled": False})
    for path in ("backfills", "backfills/preview"):
        refused = api.post(f"/v1/watches/assad-khamenei/{path}", {})
        assert (refused.status_code, refused.get_json()["code"]) == (409, "watch_disabled")
        assert api.post(f"/v1/watches/nobody/{path}", {}).status_code == 404
    assert api.get("/v1/watches/nobody/backfills").status_code == 404
