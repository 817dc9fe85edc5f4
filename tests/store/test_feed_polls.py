"""The claim and save of polls: what a feed remembers comes back, in few statements for many feeds."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, text

from dyadwatch.model.entries import ParsedEntry
from dyadwatch.model.failures import Failure
from dyadwatch.model.feeds import FeedDecision, FeedMemory, ListRule, NewFeed
from dyadwatch.model.sources import NewSource
from dyadwatch.store import entries, feeds, sources
from dyadwatch.store.feeds import PollResult

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def add_feeds(db, *urls):
    source = sources.create(db, NewSource("Tishrin Post", tuple(NewFeed(url) for url in urls)))
    return [feed.id for feed in source.feeds]


def saved(feed, at=NOW, *, next_poll_at=NOW + HOUR, reason="because", failure=None, **memory):
    decision = FeedDecision(replace(feed.memory, **memory), next_poll_at, reason, failure)
    return PollResult(feed, decision, memory.get("last_status", 200), at)


def row(db, number):
    return db.execute(text("SELECT * FROM feeds WHERE id = :id"), {"id": number}).one()


@pytest.fixture
def claimed(db):
    """Two feeds of two hosts, claimed."""
    add_feeds(db, "https://a.test/rss", "https://b.test/rss")
    return sorted(feeds.claim(db, limit=9), key=lambda feed: feed.id)


def test_a_feed_never_polled_remembers_nothing(claimed):
    """Its memory is its URL and defaults."""
    assert claimed[0].memory == FeedMemory("https://a.test/rss")
    assert (claimed[0].host, claimed[0].turn) == ("a.test", 1)


def test_every_field_of_the_memory_is_stored(db, claimed):
    """Each field is stored, whether it has a column or not, but for what the operator and the hub say."""
    memory = FeedMemory(
        url="https://a.test/rss",
        kind="atom",
        etag='W/"1"',
        last_modified="yesterday",
        body_hash="abc",
        interval=450.5,
        error_count=3,
        moved_to="https://a.test/new",
        ttl=60.0,
        entry_times=(NOW - HOUR, NOW),
        last_status=304,
        max_age=120.0,
        whole_at=NOW,
        skip_hours=(0, 23),
        skip_days=(6,),
        hours=tuple(range(168)),
        new_share=0.25,
        hub="https://hub.test/",
        topic="https://a.test/self",
        proposals=("https://a.test/x", "https://a.test/y"),
        watched_since=NOW - 9 * HOUR,
        polled_at=NOW,
    )
    unset = [
        part.name
        for part in fields(FeedMemory)
        if getattr(memory, part.name) == part.default
        and part.name not in ("state", "fixed_interval", "list_rule", "push_until")
    ]
    assert unset == []
    decision = FeedDecision(memory, NOW, "because")
    assert feeds.save_polls(db, [PollResult(claimed[0], decision, 304, NOW)]) == {claimed[0].id}
    assert [feed.memory for feed in feeds.claim(db, limit=9)] == [memory]


def test_a_poll_writes_of_the_memory_what_it_changed(db, claimed):
    """What it left as it was is not sent; a field that has its default again leaves the column."""
    db.execute(text("UPDATE feeds SET due_at = now()"))
    feeds.save_polls(db, [saved(claimed[0], hours=tuple(range(168)), hub="https://hub.test/", new_share=0.5)])
    db.execute(text("UPDATE feeds SET due_at = now(), turn = 1"))
    feed = min(feeds.claim(db, limit=9), key=lambda feed: feed.id)
    db.execute(
        text("UPDATE feeds SET entry_times = ARRAY[:at], memory = memory || '{\"hours\": [1]}'"), {"at": NOW}
    )
    feeds.save_polls(db, [saved(feed, hub=None, new_share=0.25)])
    after = row(db, feed.id)
    assert (after.entry_times, after.memory) == ([NOW], {"hours": [1], "new_share": 0.25})


def test_fields_of_the_operator_are_read_and_never_written(db, claimed):
    """The source's interval and the rule of a list page are part
    of the memory of a claim, and survive a save."""
    db.execute(text("UPDATE sources SET poll_interval = 90"))
    db.execute(text("""UPDATE feeds SET due_at = now(), list_rule = '{"entry": "li", "date": "time"}'"""))
    feed = feeds.claim(db, limit=1)[0]
    assert feed.memory.fixed_interval == 90.0
    assert feed.memory.list_rule == ListRule(entry="li", date="time")
    feeds.save_polls(db, [saved(feed, fixed_interval=None, list_rule=None)])
    assert row(db, feed.id).list_rule == {"entry": "li", "date": "time"}
    assert db.execute(text("SELECT DISTINCT poll_interval FROM sources")).scalar_one() == 90.0


def test_a_lease_that_a_hub_granted_meanwhile_outlives_a_poll(db, claimed):
    """A poll keeps the row's own word on pushes, and ends it
    only where it found the promise it knew broken."""

    def promised():
        return row(db, claimed[0].id).memory.get("push_until")

    until = (NOW + HOUR).isoformat()
    db.execute(
        text("UPDATE feeds SET memory = jsonb_build_object('push_until', CAST(:at AS text))"), {"at": until}
    )
    feeds.save_polls(db, [saved(claimed[0], new_share=0.5)])
    assert promised() == until
    db.execute(text("UPDATE feeds SET due_at = now() WHERE id = :id"), {"id": claimed[0].id})
    (again,) = [feed for feed in feeds.claim(db, limit=9) if feed.id == claimed[0].id]
    assert again.memory.push_until == NOW + HOUR
    feeds.save_polls(db, [saved(again, push_until=None)])
    assert promised() is None


def test_a_group_is_saved_in_few_statements(store):
    """The number of statements does not grow with that of feeds and entries."""
    urls = [f"https://h{number}.test/rss" for number in range(40)]

    def statements(some):
        statements = []
        with store.begin() as db:
            event.listen(db, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
            changes = entries.compare(
                db,
                {
                    feed.id: [ParsedEntry(f"k{n}", f"https://p.test/{feed.id}/{n}", "T") for n in range(5)]
                    for feed in some
                },
            )
            assert sum(one.new for one in changes.values()) == 5 * len(some)
            polled = [replace(saved(feed), changes=changes[feed.id]) for feed in some]
            assert feeds.save_polls(db, polled) == {feed.id for feed in some}
        return len(statements)

    with store.begin() as db:
        add_feeds(db, *urls)
        claimed = [feed for _ in range(5) for feed in feeds.claim(db, limit=40)]
    assert len(claimed) == 40
    assert statements(claimed[:1]) == statements(claimed[1:]) <= 6


def test_only_the_feeds_whose_turn_holds_are_saved(db, claimed):
    """A late runner changes nothing, and takes no other with it."""
    late, current = claimed
    db.execute(text("UPDATE feeds SET turn = turn + 1 WHERE id = :id"), {"id": late.id})
    changes = entries.compare(db, {late.id: [ParsedEntry("k", None, "Late")]})
    polled = [replace(saved(late, etag='"late"'), changes=changes[late.id]), saved(current, etag='"new"')]
    assert feeds.save_polls(db, polled) == {current.id}
    assert (row(db, late.id).etag, row(db, current.id).etag) == (None, '"new"')
    assert db.execute(text("SELECT count(*) FROM entries")).scalar_one() == 0


def test_an_empty_group_is_saved_without_a_statement(db):
    """An empty group is allowed."""
    assert feeds.save_polls(db, []) == frozenset()
    assert entries.compare(db, {}) == {}


def test_a_failure_is_stored_with_its_time(db, claimed):
    """Code, detail and moment are those of the decision."""
    failure = Failure("http_500", "the server answered 500", NOW)
    feeds.save_polls(db, [saved(claimed[0], failure=failure, error_count=1, last_status=500)])
    view = feeds.get(db, claimed[0].id)
    assert (view.last_error, view.last_status, view.error_count) == (failure, 500, 1)
    feeds.save_polls(db, [saved(claimed[0])])
    assert feeds.get(db, claimed[0].id).last_error is None


def test_a_feed_that_was_paused_meanwhile_stays_paused(db, claimed):
    """The operator's word holds against a poll under way."""
    feeds.update(db, claimed[0].id, state="paused")
    feeds.save_polls(db, [saved(claimed[0])])
    view = feeds.get(db, claimed[0].id)
    assert (view.state, view.next_poll_at, view.last_polled_at) == ("paused", None, NOW)


