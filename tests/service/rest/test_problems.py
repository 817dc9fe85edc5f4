"""Every error is a problem document with a stable code and the fields at fault."""

import gzip
import re

import pytest

from dyadwatch.errors import BrokerUnavailable, FeedError, InvalidInput
from dyadwatch.store import Store
from service import app as service_app
from service.rest import requests
from service.ui import pages

SOURCES = "/v1/sources"


def _problem(answer, status, code, *pointers):
    assert answer.content_type == "application/problem+json"
    document = answer.get_json()
    assert set(document) == {"type", "title", "status", "detail", "instance", "code", "errors"}
    assert document["instance"] == f"urn:x-request-id:{answer.headers['X-Request-Id']}"
    assert (answer.status_code, document["status"], document["code"]) == (status, status, code)
    assert document["detail"]
    assert [error["pointer"] for error in document["errors"]] == list(pointers)
    return document


def test_no_key_and_a_wrong_key_are_401_with_a_challenge(with_scope):
    anybody = with_scope(None)
    answer = anybody.get(SOURCES)
    _problem(answer, 401, "key_missing")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    for header in ("Bearer dyw_wrong", "Basic dXNlcjpwYXNz", "Bearer  "):
        answer = anybody.get(SOURCES, headers={"Authorization": header})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_an_unknown_path_is_404_without_a_key(with_scope):
    answer = with_scope(None).get("/v1/nothing", headers={"X-Request-Id": "mine/1"})
    _problem(answer, 404, "path_unknown")
    assert answer.get_json()["instance"] == "urn:x-request-id:mine/1"


@pytest.mark.parametrize("number", ["0", "x", "-1", "9" * 19, "1" * 5000, "٣"])
def test_what_is_no_id_is_404(api, number):
    _problem(api.get(f"{SOURCES}/{number}"), 404, "path_unknown")


@pytest.mark.parametrize(
    "noun",
    ["sources", "feeds", "subscriptions", "deliveries", "articles", "alerts", "stories", "keys", "watches"],
)
def test_what_is_not_there_is_404(api, noun):
    _problem(api.get(f"/v1/{noun}/999"), 404, "not_found")


def test_a_wrong_method_is_405_and_says_which_are_right(api):
    answer = api("PUT", SOURCES)
    _problem(answer, 405, "method_not_allowed")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


@pytest.mark.parametrize("raw", [b"", b"{", b'{"name": NaN}', b"\xff", b'{"a": "\\ud800"}', b"[" * 5000])
def test_what_is_no_json_is_400(api, raw):
    _problem(api.post(SOURCES, raw=raw), 400, "json_malformed")


def test_json_of_another_type_is_415(api):
    _problem(
        api.post(SOURCES, raw=b"{}", headers={"Content-Type": "text/plain"}), 415, "media_type_unsupported"
    )
    _problem(api("PATCH", f"{SOURCES}/1"), 415, "media_type_unsupported")
    _problem(
        api.post(SOURCES, raw=gzip.compress(b"{}"), headers={"Content-Encoding": "gzip"}),
        415,
        "encoding_unsupported",
    )


_METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}


def test_every_path_refuses_other_methods_and_longer_paths_in_our_own_words(app, with_scope):
    """As a problem document, or as a page where people look."""
    anybody = with_scope(None)
    for rule in app.url_map.iter_rules():
        path = re.sub("<[^>]*>", "1", rule.rule)
        offered = {
            method
            for other in app.url_map.iter_rules()
            if other.rule == rule.rule
            for method in other.methods
        }
        for method in sorted(_METHODS - offered)[:2]:
            answer = anybody(method, path)
            _refused(answer, path, 405, "method_not_allowed")
            assert set(answer.headers["Allow"].split(", ")) == offered
        _refused(anybody.get(f"{path.rstrip('/')}/nothing/1"), f"{path}/nothing/1", 404, "path_unknown")


def _refused(answer, path, status, code):
    assert "requested URL" not in answer.text  # as Werkzeug says it
    if pages.is_page(path):
        assert (answer.status_code, answer.mimetype) == (status, "text/html")
        assert "<h1>" in answer.text
    else:
        _problem(answer, status, code)


@pytest.mark.parametrize("more", ["", ",application/signed-exchange;v=b3;q=0.7"], ids=["firefox", "chromium"])
def test_a_browser_gets_a_page_where_there_is_nothing(with_scope, more):
    accept = {"Accept": f"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8{more}"}
    anybody = with_scope(None)
    assert anybody.get("/nothing", headers=accept).mimetype == "text/html"
    _problem(anybody.get("/v1/nothing", headers=accept), 404, "path_unknown")
    _problem(anybody.get("/nothing", headers={"Accept": "*/*"}), 404, "path_unknown")


