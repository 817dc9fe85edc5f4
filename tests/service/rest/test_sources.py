"""Sources and their feeds over REST: made, listed, changed, polled, removed."""

import orjson
from local_site import Page, Site, feed


def _create(api, name="SANA", *urls, **values):
    answer = api.post("/v1/sources", {"name": name, "feeds": [{"url": url} for url in urls]} | values)
    assert answer.status_code == 201, answer.text
    return answer.get_json()


def test_a_new_source_has_a_location_where_it_can_be_read(api):
    fields = {
        "name": "SANA",
        "country": "SY",
        "side": "syrian",
        "language": "ar",
        "homepage": "https://sana.test/",
    }
    answer = api.post("/v1/sources", fields | {"feeds": [{"url": "https://sana.test/rss"}]})
    source = answer.get_json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/v1/sources/{source['id']}"
    assert {name: source[name] for name in fields} == fields
    feed = source["feeds"][0]
    assert {"id", "url", "kind", "state", "last_polled_at", "next_poll_at", "last_error"} <= set(feed)
    assert api.get(answer.headers["Location"]).get_json() == source


def test_a_source_shows_what_is_known_of_its_publisher(api):
    """By its homepage, as the operator states it, and with where that can be checked."""
    source = _create(api, "The agency", homepage="https://en.irna.ir/")
    assert (source["publisher"]["slug"], source["family"], source["state_control"]) == (
        "irna",
        "irna",
        "editorial",
    )
    assert source["publisher"]["references"]["state_control"].startswith("https://")
    stated = api(
        "PATCH", f"/v1/sources/{source['id']}", {"publisher": "press-tv", "state_control": "none"}
    ).get_json()
    assert (stated["publisher"]["slug"], stated["family"], stated["state_control"]) == (
        "press-tv",
        "irib",
        "none",
    )
    unknown = api("PATCH", f"/v1/sources/{source['id']}", {"publisher": "nobody"})
    assert (unknown.status_code, unknown.get_json()["errors"][0]["pointer"]) == (422, "/publisher")
    listed = api.get("/v1/publishers").get_json()
    assert stated["publisher"] in listed["data"]
    assert listed["next"] is None


def test_a_duplicate_is_409_and_names_the_field(api):
    _create(api, "SANA", "https://sana.test/rss")
    for body, pointer in (
        ({"name": "SANA"}, "/name"),
        (
            {"name": "B", "feeds": [{"url": "https://b.test/"}, {"url": "https://sana.test/rss"}]},
            "/feeds/1/url",
        ),
        ({"name": "B", "feeds": [{"url": "https://b.test/"}, {"url": "https://b.test/"}]}, "/feeds/1/url"),
    ):
        answer = api.post("/v1/sources", body)
        problem = answer.get_json()
        assert (answer.status_code, problem["code"]) == (409, "duplicate")
        assert problem["errors"][0]["pointer"] == pointer
    assert [source["name"] for source in api.get("/v1/sources").get_json()["data"]] == ["SANA"]


def test_a_change_touches_only_the_fields_that_are_sent(api):
    path = f"/v1/sources/{_create(api, country='SY', side='syrian')['id']}"
    changed = api("PATCH", path, {"side": None, "language": "ar"}).get_json()
    assert (changed["country"], changed["side"], changed["language"]) == ("SY", None, "ar")
    assert api("PATCH", path, {"homepage": "http://192.168.0.1/"}).status_code == 422
    assert api("PATCH", path, {"name": None}).get_json()["errors"][0]["pointer"] == "/name"
    assert api("PATCH", path, {}).get_json()["side"] is None
    _create(api, "Other")
    assert api("PATCH", path, {"name": "Other"}).status_code == 409


def test_a_removed_source_is_gone(api):
    path = f"/v1/sources/{_create(api)['id']}"
    answer = api("DELETE", path)
    assert (answer.status_code, answer.data) == (204, b"")
    assert api.get(path).status_code == 404
    assert api("DELETE", path).status_code == 404


