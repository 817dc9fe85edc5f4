"""Readers triage alerts: what is theirs alone, and what all share."""

from urllib.parse import urlsplit

import pytest


@pytest.fixture
def of(api, with_scope):
    """A client with a key of a scope and an owner."""

    def of(owner, scope="read"):
        client = with_scope(None)
        body = {"name": f"{owner}'s", "scopes": [scope], "owner": owner}
        client.token = api.post("/v1/keys", body).get_json()["key"]
        return client

    return of


def listed(client, query=""):
    return [alert["id"] for alert in client.get(f"/v1/alerts?limit=50{query}").get_json()["data"]]


def test_marks_are_the_owners_whichever_key_they_use(of, with_scope, rows):
    first, second = rows.alert(), rows.alert()
    mine, also_mine, yours = of("Rana"), of("Rana", "curate"), of("Ofer")
    untouched = {"alert": first, "read": False, "starred": False, "dismissed": False}
    assert mine.get(f"/v1/alerts/{first}/triage").get_json() == untouched | {"note": None, "assignee": None}
    path = f"/v1/alerts/{first}/triage"
    assert mine("PATCH", path, {"read": True, "starred": True}).get_json()["read"] is True
    assert also_mine("PATCH", path, {"dismissed": True}).get_json() | {"note": 0} == untouched | {
        "read": True, "starred": True, "dismissed": True, "note": 0, "assignee": None,
    }  # fmt: skip
    assert listed(mine, "&triage=unread") == [second]
    assert listed(mine, "&triage=dismissed") == listed(mine, "&triage=starred") == [first]
    assert listed(mine, "&triage=read") == []
    assert listed(mine, "&triage=read&triage=unread&sort=score") == [second]
    also_mine("PATCH", path, {"dismissed": False, "starred": False})
    assert listed(mine, "&triage=read") == [first]
    for stranger in (yours, with_scope("read")):
        assert listed(stranger, "&triage=unread") == [second, first]


def test_the_note_and_the_assignee_are_everybodys_and_take_the_scope_curate(of, with_scope, rows):
    alert = rows.alert()
    rows.alert()
    path = f"/v1/alerts/{alert}/triage"
    reader, curator = of("Rana"), with_scope("curate")
    refused = reader("PATCH", path, {"note": "x", "read": True})
    assert (refused.status_code, refused.get_json()["code"]) == (403, "scope_missing")
    assert curator("PATCH", path, {"note": "Call the desk.", "assignee": "Rana"}).status_code == 200
    assert curator("PATCH", path, {"note": None}).get_json()["assignee"] == "Rana"
    assert reader.get(path).get_json() == {
        "alert": alert, "read": False, "starred": False, "dismissed": False, "note": None, "assignee": "Rana",
    }  # fmt: skip
    assert listed(reader, "&triage=assigned") == [alert]
    assert listed(curator, "&triage=assigned") == []
    expanded = reader.get("/v1/alerts?expand=triage").get_json()["data"]
    assert [each["expanded"]["triage"]["assignee"] for each in expanded] == [None, "Rana"]


def test_lists_of_stories_events_and_signed_links_are_filtered_by_whose_key_it_is(of, with_scope, rows):
    alert = rows.alert()
    mine = of("Rana")
    rows.insert(
        "alert_events",
        {"alert_id": alert, "type": "alert.created", "webhook_id": "msg_1", "body": '{"data": {}}'},
    )
    link = urlsplit(mine.get("/v1/links?to=/v1/alerts%3Ftriage%3Dunread").get_json()["url"])
    anybody = with_scope(None)
    for expected in (1, 0):
        for path in ("/v1/stories", "/v1/events"):
            assert len(mine.get(f"{path}?triage=unread").get_json()["data"]) == expected
        assert len(anybody.get(f"{link.path}?{link.query}").get_json()["data"]) == expected
        mine("PATCH", f"/v1/alerts/{alert}/triage", {"read": True})


@pytest.mark.parametrize(
    "body", [{"read": None}, {"read": "yes"}, {"note": ""}, {"assignee": "a\nb"}, {"color": 1}]
)
def test_what_is_no_triage_is_refused(api, rows, body):
    alert = rows.alert()
    assert api("PATCH", f"/v1/alerts/{alert}/triage", body).status_code == 422
    assert api("PATCH", "/v1/alerts/999/triage", {"read": True}).status_code == 404


def test_a_subscription_is_not_about_a_reader(api):
    body = {"url": "https://a.test/", "filter": {"triage": "unread"}}
    answer = api.post("/v1/subscriptions", body)
    assert (answer.status_code, answer.get_json()["errors"][0]["code"]) == (422, "unknown_field")


def test_a_view_is_saved_for_all_keys_of_its_owner_and_nobody_else(of, rows):
    mine, also_mine, yours = of("Rana"), of("Rana", "curate"), of("Ofer")
    body = {"name": "To read", "query": "watch=assad-khamenei&triage=unread&triage=read&sort=rank"}
    view, again = (
        mine.post("/v1/saved-views", body, headers={"Idempotency-Key": "one"}).get_json() for _ in range(2)
    )
    assert again == view
    (listed_view,) = also_mine.get("/v1/saved-views").get_json()["data"]
    assert listed_view == view == also_mine.get(f"/v1/saved-views/{view['id']}").get_json()
    assert yours.get(f"/v1/saved-views/{view['id']}").status_code == 404
    assert mine.get(f"/v1/alerts?{view['query']}").status_code == 200
    taken = also_mine.post("/v1/saved-views", body)
    assert (taken.status_code, taken.get_json()["code"]) == (409, "duplicate")
    assert yours.get("/v1/saved-views").get_json()["data"] == []
    assert yours("DELETE", f"/v1/saved-views/{view['id']}").status_code == 404
    assert yours.post("/v1/saved-views", body).status_code == 201
    stale = {"If-Match": '"of another view"'}
    assert also_mine("DELETE", f"/v1/saved-views/{view['id']}", headers=stale).status_code == 412
    assert also_mine("DELETE", f"/v1/saved-views/{view['id']}").status_code == 204
    assert mine.get("/v1/saved-views").get_json()["data"] == []


_UNUSABLE = (
    "color=red", "min_score=7", "q", "watch=", "cursor=abc", "watch=a&" * 201, "sort=up", "//", "watch=nobody",
    "source=1&source=2", "country=SY", "side=north", "story=7&sort=rank", "q=-talks", "q=!",
)  # fmt: skip


def test_a_query_that_shows_nothing_ever_is_not_saved(api):
    for query in _UNUSABLE:
        answer = api.post("/v1/saved-views", {"name": "x", "query": query})
        assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, "/query"), query
    codes = [
        api.post("/v1/saved-views", {"name": "x", "query": query}).get_json()["errors"][0]["code"]
        for query in ("color=red", "min_score=7", "//")
    ]
    assert codes == ["unknown_field", "out_of_range", "malformed"]  # as the list itself says
    assert api.get("/v1/saved-views").get_json()["data"] == []


def test_a_reader_has_so_many_views(api, monkeypatch):
    monkeypatch.setattr("dyadwatch.store.saved_views.MAX_OF_READER", 1)
    assert api.post("/v1/saved-views", {"name": "a", "query": ""}).status_code == 201
    full = api.post("/v1/saved-views", {"name": "b", "query": ""})
    assert (full.status_code, full.get_json()["code"]) == (409, "too_many_views")
