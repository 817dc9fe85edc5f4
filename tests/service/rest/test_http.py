"""What the API promises of HTTP itself: codings, conditions, media types, methods, origins, request ids."""

import gzip
from dataclasses import replace

import pytest
from backports import zstd
from sqlalchemy import text
from structlog.testing import capture_logs

from dyadwatch.settings import Settings
from service import compression
from service.app import OPERATIONS, create_app

_DECODE = {"gzip": gzip.decompress, "zstd": zstd.decompress}
SOURCE = {"name": "A Paper", "feeds": [], "side": "north"}


@pytest.fixture
def source(api):
    return api.post("/v1/sources", SOURCE).headers["Location"]


def test_a_response_is_compressed_as_the_client_asks(app):
    client = app.test_client()
    plain = client.get("/openapi.json")
    assert "Content-Encoding" not in plain.headers
    for accepted, coding in (
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("zstd;q=0.1, gzip;q=0.5", "gzip"),
        ("*", "zstd"),
    ):
        answer = client.get("/openapi.json", headers={"Accept-Encoding": accepted})
        assert answer.headers["Content-Encoding"] == coding
        assert answer.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
        assert _DECODE[coding](answer.data) == plain.data
        assert int(answer.headers["Content-Length"]) == len(answer.data) < len(plain.data) / 4