def test_a_feed_is_added_paused_polled_and_removed(api):
    source = _create(api)
    answer = api.post(f"/v1/sources/{source['id']}/feeds", {"url": "https://sana.test/rss"})
    path = answer.headers["Location"]
    assert answer.status_code == 201
    assert api.get(path).get_json() == answer.get_json()
    assert api("PATCH", path, {"state": "paused"}).get_json()["next_poll_at"] is None
    refused = api.post(f"{path}/poll")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "feed_paused")
    api("PATCH", path, {"state": "active"})
    assert api.post(f"{path}/poll").status_code == 202
    assert api.post(f"/v1/sources/{source['id']}/feeds", {"url": "https://sana.test/rss"}).status_code == 409
    assert api.post("/v1/sources/99/feeds", {"url": "https://b.test/rss"}).status_code == 404
    assert api("DELETE", path).status_code == 204
    assert api.get(path).status_code == 404


def test_the_scheme_of_feed_readers_is_taken_for_the_one_it_stands_for(api):
    """As addresses copied from other readers have it."""
    source = _create(api, "A", "feed:https://a.test/rss")
    assert source["feeds"][0]["url"] == "https://a.test/rss"
    answer = api.post(f"/v1/sources/{source['id']}/feeds", {"url": "feed://b.test/rss"})
    assert answer.get_json()["url"] == "http://b.test/rss"


def test_feeds_are_listed_by_source_and_state(api):
    first = _create(api, "A", "https://a.test/rss")
    second = _create(api, "B", "https://b.test/rss")
    api("PATCH", f"/v1/feeds/{second['feeds'][0]['id']}", {"state": "paused"})

    def listed(query=""):
        return [feed["url"] for feed in api.get(f"/v1/feeds{query}").get_json()["data"]]

    assert listed() == ["https://b.test/rss", "https://a.test/rss"]
    assert listed(f"?source={first['id']}") == ["https://a.test/rss"]
    assert listed("?state=paused") == ["https://b.test/rss"]


def test_rate_scope_poll_interval_and_extraction_rules_can_be_set_changed_and_cleared(api):
    """scope, poll_interval and reading_rules are given, shown, changed and cleared."""
    rules = {"title": ["h1"], "body": [".story"], "author": [], "date": [], "drop": [".ad"]}
    source = _create(
        api,
        scope="group:agency",
        poll_interval=60,
        reading_rules={"title": ["h1"], "body": [".story"], "drop": [".ad"]},
    )
    assert (source["scope"], source["poll_interval"], source["reading_rules"]) == ("group:agency", 60, rules)
    path = f"/v1/sources/{source['id']}"
    changed = api("PATCH", path, {"scope": "domain", "poll_interval": None, "reading_rules": None}).get_json()
    assert (changed["scope"], changed["poll_interval"], changed["reading_rules"]) == ("domain", None, None)
    for field, value in (("scope", "group:"), ("poll_interval", 0), ("reading_rules", {"odd": ["p"]})):
        answer = api("PATCH", path, {field: value})
        assert answer.status_code == 422
        assert answer.get_json()["errors"][0]["pointer"].startswith(f"/{field}")


def test_a_list_page_is_added_with_its_selectors(api):
    """A selector that is no CSS is refused by name."""
    rule = {"entry": ".card", "title": "h2"}
    source = api.post(
        "/v1/sources", {"name": "L", "feeds": [{"url": "https://l.test/", "list_rule": rule}]}
    ).get_json()
    assert source["feeds"][0]["list_rule"] == {
        "entry": ".card",
        "link": "a[href]",
        "title": "h2",
        "date": None,
    }
    assert source["feeds"][0]["kind"] == "html"
    bad = {"url": "https://m.test/", "list_rule": {"entry": "div["}}
    answer = api.post(f"/v1/sources/{source['id']}/feeds", bad)
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == "/list_rule"


def test_opml_adds_no_feed_that_could_not_be_requested(api):
    """What it lists besides is named as it is written there."""
    urls = ("ftp://a.test/feed", "http://169.254.169.254/latest", "http://10.0.0.1/x", "https://a.test/feed")
    outlines = "".join(f'<outline text="A" xmlUrl="{url}"/>' for url in urls)
    answer = api.post("/v1/opml", {"opml": f"<opml><body>{outlines}</body></opml>"}).get_json()
    reasons = [(item["url"], item["code"]) for item in answer.pop("left_out")]
    assert answer == {"added": 1, "known": 0, "refused": list(urls[:3])}
    codes = ("url_invalid", "blocked_address", "blocked_address")
    assert reasons == list(zip(urls[:3], codes, strict=True))
    assert [feed["url"] for feed in api.get("/v1/sources").get_json()["data"][0]["feeds"]] == [urls[3]]


