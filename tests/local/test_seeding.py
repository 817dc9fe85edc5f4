"""Seeding as `up` asks for it: orders on stdin, what was made on stdout."""

import io
import json
import sys
from types import SimpleNamespace

import pytest

from dyadwatch.local import seeding
from dyadwatch.senders import signatures
from dyadwatch.store import sources, subscriptions


@pytest.fixture
def follow(monkeypatch, store, database_url, redis_url):
    """Runs the program on this test's database: (exit code, answer)."""
    monkeypatch.setenv("DYADWATCH_DATABASE_URL", database_url)
    monkeypatch.setenv("DYADWATCH_REDIS_URL", redis_url)

    def follow(**orders):
        given = {"starter": False, "sources": [], "subscription": None, **orders}
        out = io.BytesIO()
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(json.dumps(given).encode())))
        monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=out))
        code = seeding.main()
        return code, json.loads(out.getvalue() or "null")

    return follow


def test_the_first_time_makes_what_is_missing_and_the_second_nothing(follow):
    code, made = follow(starter=True)
    assert code == 0
    assert made["watches"] == 1
    assert made["sources"] >= 25
    assert made["admin_key"].startswith("dyw_")
    code, made = follow(starter=True)
    assert (code, made["watches"], made["sources"], made["admin_key"]) == (0, 0, 0, None)


def test_the_demos_sources_and_its_receiver_are_stored(follow, store):
    named = {"name": "Ledger", "feeds": [{"url": "http://127.0.0.1:8080/feed"}], "country": "XX"}
    told = {"url": "http://127.0.0.1:8080/", "secret": signatures.new_secret()}
    assert follow(sources=[named], subscription=told)[0] == 0
    with store.begin() as db:
        assert sources.page(db, limit=5, cursor=None).data[0].country == "XX"
        assert subscriptions.page(db, limit=5, cursor=None).data[0].url == told["url"]


def test_what_goes_wrong_is_one_line_on_stderr(follow, monkeypatch, capsys):
    monkeypatch.setenv("DYADWATCH_ADMIN_KEY", "short")
    assert follow() == (1, None)
    assert capsys.readouterr().err.endswith("(key_too_short)\n")