@pytest.mark.parametrize("accepted", ["identity", "br", "gzip;q=0", "gzip;q=0.5, identity", ""])
def test_a_response_stays_as_it_is_where_the_client_asks_for_no_coding_of_ours(app, accepted):
    answer = app.test_client().get("/openapi.json", headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in answer.headers


def test_each_coding_has_its_own_tag_and_every_one_of_them_is_known(app):
    client = app.test_client()
    tags = [
        client.get("/openapi.json", headers={"Accept-Encoding": coding}).headers["ETag"]
        for coding in ("identity", "gzip", "zstd")
    ]
    assert len(set(tags)) == 3
    for tag in tags:
        answer = client.get("/openapi.json", headers={"If-None-Match": tag})
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", tag)
        assert "Content-Type" not in answer.headers


def test_a_style_sheet_is_compressed_known_again_and_given_in_parts_as_it_is(app):
    client, asked = app.test_client(), {"Accept-Encoding": "zstd"}
    plain = client.get("/static/page.css")
    answer = client.get("/static/page.css", headers=asked)
    assert zstd.decompress(answer.data) == plain.data
    assert len(answer.data) < len(plain.data) / 3
    again = client.get("/static/page.css", headers=asked | {"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    part = client.get("/static/page.css", headers=asked | {"Range": "bytes=0-9"})
    assert (part.status_code, part.data) == (206, plain.data[:10])


def test_what_is_short_or_holds_a_secret_is_not_compressed(api, source):
    accepted = {"Accept-Encoding": "gzip"}
    assert "Content-Encoding" not in api.get("/v1/keys", headers=accepted).headers
    key = api.post("/v1/keys", {"name": "k" * 200, "scopes": ["read"]}, headers=accepted)
    assert "Content-Encoding" not in key.headers
    assert key.get_json()["key"] == key.get_json()["token"]


def test_a_change_is_made_only_to_what_the_client_has_seen(api, source):
    seen = api.get(source).headers["ETag"]
    assert (
        api("PATCH", source, {"side": "south"}, headers={"If-Match": f'"other", {seen}'}).status_code == 200
    )
    for method, body in (("PATCH", {"side": "east"}), ("DELETE", None)):
        answer = api(method, source, body, headers={"If-Match": seen})
        assert (answer.status_code, answer.get_json()["code"]) == (412, "precondition_failed")
    assert api.get(source).get_json()["side"] == "south"
    now = api.get(source).headers["ETag"]
    assert api("DELETE", source, headers={"If-Match": f"W/{now}"}).status_code == 412  # strong tags alone
    assert api("DELETE", source, headers={"If-Match": f'{now[:-1]}-gzip"'}).status_code == 204
    assert api("DELETE", source, headers={"If-Match": "*"}).status_code == 404


@pytest.mark.parametrize(
    ("path", "method", "body"),
    [
        ("/v1/watches/assad-khamenei", "PATCH", {"enabled": False}),
        ("/v1/subscriptions/{subscription}", "PATCH", {"state": "paused"}),
    ],
)
def test_every_resource_can_be_changed_under_a_condition(api, path, method, body):
    hook = api.post("/v1/subscriptions", {"url": "https://a.test/"}).get_json()["id"]
    path = path.format(subscription=hook)
    tag = api.get(path).headers["ETag"]
    for other in ('"other"', '""', "W/", ",", '"'):
        assert api(method, path, body, headers={"If-Match": other}).status_code == 412, other
    assert api(method, path, body, headers={"If-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "created"),
    [
        ("PATCH", "/v1/sources/1", {"side": "south"}, ("/v1/sources", SOURCE)),
        (
            "PATCH",
            "/v1/feeds/1",
            {"state": "paused"},
            ("/v1/sources", {**SOURCE, "feeds": [{"url": "https://a.test/feed"}]}),
        ),
        ("PATCH", "/v1/watches/assad-khamenei", {"enabled": False}, None),
        (
            "PATCH",
            "/v1/subscriptions/1",
            {"state": "paused"},
            ("/v1/subscriptions", {"url": "https://a.test/"}),
        ),
        ("PATCH", "/v1/alerts/1/triage", {"starred": True}, None),
    ],
)
def test_a_change_answers_with_the_tag_by_which_the_next_is_made(api, rows, method, path, body, created):
    rows.alert()
    if created is not None:
        assert api.post(*created).status_code == 201
    answer = api(method, path, body, headers={"If-Match": api.get(path).headers["ETag"]})
    assert answer.status_code == 200
    assert answer.headers["ETag"] == api.get(path).headers["ETag"]
    assert api(method, path, body, headers={"If-Match": answer.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize(
    ("path", "observation"),
    [
        ("/v1/subscriptions/{id}", "UPDATE subscriptions SET failures = failures + 1"),
        ("/v1/feeds/{id}", "UPDATE feeds SET last_polled_at = now(), last_status = 304"),
        ("/v1/sources/{id}", "UPDATE feeds SET last_polled_at = now(), last_status = 304"),
        ("/v1/keys/{id}", "UPDATE api_keys SET last_used_at = now() + interval '1 minute'"),
    ],
)
def test_what_the_service_observes_itself_spoils_no_condition(api, product, path, observation):
    """A reader gets it all the same: the tag for If-None-Match is another one."""
    api.post("/v1/subscriptions", {"url": "https://a.test/"})
    api.post("/v1/sources", {**SOURCE, "feeds": [{"url": "https://a.test/feed"}]})
    api.post("/v1/keys", {"name": "another admin", "scopes": ["admin"]})
    path = path.format(id=1)
    bodies = {"feeds": {"state": "paused"}, "sources": {"side": "east"}, "subscriptions": {}}
    body = bodies.get(path.split("/")[2])
    method = "DELETE" if body is None else "PATCH"
    seen = api.get(path).headers["ETag"]
    with product.store.begin() as db:
        db.execute(text(observation))
    assert api.get(path, headers={"If-None-Match": seen}).status_code == 200
    other = seen.translate(str.maketrans("0123456789abcdef", "123456789abcdef0"))
    assert api(method, path, body, headers={"If-Match": other}).status_code == 412
    assert api(method, path, body, headers={"If-Match": seen}).status_code in {200, 204}


def test_whatever_can_be_changed_can_be_read():
    """If-Match is compared with the tag of a GET of the same path."""
    readable = {operation.path for operation in OPERATIONS if operation.method == "GET"}
    assert {
        operation.path for operation in OPERATIONS if operation.method in {"PUT", "PATCH", "DELETE"}
    } <= readable


@pytest.mark.parametrize(
    "accepted",
    [
        "*/*",
        "application/*",
        "text/html, application/json;q=0.1",
        "",
        "application/json; charset=UTF-8;q=0.5",
    ],
)
def test_json_is_sent_where_it_is_accepted(api, accepted):
    assert api.get("/v1/sources", headers={"Accept": accepted}).content_type == "application/json"


def test_another_media_type_is_406_before_anything_is_done(api):
    answer = api.post("/v1/sources", SOURCE, headers={"Accept": "text/csv"})
    assert (answer.status_code, answer.get_json()["code"]) == (406, "not_acceptable")
    assert api.get("/v1/sources").get_json()["data"] == []


@pytest.mark.parametrize("media", ["application/atom+xml", "application/feed+json", "text/csv"])
def test_alerts_are_listed_in_the_formats_of_readers_too(api, rows, media):
    for number in range(3):
        rows.alert(level="state" if number else "person")
    path, accepted = "/v1/alerts?level=state&limit=1", {"Accept": media}
    answer = api.get(path, headers=accepted)
    encoding = "; charset=utf-8" if media == "text/csv" else ""
    assert (answer.status_code, answer.content_type) == (200, media + encoding)
    assert answer.data.count(b"/v1/alerts/") + answer.data.count(b"https://a.test/1") >= 1
    assert "Accept" in answer.headers["Vary"]
    assert answer.headers["ETag"] != api.get(path).headers["ETag"]
    known = {"If-None-Match": answer.headers["ETag"]}
    assert api.get(path, headers=accepted | known).status_code == 304
    assert api.get(path, headers=known).status_code == 200
    following = answer.headers["Link"].partition(">")[0].lstrip("<")
    last = api.get(following, headers=accepted)
    assert last.status_code == 200
    assert "Link" not in last.headers
    assert api.get("/v1/alerts?after=0", headers=accepted).status_code == 200


def test_opml_is_sent_and_read_as_files_of_feed_readers_are(api):
    api.post("/v1/sources", SOURCE | {"feeds": [{"url": "https://a.test/feed"}]})
    answer = api.get("/v1/opml", headers={"Accept": "text/x-opml"})
    assert (answer.status_code, answer.content_type) == (200, "text/x-opml")
    assert answer.data.startswith(b"<?xml")
    for media in ("text/x-opml", "application/xml", "text/xml"):
        again = api.post("/v1/opml", raw=answer.data, headers={"Content-Type": media})
        assert (again.status_code, again.get_json()["known"]) == (200, 1)
    broken = api.post("/v1/opml", raw=b"no XML", headers={"Content-Type": "text/xml"})
    assert (broken.status_code, broken.get_json()["code"]) == (422, "opml_malformed")
    assert api.post("/v1/sources", raw=answer.data, headers={"Content-Type": "text/xml"}).status_code == 415


def test_a_response_without_content_has_no_type(api, source):
    answer = api("DELETE", source)
    assert (answer.status_code, answer.data) == (204, b"")
    assert "Content-Type" not in answer.headers


def test_options_names_the_methods_of_a_path_without_a_key(app):
    client = app.test_client()
    for path in {operation.path for operation in OPERATIONS}:
        answer = client.options(path.format(id=1, slug="a-b", number=1))
        methods = {operation.method for operation in OPERATIONS if operation.path == path}
        also = {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())
        assert (answer.status_code, answer.data) == (204, b""), path
        assert {*answer.headers["Allow"].split(", ")} >= methods | also, path
        assert not {name for name in answer.headers if "Access-Control" in name[0]}, path


@pytest.fixture
def cross_origin(product):
    settings = Settings(cors_origins="https://app.example, https://other.example")
    merged = product.settings.model_copy(update={"cors_origins": settings.cors_origins})
    return create_app(replace(product, settings=merged)).test_client()


def test_pages_of_named_origins_alone_may_call_the_api(cross_origin):
    for origin, allowed in (("https://app.example", "https://app.example"), ("https://evil.example", None)):
        answer = cross_origin.get("/v1/alerts", headers={"Origin": origin})
        assert answer.headers.get("Access-Control-Allow-Origin") == allowed
        assert "Origin" in answer.headers["Vary"]
        assert "Access-Control-Allow-Credentials" not in answer.headers
    preflight = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    answer = cross_origin.options("/v1/subscriptions", headers=preflight)
    assert answer.status_code == 204
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Origin" not in cross_origin.get("/login", headers=preflight).headers


@pytest.mark.parametrize("origins", ["app.example", "https://app.example/path", "null"])
def test_what_is_no_origin_is_refused(origins):
    with pytest.raises(ValueError, match="cors_origins"):
        Settings(cors_origins=origins)


def test_a_request_is_named_in_its_response_and_in_the_log(api):
    with capture_logs() as lines:
        named = api.get("/v1/alerts", headers={"X-Request-Id": "run-7/step:2"})
        unnamed = api.get("/v1/nothing", headers={"X-Request-Id": 'no"id'})
    ids = [answer.headers["X-Request-Id"] for answer in (named, unnamed)]
    assert ids[0] == "run-7/step:2"
    assert len(ids[1]) == 32
    assert [line["request"] for line in lines] == ids


def test_a_repeat_of_what_was_removed_since_leads_nowhere(api):
    token = {"Idempotency-Key": "once"}
    made = api.post("/v1/sources", SOURCE, headers=token)
    assert api.post("/v1/sources", SOURCE, headers=token).headers["Location"] == made.headers["Location"]
    api("DELETE", made.headers["Location"])
    gone = api.post("/v1/sources", SOURCE, headers=token)
    assert (gone.status_code, gone.get_json()["code"]) == (409, "resource_gone")


def test_the_codings_are_those_of_the_tags():
    assert set(compression.variants("x")) == {"x", *(f"x-{coding}" for coding in _DECODE)}
