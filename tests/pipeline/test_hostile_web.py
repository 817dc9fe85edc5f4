"""The whole product against a shared web that misbehaves by script and judges who reads it, where one is at
hand: what is syndicated, edited, or names another address as its own."""

import json
import os
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from sqlalchemy import text
from waiting import eventually

from dyadwatch.model.feeds import NewFeed
from dyadwatch.model.sources import NewSource
from dyadwatch.store import sources

SHARED = os.environ.get("DYADWATCH_SHARED")
SCENARIOS = "syndicated,edited,art_canonical"
# The articles of active alerts.
_ALERTED = text("""
SELECT article->>'url' AS url, article->>'title' AS title
FROM alerts, jsonb_array_elements(CAST(document AS jsonb)->'articles') AS article WHERE state = 'active'
""")
_LOOK_AGAIN = text("UPDATE rechecks SET due_at = now(), first_seen_at = first_seen_at - interval '3 hours'")

pytestmark = pytest.mark.skipif(not SHARED, reason="DYADWATCH_SHARED is not set")


@pytest.fixture
def world():
    """Asks a world of twelve sources: a path of its control API, and a document to post."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    options = {
        "port": port,
        "sources": 12,
        "items": 6,
        "latency": 1,
        "mix": 1,
        "scenario": SCENARIOS,
        "seed": 7,
    }
    command = [sys.executable, str(Path(SHARED) / "world.py")]
    process = subprocess.Popen(
        [*command, *(str(part) for name, value in options.items() for part in (f"--{name}", value))],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def ask(path, document=None):
        body = None if document is None else json.dumps(document).encode()
        with urllib.request.urlopen(f"http://127.0.0.1:{port + 1}{path}", body) as answer:  # loopback
            return json.load(answer)

    def listed():
        try:
            return ask("/_sources")
        except OSError:
            return None

    eventually(listed)
    yield ask
    process.terminate()
    process.wait()


def test_what_is_syndicated_edited_or_canonical_elsewhere_is_alerted_rightly(world, product):
    """Each article that must alert does, by itself or as a copy, and nothing else; also after one was edited
    so that it names nobody."""
    with product.store.begin() as db:
        for one in world("/_sources"):
            sources.create(db, NewSource(name=one["id"], feeds=(NewFeed(one["url"]),)))
    product.pipeline.run_until_idle()
    first = judged(world, product)
    assert (first["recall"], first["precision"], first["duplicates"]) == (1.0, 1.0, 0)

    told = next(
        one
        for one in world("/_truth")
        if one["must_alert"] and one["scenario"] == "edited" and one["kind"] == "pair"
    )
    world("/_edit", {"id": told["id"], "text": "The ferry to the island was late again.", "mention": False})
    with product.store.begin() as db:
        db.execute(_LOOK_AGAIN)
    product.pipeline.run_until_idle()
    second = judged(world, product)
    assert (second["recall"], second["precision"], second["must"]) == (1.0, 1.0, first["must"] - 1)


def judged(world, product):
    """What the world says of the articles of active alerts."""
    with product.store.begin() as db:
        alerted = [row._asdict() for row in db.execute(_ALERTED)]
    return world("/_judge", {"alerts": alerted})
