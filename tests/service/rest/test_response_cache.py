"""A client that has a list already is told so again by one question to the database, and never from memory
alone."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from dyadwatch.store import keys
from service import response_cache
from service.app import create_app

PATHS = ["/v1/alerts?limit=1", "/v1/alerts?language=en", "/v1/alerts?sort=score&min_score=0.1"]


@pytest.fixture
def ask(app, with_scope, rows, monkeypatch):
    """Asks with the tag of the first response; the responses that Flask gave are counted."""
    rows.alert(language="en", languages=["en"])
    rows.alert(language="en", languages=["en"])
    reader, through_flask, flask = with_scope("read"), [], app.wsgi_app._app._app

    def count(environ, start_response):
        through_flask.append(environ["PATH_INFO"])
        return flask(environ, start_response)

    monkeypatch.setattr(app.wsgi_app._app, "_app", count)
    monkeypatch.setattr(app.wsgi_app._app, "_responses", {})
    monkeypatch.setattr(app.wsgi_app._app, "_bytes", 0)

    def get(path, *, flask, **headers):
        tag = reader.get(path).headers["ETag"] if path not in tags else tags[path]
        tags.setdefault(path, tag)
        through_flask.clear()
        answer = reader.get(path, headers={"If-None-Match": tag, **headers})
        assert bool(through_flask) == flask
        return answer

    tags = {}
    get.tags = tags
    return get


@pytest.mark.parametrize("path", PATHS)
def test_what_is_the_same_once_more_is_said_without_flask(ask, path):
    first, again = ask(path, flask=True), ask(path, flask=False)
    assert [first.status_code, again.status_code, again.data] == [304, 304, b""]
    own = {"X-Request-Id", "RateLimit"}
    headers = [{name: value for name, value in one.headers if name not in own} for one in (first, again)]
    assert headers[0] == headers[1]
    assert first.headers["X-Request-Id"] != again.headers["X-Request-Id"]
    assert "RateLimit" in again.headers
    assert ask(path, flask=False, **{"X-Request-Id": "mine"}).headers["X-Request-Id"] == "mine"


@pytest.mark.parametrize("path", PATHS)
def test_a_change_is_seen_at_once(ask, rows, path):
    ask(path, flask=True)
    rows.execute("UPDATE alerts SET version = version + 1")
    assert ask(path, flask=True).status_code == 200


def test_a_page_that_more_follows_now_is_another(ask, rows):
    ask("/v1/alerts?limit=2", flask=True)
    rows.alert(created_at="2001-01-01")
    assert ask("/v1/alerts?limit=2", flask=True).status_code == 200


def test_a_key_that_was_revoked_is_refused_at_once(ask, rows):
    ask(PATHS[0], flask=True)
    rows.execute("UPDATE api_keys SET revoked_at = now()")
    assert ask(PATHS[0], flask=True).status_code == 401


def test_a_filter_by_what_is_gone_is_refused(ask, rows, product):
    with product.store.begin() as db:
        db.execute(text("INSERT INTO sources (name, side) VALUES ('s', 'north')"))
    path = "/v1/alerts?side=north"
    ask(path, flask=True)
    assert ask(path, flask=False).status_code == 304
    rows.execute("UPDATE sources SET side = NULL")
    assert ask(path, flask=True).status_code == 422


def test_when_a_key_was_used_is_noted_all_the_same(ask, rows, product):
    ask(PATHS[0], flask=True)
    rows.execute("UPDATE api_keys SET last_used_at = now() - interval '1 hour'")
    assert ask(PATHS[0], flask=True).status_code == 304
    with product.store.begin() as db:
        used = db.execute(text("SELECT bool_or(last_used_at > now() - interval '1 minute') FROM api_keys"))
        assert used.scalar_one()


def test_the_quota_of_a_key_counts(product, with_scope):
    few = replace(product, settings=product.settings.model_copy(update={"rate_limit": 4}))
    reader = with_scope("read")
    reader.client = create_app(few).test_client()
    tag = reader.get("/v1/alerts").headers["ETag"]
    answers = [reader.get("/v1/alerts", headers={"If-None-Match": tag}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [304, 304, 304, 429]


def test_another_key_learns_nothing_and_few_responses_are_remembered(app, ask, product, monkeypatch):
    monkeypatch.setattr(response_cache, "_MAX_RESPONSES", 2)
    for path in PATHS:
        ask(path, flask=True)
    assert len(app.wsgi_app._app._responses) == 2
    with product.store.begin() as db:
        _, token = keys.create(db, "subscriber", ["read"])
    headers = {"If-None-Match": ask.tags[PATHS[2]], "Authorization": f"Bearer {token[:-1]}"}
    assert app.test_client().get(PATHS[2], headers=headers).status_code == 401


@pytest.fixture
def again(ask, app, with_scope):
    """Asks without a tag, twice; whether Flask was asked the second time."""
    key = {"Authorization": f"Bearer {with_scope('read').token}"}

    def get(path, **headers):
        client, flask, asked = app.test_client(), app.wsgi_app._app._app, []
        first = client.get(path, headers=key | headers)
        app.wsgi_app._app._app = lambda *request: asked.append(request) or flask(*request)
        second = client.get(path, headers=key | headers)
        app.wsgi_app._app._app = flask
        return first, second, bool(asked)

    return get


@pytest.mark.parametrize(("path", "coding"), [(PATHS[0], "gzip"), (PATHS[1], "zstd"), (PATHS[2], "identity")])
def test_the_same_bytes_are_sent_again_in_the_coding_that_was_asked_for(again, rows, path, coding):
    for _ in range(3):
        rows.alert(language="en", languages=["en"])
    first, second, through_flask = again(path, **{"Accept-Encoding": coding})
    assert (first.status_code, second.status_code, through_flask) == (200, 200, False)
    assert first.data == second.data
    own = {"X-Request-Id", "RateLimit"}
    assert dict(first.headers).keys() == dict(second.headers).keys() >= own
    assert {item for item in first.headers if item[0] not in own} < set(second.headers)


def test_a_page_that_changed_is_sent_as_it_is_now(again, rows):
    path = "/v1/alerts?limit=2"
    assert not again(path)[2]
    rows.execute("UPDATE alerts SET version = version + 1, document = document || '{\"copies\": 7}'")
    first, second, through_flask = again(path)
    assert first.get_json()["data"][0]["copies"] == second.get_json()["data"][0]["copies"] == 7
    assert not through_flask


def test_bodies_are_kept_within_bounds(app, again, monkeypatch):
    length = len(again(PATHS[0])[0].data)
    monkeypatch.setattr(response_cache, "_MAX_BODIES", length + 50)
    for offset in range(3):
        assert not again(f"/v1/alerts?limit=1&min_score=0.{offset}")[2]
    assert length <= app.wsgi_app._app._bytes <= length + 50
    assert len(app.wsgi_app._app._responses) == 1
    monkeypatch.setattr(response_cache, "_MAX_BODY", length - 1)
    assert again("/v1/alerts?limit=1&min_score=0.4")[2]


def test_a_session_that_was_ended_is_replaced(again, product):
    assert not again(PATHS[0])[2]
    with product.store.begin() as db:
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        db.execute(text(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {others}"))
    first, second, through_flask = again(PATHS[0])
    assert (first.status_code, second.status_code, through_flask) == (200, 200, False)


def test_signed_links_are_not_remembered(ask, app, with_scope):
    url = with_scope("read").get("/v1/links?to=/v1/alerts").get_json()["url"].partition("/v1")[2]
    anybody = app.test_client()
    tag = anybody.get(f"/v1{url}").headers["ETag"]
    asked = [anybody.get(f"/v1{url}", headers={"If-None-Match": tag}).status_code for _ in range(3)]
    assert asked == [304] * 3
