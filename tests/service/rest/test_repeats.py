"""A client that has a list already is told so again by one question to the database, and never from memory
alone."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from dyadwatch.store import keys
from service import repeats
from service.app import create_app

PATHS = ["/v1/alerts?limit=1", "/v1/alerts?language=en", "/v1/alerts?sort=score&min_score=0.1"]


@pytest.fixture
def ask(app, with_scope, rows, monkeypatch):
    """Asks with the tag of the first response; the responses that Flask gave are counted."""
    rows.alert(language="en", languages=["en"])
    rows.alert(language="en", languages=["en"])
    reader, through_flask, flask = with_scope("read"), [], app.wsgi_app._app

    def count(environ, start_response):
        through_flask.append(environ["PATH_INFO"])
        return flask(environ, start_response)

    monkeypatch.setattr(app.wsgi_app, "_app", count)
    monkeypatch.setattr(app.wsgi_app, "_known", {})

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
    monkeypatch.setattr(repeats, "_MAX_KNOWN", 2)
    for path in PATHS:
        ask(path, flask=True)
    assert len(app.wsgi_app._known) == 2
    with product.store.begin() as db:
        _, token = keys.create(db, "subscriber", ["read"])
    headers = {"If-None-Match": ask.tags[PATHS[2]], "Authorization": f"Bearer {token[:-1]}"}
    assert app.test_client().get(PATHS[2], headers=headers).status_code == 401