def test_sources_leave_and_come_as_opml(api):
    """What was exported is imported; what is watched already is left alone."""
    _create(api, "SANA & Co", "https://sana.test/rss", homepage="https://sana.test/", language="ar")
    document = api.get("/v1/opml").get_json()["opml"]
    assert api.post("/v1/opml", {"opml": document}).get_json() == {
        "added": 0,
        "known": 1,
        "refused": [],
        "left_out": [],
    }
    other = document.replace("sana.test", "irna.test").replace("SANA", "IRNA")
    assert api.post("/v1/opml", {"opml": other}).get_json()["added"] == 1
    same_name = api.post("/v1/opml", {"opml": document.replace("sana.test", "other.test")}).get_json()
    assert (same_name["known"], same_name["left_out"][0]["code"]) == (1, "name_taken")
    names = {
        (source["name"], source["feeds"][0]["url"]) for source in api.get("/v1/sources").get_json()["data"]
    }
    assert names == {("SANA & Co", "https://sana.test/rss"), ("IRNA & Co", "https://irna.test/rss")}
    answer = api.post("/v1/opml", {"opml": "<opml><body/></opml>"})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "opml_empty")


def test_an_address_is_previewed_as_the_page_does_it_and_nothing_is_stored(api, with_scope):
    site = Site()
    site.pages["/rss"] = feed(site, ("/1", "Assad met Khamenei in Tehran"))
    answer = api.post("/v1/feeds/preview", {"url": f"{site.url}/rss"})
    shown = answer.get_json()
    assert (answer.status_code, shown["kind"], shown["entry_count"]) == (200, "rss", 1)
    assert shown["entries"][0]["watches"] == ["assad-khamenei"]
    assert api.get("/v1/feeds").get_json()["data"] == []
    site.pages["/rss"] = Page("<html></html>")
    lost = api.post("/v1/feeds/preview", {"url": f"{site.url}/rss"})
    assert (lost.status_code, lost.get_json()["errors"][0]["code"]) == (422, "feed_html")
    site.pages["/rss"] = Page(status=501)
    failing = api.post("/v1/feeds/preview", {"url": f"{site.url}/rss"})
    site.close()
    assert (failing.status_code, failing.get_json()["errors"][0]["code"]) == (422, "http_501")
    assert with_scope("read").post("/v1/feeds/preview", {"url": "https://a.test/"}).status_code == 403


def test_a_pack_is_added_once(api):
    packs = {pack["id"]: pack["sources"] for pack in api.get("/v1/source-packs").get_json()["data"]}
    size = len(packs["ukraine"])
    for expected in ({"added": size, "known": 0}, {"added": 0, "known": size}):
        assert api.post("/v1/source-packs/ukraine").get_json() == expected
    named = [source["name"] for source in api.get("/v1/sources").get_json()["data"]]
    assert sorted(named) == sorted(packs["ukraine"])
    assert api.post("/v1/source-packs/atlantis").status_code == 404


def test_what_happens_to_feeds_is_listed_once_until_it_changes(api, rows):
    source = _create(api, "SANA", "https://a.test/rss")
    path = f"/v1/sources/{source['id']}/events"
    for code, count in (("http_500", 1), ("http_500", 2), ("dns_failed", 3), (None, 0), (None, 0)):
        error = orjson.dumps({"code": code, "detail": f"It was {code}."}).decode() if code else None
        rows.execute(
            "UPDATE feeds SET error_count = :count, last_error = CAST(:error AS jsonb)",
            count=count,
            error=error,
        )
    rows.execute("UPDATE feeds SET url = 'https://b.test/rss'")
    api("PATCH", f"/v1/feeds/{source['feeds'][0]['id']}", {"state": "paused"})
    first = api.get(f"{path}?limit=4").get_json()
    rest = api.get(first["next"]).get_json()["data"]
    assert [(event["kind"], event["code"], event["detail"]) for event in [*first["data"], *rest]][1:] == [
        ("moved", None, "https://b.test/rss"),
        ("recovered", None, None),
        ("failing", "dns_failed", "It was dns_failed."),
        ("failing", "http_500", "It was http_500."),
        ("added", None, "https://a.test/rss"),
    ]
    assert first["data"][0]["kind"] == "paused"
    for number in range(120):
        rows.execute("UPDATE feeds SET url = :url", url=f"https://c.test/{number}")
    assert len(api.get(f"{path}?limit=200").get_json()["data"]) == 100
    assert api.get("/v1/sources/999/events").status_code == 404
