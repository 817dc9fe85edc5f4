"""What an analyst says of an alert stays, whatever is tagged again, merged or withdrawn."""

import orjson
import pytest
import stored_texts
from local_site import VISIT
from sqlalchemy import text

from dyadwatch.model.alerts import ALERT_EVENT_TYPES
from dyadwatch.model.steps import Step
from dyadwatch.model.subscriptions import NewSubscription
from dyadwatch.pipeline import alert_verdicts, expunge, story_verdicts
from dyadwatch.senders.signatures import new_secret
from dyadwatch.store import alert_verdicts as verdicts
from dyadwatch.store import alerts, archive_runs, subscriptions


@pytest.fixture
def archive(product, monkeypatch):
    """Alerts 1 and 2 of two stories, and a subscription to what is confirmed."""
    # The two are one text, and would be joined.
    monkeypatch.setattr(archive_runs, "follow", lambda *_, **__: None)
    stored_texts.writer(product)(VISIT, VISIT)
    tag_again(product)
    with product.store.begin() as db:
        new = NewSubscription(
            url="https://hooks.example/", events=ALERT_EVENT_TYPES, filter={"verdict": "confirmed"}
        )
        subscriptions.create(db, new, new_secret())
    return product


def tag_again(product):
    with product.store.begin() as db:
        archive_runs.start(db, watch=None, dry_run=False, notify=False)
    product.pipeline.run(Step.BACKFILL, 30)


def rows(product, query):
    with product.store.begin() as db:
        return [tuple(row) for row in db.execute(text(query))]


def judge(product, alert, word, **said):
    with product.store.begin() as db:
        return alert_verdicts.add(db, alert, word, key=None, **said)


def shown(product, alert):
    with product.store.begin() as db:
        return alerts.get(db, alert).parse()


def sent(product):
    """What is owed to the subscription, in order."""
    bodies = rows(
        product, "SELECT body FROM deliveries JOIN alert_events ON event_id = alert_events.id ORDER BY 1"
    )
    return [orjson.loads(body) for (body,) in bodies]


def test_a_verdict_is_an_event_for_those_who_ask_for_it(archive):
    assert sent(archive) == []
    judge(archive, 1, "confirm")
    (event,) = sent(archive)
    assert (event["type"], event["data"]["verdict"]) == ("alert.updated", "confirmed")
    assert [(one["kind"], one["old"], one["new"]) for one in event["data"]["changes"]] == [
        ("verdict", "none", "confirmed")
    ]
    judge(archive, 1, "reject", reason="other")
    judge(archive, 2, "reject", reason="other")
    assert sorted(one["data"]["verdict"] for one in sent(archive)) == ["confirmed", "rejected"]


def test_a_verdict_stays_when_everything_is_tagged_again(archive):
    judge(archive, 1, "reject", reason="namesake", note="No.")
    rows(archive, "UPDATE taggings SET score = 0.1, mentions = '[]' RETURNING article_id")
    tag_again(archive)
    again = shown(archive, 1)
    assert (again["verdict"], again["reject_reason"], again["state"]) == ("rejected", "namesake", "active")


def test_a_verdict_goes_with_its_story(archive):
    """The alert of the story that is merged into another is withdrawn; what was said of it is said of the
    other one's, unless somebody said otherwise of that."""
    stories = {alert: shown(archive, alert)["story"] for alert in (1, 2)}
    judge(archive, 1, "confirm", note="By two witnesses.")
    with archive.store.begin() as db:
        story_verdicts.merge(db, stories[1], stories[2], reason="one event", key=None)
        (carried,) = verdicts.page(db, 2, limit=9, cursor=None).data
        (own,) = verdicts.page(db, 1, limit=9, cursor=None).data
    assert (carried.verdict, carried.note, carried.carried_from, carried.at) == (
        "confirm",
        own.note,
        1,
        own.at,
    )
    assert [(shown(archive, n)["state"], shown(archive, n)["verdict"]) for n in (1, 2)] == [
        ("withdrawn", "confirmed"),
        ("active", "confirmed"),
    ]


def test_a_verdict_on_the_other_story_stands_when_one_is_merged_into_it(archive):
    judge(archive, 1, "reject", reason="other")
    judge(archive, 2, "confirm")
    with archive.store.begin() as db:
        story_verdicts.merge(
            db, shown(archive, 1)["story"], shown(archive, 2)["story"], reason="one event", key=None
        )
    assert shown(archive, 2)["verdict"] == "confirmed"


def test_what_is_withdrawn_is_judged_in_silence_and_quotes_nothing_that_is_expunged(archive):
    evidence = shown(archive, 1)["evidence"][0]
    place = (evidence["article"], evidence["evidence"]["start"], evidence["evidence"]["end"])
    judge(archive, 1, None, note="A comment.", evidence=place)
    expunge.article(archive.store, evidence["article"], dry_run=False)
    events = rows(archive, "SELECT count(*) FROM alert_events")
    judge(archive, 1, "reject", reason="extraction")
    assert (shown(archive, 1)["state"], shown(archive, 1)["verdict"]) == ("withdrawn", "rejected")
    assert rows(archive, "SELECT count(*) FROM alert_events") == events
    assert rows(archive, "SELECT note FROM alert_verdicts WHERE evidence IS NOT NULL") == []
