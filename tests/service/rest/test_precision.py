"""Precision by verdict over REST."""

PATH = "/v1/watches/assad-khamenei/precision"


def judge(api, alert, verdict, reason=None):
    said = {"verdict": verdict} | ({"reason": reason} if reason else {})
    assert api.post(f"/v1/alerts/{alert}/verdicts", said).status_code == 201


def test_alerts_count_by_their_last_verdict(api, rows):
    def alert(language, *types, created_at="2026-03-01"):
        return rows.alert(
            language=language, event_types=list(types), created_at=created_at, document={"event_types": types}
        )

    judge(api, alert("en", "CONSULT"), "confirm")
    changed = alert("en", "CONSULT", "AID")
    judge(api, changed, "reject", "other")
    judge(api, changed, "confirm")
    judge(api, alert("ar", "AID"), "reject", "namesake")
    judge(api, alert(None, created_at="2026-01-01"), "reject", "copy")
    taken_back = alert("fa")
    judge(api, taken_back, "confirm")
    judge(api, taken_back, "clear")
    alert("fa")
    view = api.get(PATH).get_json()
    assert (view["all"]["confirmed"], view["all"]["rejected"]) == (2, 2)
    assert view["all"]["precision"] == {"value": 0.5, "low": 0.15, "high": 0.85, "n": 4}
    counted = {
        kind: {one["name"]: (one["confirmed"], one["rejected"]) for one in view[kind]}
        for kind in ("event_types", "languages")
    }
    assert counted == {
        "event_types": {"CONSULT": (2, 0), "AID": (1, 1), None: (0, 1)},
        "languages": {"en": (2, 0), "ar": (0, 1), None: (0, 1)},
    }
    assert view["reject_reasons"] == {"namesake": 1, "copy": 1}
    assert api.get(f"{PATH}?since=2026-02-01").get_json()["all"]["rejected"] == 1
    assert api.get(f"{PATH}?until=2026-02-01").get_json()["all"]["confirmed"] == 0


def test_a_watch_of_which_nothing_was_judged(api):
    view = api.get(PATH).get_json()
    assert view["all"] == {"name": None, "confirmed": 0, "rejected": 0, "precision": None}
    assert view["event_types"] == view["languages"] == []
    assert view["reject_reasons"] == {}
    assert api.get("/v1/watches/nobody/precision").status_code == 404