def test_a_feed_that_moves_keeps_its_former_urls(db, claimed):
    """The new URL and host are stored, and the old URL is not forgotten; moving back adds no repeat."""
    number = claimed[0].id
    for url in ("https://new.test/rss", "https://a.test/rss", "https://new.test/rss"):
        db.execute(text("UPDATE feeds SET due_at = CASE WHEN id = :id THEN now() END"), {"id": number})
        (feed,) = feeds.claim(db, limit=9)
        feeds.save_polls(db, [saved(feed, url=url)])
    stored = row(db, number)
    assert (stored.url, stored.host) == ("https://new.test/rss", "new.test")
    assert stored.former_urls == ["https://a.test/rss", "https://new.test/rss"]


def test_a_feed_that_moves_to_the_url_of_another_feed_is_gone(db, claimed):
    """It ends in favour of the other, and says so; its URL and entries stay."""
    first, second = claimed
    entries.save(db, entries.compare(db, {first.id: [ParsedEntry("k", None, "Kept")]}))
    feeds.save_polls(db, [saved(first, url=second.memory.url), saved(second)])
    ended = row(db, first.id)
    assert (ended.state, ended.due_at, ended.url, ended.host) == ("gone", None, first.memory.url, "a.test")
    assert ended.reason == "moved to https://b.test/rss, which is registered already"
    assert ended.former_urls == []
    assert (row(db, second.id).state, row(db, second.id).due_at) == ("active", NOW + HOUR)
    assert db.execute(text("SELECT count(*) FROM entries")).scalar_one() == 1
