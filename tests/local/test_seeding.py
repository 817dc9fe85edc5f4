"""Seeding as `up` requests it: a request on stdin, the result on stdout."""

import io
import json
import sys
from types import SimpleNamespace

import pytest

from dyadwatch.local import seeding
from dyadwatch.senders import signatures
from dyadwatch.store import sources, subscriptions


@pytest.fixture
def run(monkeypatch, store, database_url, redis_url):
    """Runs the module on this test's database: (exit code, result)."""
    monkeypatch.setenv("DYADWATCH_DATABASE_URL", database_url)
    monkeypatch.setenv("DYADWATCH_REDIS_URL", redis_url)

    def run(**options):
        request = {"starter": False, "sources": [], "subscription": None, **options}
        out = io.BytesIO()
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(json.dumps(request).encode())))
        monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=out))
        code = seeding.main()
        return code, json.loads(out.getvalue() or "null")

    return run


def test_the_first_run_adds_what_is_missing_and_the_second_nothing(run):
    code, result = run(starter=True)
    assert code == 0
    assert result["watches"] == 1
    assert result["sources"] >= 25
    assert result["admin_key"].startswith("dyw_")
    code, result = run(starter=True)
    assert (code, result["watches"], result["sources"], result["admin_key"]) == (0, 0, 0, None)


def test_sources_and_a_subscription_of_the_request_are_stored(run, store):
    source = {"name": "Ledger", "feeds": [{"url": "http://127.0.0.1:8080/feed"}], "country": "XX"}
    subscription = {"url": "http://127.0.0.1:8080/", "secret": signatures.new_secret()}
    assert run(sources=[source], subscription=subscription)[0] == 0
    with store.begin() as db:
        assert sources.page(db, limit=5, cursor=None).data[0].country == "XX"
        assert subscriptions.page(db, limit=5, cursor=None).data[0].url == subscription["url"]


def test_an_error_is_one_line_on_stderr(run, monkeypatch, capsys):
    monkeypatch.setenv("DYADWATCH_ADMIN_KEY", "short")
    assert run() == (1, None)
    assert capsys.readouterr().err.endswith("(key_too_short)\n")
