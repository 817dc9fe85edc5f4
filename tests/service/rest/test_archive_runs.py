"""Archive runs over REST."""

PATH = "/v1/archive-runs"


def test_a_run_is_started_listed_and_stopped(api):
    """Unless asked otherwise it is dry and notifies nobody."""
    started = api.post(PATH, {"watch": "assad-khamenei"})
    run = started.get_json()
    assert (started.status_code, started.headers["Location"]) == (201, f"{PATH}/{run['id']}")
    assert (run["state"], run["dry_run"], run["notify"], run["total_count"]) == ("running", True, False, 0)
    assert api.get(PATH).get_json()["data"] == [api.get(f"{PATH}/{run['id']}").get_json()] == [run]
    again = api.post(PATH, {})
    assert (again.status_code, again.get_json()["code"]) == (409, "archive_run_running")
    stopped = api.post(f"{PATH}/{run['id']}/stop", None)
    assert (stopped.status_code, stopped.get_json()["state"]) == (200, "stopped")
    assert api.post(PATH, {"dry_run": False}).get_json()["dry_run"] is False


def test_a_run_that_is_not_there_and_a_watch_that_is_off(api):
    assert api.get(f"{PATH}/1").status_code == api.post(f"{PATH}/1/stop", None).status_code == 404
    absent = api.post(PATH, {"watch": "nobody"})
    assert (absent.status_code, absent.get_json()["code"]) == (422, "filter_value_unknown")
    api("PATCH", "/v1/watches/assad-khamenei", {"enabled": False})
    assert api.post(PATH, {"watch": "assad-khamenei"}).get_json()["code"] == "watch_disabled"


def test_a_restory_is_of_all_watches(api):
    run = api.post(PATH, {"kind": "restory"}).get_json()
    assert (run["kind"], run["dry_run"], run["moves"], run["counts"]["joins"]) == ("restory", True, [], 0)
    refused = api.post(PATH, {"kind": "restory", "watch": "assad-khamenei"})
    assert (refused.status_code, refused.get_json()["errors"][0]["code"]) == (422, "contradictory")
    assert (
        api.post(PATH, {"kind": "backfill", "dry_run": False}).get_json()["errors"][0]["pointer"] == "/kind"
    )


def test_the_earlier_taggings_of_no_article(api):
    assert api.get("/v1/articles/1/taggings/earlier").status_code == 404
