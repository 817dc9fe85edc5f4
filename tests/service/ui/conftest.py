"""Browsers that have signed in, or have not."""

import orjson
import pytest
from bs4 import BeautifulSoup

from dyadwatch.model.feeds import NewFeed
from dyadwatch.model.sources import NewSource
from dyadwatch.store import archive_runs, sources

# What a browser sends with a form of our own page.
OWN = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def visitor(app):
    """A browser without a session."""
    return app.test_client()


@pytest.fixture
def signed_in(app, with_scope):
    """Makes a browser that has signed in with a key of a scope."""

    def signed_in(scope):
        browser = app.test_client()
        answer = browser.post("/login", data={"key": f" {with_scope(scope).token} "}, headers=OWN)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/")
        return browser

    return signed_in


@pytest.fixture
def reader(signed_in):
    """A browser that has signed in with a key that may only read."""
    return signed_in("read")


@pytest.fixture
def curator(signed_in):
    """A browser that has signed in with a key that may change watches and sources."""
    return signed_in("curate")


@pytest.fixture
def send():
    """Sends a form of a page, as a browser does: with the token that the page holds."""

    def send(browser, path, headers=OWN, **fields):
        page = BeautifulSoup(browser.get("/alerts").data, "lxml")
        token = page.find("input", {"name": "form_token"})
        return browser.post(
            path, data={"form_token": token["value"] if token else "", **fields}, headers=headers
        )

    return send


TEXT = "Talks in Tehran\n\nAssad met Khamenei in Tehran.\n\nThe weather was fine."
QUOTE = "Assad met Khamenei in Tehran."


@pytest.fixture
def archive(product, rows):
    """An alert with two articles, one the other's copy and with two versions, of two sources."""
    with product.store.begin() as db:
        made = [
            sources.create(
                db, NewSource(name, (NewFeed(f"https://{side}.test/rss"),), side=side, country="SY")
            )
            for name, side in (("Paper <one>", "syrian"), ("Paper two", "western"))
        ]
    story = rows.story()
    page = rows.insert("pages", {"url": "https://syrian.test/1", "host": "syrian.test"})
    snapshot = rows.insert(
        "snapshots",
        {
            "page_id": page,
            "url": "https://syrian.test/1",
            "status": 200,
            "headers": '{"content-type": "text/html"}',
            "body": b"x",
            "sha256": "ab" * 32,
        },
    )
    first = rows.article(1, source_id=made[0].id, story_id=story, language="en", title="Talks in Tehran")
    rows.article(2, source_id=made[1].id, story_id=story, language="en", copy_of=first)
    rows.execute(
        "UPDATE article_versions SET text = :text, snapshot_id = :snapshot", text=TEXT, snapshot=snapshot
    )
    change = {
        "article_id": first,
        "number": 2,
        "title": "Talks",
        "text": TEXT.replace("fine", "bad"),
        "text_hash": "y",
    }
    rows.insert(
        "article_versions", change | {"change": '{"added": 1, "removed": 1}', "snapshot_id": snapshot}
    )
    rows.execute(
        "UPDATE articles SET version = 2, words = article_words(:text) WHERE id = :id", id=first, text=TEXT
    )
    document = rows.document()
    start = TEXT.index(QUOTE)
    mention = document["evidence"][0]
    mention["evidence"] |= {"start": start, "end": start + len(QUOTE)}
    for side, name in (("a", "Assad"), ("b", "Khamenei")):
        at = TEXT.index(name)
        mention["actors"][side] = [{"surface": name, "start": at, "end": at + len(name), "kind": "name"}]
    whole = {
        "suppressed": [
            {"reason": "namesake", "quote": "The weather", "start": 46, "end": 57, "rule": "namesake"}
        ]
    }
    tagging = {
        "article_id": first, "article_version": 2, "watch_id": "assad-khamenei", "watch_version": 1,
        "tagger_version": "1", "relationship": True, "score": 0.9, "level": "person",
        "mentions": orjson.dumps([{name: mention[name] for name in mention if name not in {"article", "article_version"}}]).decode(),
        "whole": orjson.dumps(whole).decode(),
    }  # fmt: skip
    names = ", ".join(tagging)
    rows.execute(
        f"INSERT INTO taggings ({names}) VALUES ({', '.join(f':{name}' for name in tagging)})", **tagging
    )
    document["articles"] += [document["articles"][0] | {"id": 2, "url": "https://a.test/2"}]
    document |= {"copies": 2, "sides": {"reporting": ["syrian"], "silent": ["western"]}}
    alert = rows.alert(document, story_id=story, source_ids=[source.id for source in made])
    event = {"alert_id": alert, "type": "alert.updated", "webhook_id": "msg_1"}
    changes = [{"kind": "evidence.changed", "old": "He met him.", "new": QUOTE, "article": first}]
    rows.insert("alert_events", event | {"body": orjson.dumps({"data": {"changes": changes}}).decode()})
    return {"first": first, "start": start}


@pytest.fixture
def archive_run(archive, product):
    """A run over the archive that reports what would change."""
    with product.store.begin() as db:
        return archive_runs.start(db, watch="assad-khamenei", dry_run=True, notify=False).id