@pytest.mark.parametrize("value", [b"[]", b"{}", b"1", b'""'])
def test_json_of_too_many_values_is_refused_before_it_is_parsed(monkeypatch, value):
    monkeypatch.setattr(requests.orjson, "loads", pytest.fail)
    with pytest.raises(InvalidInput, match="more than 50000 values"):
        requests.document(b'{"a":[' + (value + b",") * 60_000 + value + b"]}")


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (rb'{"a":1,"a":1}', "has 'a' more than once"),
        (rb'{"a:":":","b":[{"c":{}},{"d":2,"\u0064":"\":"}]}', "has 'd' more than once"),
    ],
)
def test_a_body_that_says_a_thing_twice_is_refused(body, detail):
    with pytest.raises(InvalidInput) as refused:
        requests.document(body)
    (error,) = refused.value.errors
    assert (error.detail, error.code) == (detail, "repeated")


def test_objects_of_a_body_may_have_the_same_names():
    assert requests.document(b'{"a":[{"a":"a:1"},{"a":"\\":"}],"b":{"a":{}}}')["b"] == {"a": {}}


def test_a_string_may_have_any_number_of_commas_and_brackets(api):
    text = ",[{" * 30_000 + '\\"' * 30_000
    assert api.post("/v1/tag", {"text": text}).status_code == 200


def test_a_huge_body_is_413(api):
    _problem(api.post(SOURCES, raw=b" " * (service_app.MAX_BODY + 1)), 413, "body_too_large")


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ([], "", "wrong_type"),
        ({}, "/name", "missing"),
        ({"name": 7}, "/name", "wrong_type"),
        ({"name": " "}, "/name", "malformed"),
        ({"name": "a\nb"}, "/name", "malformed"),
        ({"name": "x" * 201}, "/name", "too_long"),
        ({"name": "a\0b"}, "/name", "malformed"),
        ({"name": "x", "a/b~": 1}, "/a~1b~0", "unknown_field"),
        ({"name": "x", "country": "Syria"}, "/country", "malformed"),
        ({"name": "x", "feeds": [{"url": "https://a.test/"}, {}]}, "/feeds/1/url", "missing"),
        ({"name": "x", "feeds": [{"url": "gopher://a.test/"}]}, "/feeds/0/url", "url_invalid"),
        ({"name": "x", "feeds": [{"url": "http://10.0.0.1/"}]}, "/feeds/0/url", "blocked_address"),
        ({"name": "x", "homepage": "no url at all"}, "/homepage", "url_invalid"),
    ],
)
def test_a_wrong_body_is_422_and_names_the_field(api, body, pointer, code):
    answer = api.post(SOURCES, body)
    document = answer.get_json()
    assert answer.status_code == 422
    assert (document["errors"][0]["pointer"], document["errors"][0]["code"]) == (pointer, code)
    assert api.get(SOURCES).get_json()["data"] == []


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("limit=0", "/limit", "out_of_range"),
        ("limit=201", "/limit", "out_of_range"),
        ("limit=x", "/limit", "malformed"),
        ("limit=1&limit=2", "/limit", "repeated"),
        ("nothing=1", "/nothing", "unknown_field"),
        ("language=xx", "/language", "not_allowed"),
        ("language=xx-Latn", "/language", "not_allowed"),
        ("language=tlh", "/language", "not_allowed"),
        ("language=pt-BR", "/language", "not_allowed"),
        ("event_type=MEET", "/event_type", "not_allowed"),
        ("q=a%00b", "/q", "malformed"),
        ("q=%28%28%26%7C%21", "/q", "malformed"),
        ("since=yesterday", "/since", "malformed"),
        ("since=2026-02-30", "/since", "malformed"),
        ("since=0001-01-01T00:00:00%2B14:00", "/since", "malformed"),
        ("since=2026-01-01T00:00:00", "/since", "malformed"),
        ("min_score=nan", "/min_score", "out_of_range"),
        ("state=gone", "/state", "not_allowed"),
        ("source=99999999999999999999", "/source", "out_of_range"),
        ("since=2026-02-01&until=2026-02-01", "/until", "contradictory"),
        ("after=0&sort=score", "/after", "contradictory"),
        ("changed_since=2026-02-01&sort=score", "/changed_since", "contradictory"),
    ],
)
def test_a_wrong_query_is_400_and_names_the_parameter(api, query, pointer, code):
    answer = api.get(f"/v1/alerts?{query}")
    document = _problem(answer, 400, "query_invalid", pointer)
    assert document["errors"][0]["code"] == code


def test_queries_are_refused_where_none_is_known(api):
    _problem(api.get("/v1/alerts/1?verbose=1"), 400, "query_invalid", "/verbose")


def test_a_body_that_the_operation_does_not_take_is_refused(api):
    _problem(api.post("/v1/deliveries/1/resend", {"now": True}), 400, "body_unexpected")


@pytest.mark.parametrize(
    "noun", ["sources", "feeds", "watches", "articles", "alerts", "subscriptions", "deliveries", "keys"]
)
def test_a_tampered_cursor_is_400(api, noun):
    _problem(api.get(f"/v1/{noun}?cursor=WzEsMV0AAAAA"), 400, "cursor_invalid", "/cursor")


def test_an_unexpected_error_is_500_without_its_details(api, monkeypatch):
    def fail(*_args, **_options):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("dyadwatch.store.sources.page", fail)
    answer = api.get(SOURCES)
    _problem(answer, 500, "internal_error")
    assert b"secret" not in answer.data


def test_an_error_of_ours_that_no_status_stands_for_is_500(api, monkeypatch):
    def fail(*_args, **_options):
        raise FeedError("a feed where none is read")

    monkeypatch.setattr("dyadwatch.store.sources.page", fail)
    _problem(api.get(SOURCES), 500, "feed_malformed")


def test_an_unreachable_database_is_503_with_retry_after(product, with_scope):
    away = type(product)(
        **{name: getattr(product, name) for name in product.__slots__}
        | {"store": Store("postgresql://u:hunter2@127.0.0.1:1/x")}
    )
    client = service_app.create_app(away).test_client()
    answer = client.get(SOURCES, headers={"Authorization": "Bearer dyw_x"})
    document = _problem(answer, 503, "database_unavailable")
    assert "127.0.0.1:1/x" in document["detail"]
    assert "hunter2" not in answer.text
    assert answer.headers["Retry-After"] == "5"
    answer = client.get("/readyz")
    _problem(answer, 503, "database_unavailable", "/database")
    assert client.get("/healthz").status_code == 200


def test_ready_means_database_and_broker(with_scope, product, monkeypatch):
    anybody = with_scope(None)
    assert anybody.get("/readyz").get_json() == {
        "status": "ok",
        "database": "ok",
        "broker": "ok",
        "pacing": "shared",
        "secrets": "plain",
    }

    def away(_signals):
        raise BrokerUnavailable("Redis at 127.0.0.1:9 cannot be reached")

    monkeypatch.setattr(type(product.broker), "ping", away)
    answer = anybody.get("/readyz")
    _problem(answer, 503, "broker_unavailable", "/broker")
    assert answer.headers["Retry-After"]


def test_a_database_that_is_not_migrated_is_not_ready(with_scope, monkeypatch):
    monkeypatch.setattr("dyadwatch.store.schema.newest", lambda: "9999")
    document = _problem(with_scope(None).get("/readyz"), 503, "database_not_migrated", "/database")
    assert "dyadwatch migrate" in document["detail"]


@pytest.mark.parametrize(
    ("name", "value", "detail"),
    [
        ("country", "Germany", "must be a code of ISO 3166-1, two capital letters, as IR"),
        ("language", "French", "must be a code of BCP 47, as fa"),
    ],
)
def test_a_wrong_form_is_refused_with_the_right_one(api, name, value, detail):
    """In a list and in the filter of a subscription, the field first."""
    listed = api.get(f"/v1/alerts?{name}={value}").get_json()
    assert listed["detail"] == f"The query parameter {name}: {detail}."
    subscribed = api.post("/v1/subscriptions", {"url": "https://a.test/", "filter": {name: value}}).get_json()
    assert subscribed["detail"] == f"The field filter/{name}: {detail}."


def test_no_period_ends_before_it_begins(api):
    """What could match nothing is refused wherever a period is asked for."""
    period = {"since": "2026-02-02", "until": "2026-02-01"}
    hook = api.post("/v1/subscriptions", {"url": "https://a.test/"}).headers["Location"]
    answers = [
        *(api.get(f"/v1/{name}?since=2026-02-02&until=2026-02-01") for name in ("articles", "deliveries")),
        api.post(f"{hook}/recover", {**period, "dry_run": True}),
    ]
    for answer in answers:
        (error,) = answer.get_json()["errors"]
        assert (error["pointer"], error["code"]) == ("/until", "contradictory")
