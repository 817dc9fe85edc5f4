"""Each entry is stored once, and its page fetched again only if a feed says something new about it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from dyadwatch.model.entries import ParsedEntry
from dyadwatch.model.feeds import NewFeed
from dyadwatch.model.sources import NewSource
from dyadwatch.store import entries, pages, sources

DAY = datetime(2026, 3, 2, tzinfo=UTC)
STORY = ParsedEntry(
    key="guid-1",
    url="https://a.test/story",
    title="Bridge reopened",
    summary="<p>Short.</p>",
    content="<p>Long.</p>",
    authors=("Rana Example", "Omid Example"),
    published_at=DAY,
    updated_at=DAY,
    source_name="Wire",
    source_url="https://wire.test/",
)


@pytest.fixture
def feed(db):
    source = sources.create(
        db, NewSource("Tishrin Post", (NewFeed("https://a.test/1"), NewFeed("https://a.test/2")))
    )
    return source.feeds[0].id


@pytest.fixture
def save(db, feed):
    """save(*entries, feed=...): saves the entries of a document, and returns how many were new."""

    def compare_and_save(*document, feed=feed):
        changes = entries.compare(db, {feed: document})
        entries.save(db, changes)
        return changes[feed].new

    return compare_and_save


@pytest.fixture
def stored(db):
    """The stored entries, in order of feed and key."""
    return lambda: db.execute(text("SELECT * FROM entries ORDER BY feed_id, key")).all()


@pytest.fixture
def fetched(db):
    """Pretends that all due pages were fetched; returns their URLs."""

    def fetch():
        urls = db.execute(text("UPDATE pages SET due_at = NULL WHERE due_at IS NOT NULL RETURNING url"))
        return sorted(urls.scalars())

    return fetch


def test_a_new_entry_is_stored_and_its_page_is_due(db, save, stored, fetched):
    """Each field comes into its column; the page belongs to the source and its host."""
    assert save(STORY) == 1
    (row,) = stored()
    for name in (
        "key",
        "url",
        "title",
        "summary",
        "content",
        "published_at",
        "updated_at",
        "source_name",
        "source_url",
    ):
        assert getattr(row, name) == getattr(STORY, name)
    assert row.authors == list(STORY.authors)
    page = db.execute(text("SELECT * FROM pages")).one()
    assert (row.page_id, page.host, page.source_id) == (page.id, "a.test", 1)
    assert fetched() == [STORY.url]


def test_a_repeated_entry_changes_nothing(db, save, stored, fetched):
    """Reordered, vanished and returning entries are neither new nor a reason to fetch."""
    other = replace(STORY, key="guid-2", url="https://a.test/other", title="Other")
    save(STORY, other)
    fetched()
    before = stored()
    assert [save(other, STORY), save(other), save(), save(STORY, other)] == [0, 0, 0, 0]
    assert stored() == before
    assert fetched() == []


def test_the_time_an_entry_was_last_seen_is_right_within_the_hour(db, save):
    """A row is not rewritten at each poll for it."""
    save(STORY)
    db.execute(text("UPDATE entries SET last_seen_at = now() - interval '2 hours'"))
    save(STORY)
    assert db.execute(text("SELECT last_seen_at = now() FROM entries")).scalar_one()


def test_an_edit_updates_the_row_and_fetches_the_page_again(db, save, stored, fetched):
    """Title, summary, content or time of update; a date that is missing later is kept."""
    save(STORY)
    db.execute(text("UPDATE entries SET changed_at = now() - interval '1 day'"))
    fetched()
    assert save(replace(STORY, title="Bridge closed", published_at=None)) == 0
    (row,) = stored()
    assert (row.title, row.published_at) == ("Bridge closed", DAY)
    assert db.execute(text("SELECT changed_at = now() FROM entries")).scalar_one()
    assert fetched() == [STORY.url]


def test_a_date_that_comes_later_is_stored_without_a_fetch(db, save, stored, fetched):
    """It says nothing of the page."""
    save(replace(STORY, published_at=None))
    fetched()
    assert save(STORY) == 0
    assert stored()[0].published_at == DAY
    assert fetched() == []


def test_a_page_is_fetched_again_24_times_at_most(save, fetched):
    """A feed that changes its text at every poll is not followed forever."""
    save(STORY)
    fetched()
    times = [fetched() for number in range(30) if save(replace(STORY, summary=f"{number} comments")) == 0]
    assert sum(map(len, times)) == pages.MAX_CHANGES


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"title": "Bridge closed", "summary": "Edited."},
        {"published_at": None},
        {"published_at": None, "title": "Bridge closed", "summary": "<p>Short.</p>"},
    ],
)
def test_a_changed_guid_makes_no_second_entry(save, stored, fetched, changes):
    """The same URL with the same date, title or text is the same entry, whatever its guid is now."""
    edited = replace(STORY, **changes)
    if changes == {"published_at": None, "title": "Bridge closed", "summary": "<p>Short.</p>"}:
        save(replace(edited, published_at=None))
    else:
        save(STORY)
    fetched()
    for number in range(3):
        assert save(replace(edited, key=f"guid-1?v={number}")) == 0
    (row,) = stored()
    assert (row.key, row.title) == ("guid-1?v=2", edited.title)
    assert fetched() == ([STORY.url] if edited.title != STORY.title and edited.published_at else [])


def test_entries_that_share_a_url_stay_apart(save, stored, fetched):
    """Some feeds link every entry to one page: none is lost, and
    their texts do not count as each other's edits."""
    notes = [
        replace(STORY, key=f"note {n}", title=f"Note {n}", summary=str(n), published_at=None)
        for n in range(4)
    ]
    assert save(notes[0], notes[1]) == 2
    fetched()
    assert [save(notes[0], notes[1]), fetched()] == [0, []]
    assert [save(notes[2]), fetched()] == [1, [STORY.url]]
    assert [save(notes[3], notes[2]), fetched()] == [1, [STORY.url]]
    assert [row.title for row in stored()] == ["Note 0", "Note 1", "Note 2", "Note 3"]


def test_entries_without_title_that_share_a_url_stay_apart(save, stored):
    """No title is not the same title."""
    notes = [ParsedEntry(f"note {n}", STORY.url, "", summary=str(n)) for n in range(2)]
    assert [save(notes[0]), save(notes[1])] == [1, 1]
    assert len(stored()) == 2


def test_a_document_that_repeats_a_key_counts_once(save, stored):
    """Of two with one key, one row is made."""
    assert save(STORY, replace(STORY, title="Twice")) == 1
    assert len(stored()) == 1


def test_an_entry_without_a_link_needs_no_page(db, save, stored):
    """It is kept by its key alone."""
    assert [save(replace(STORY, url=None)), save(replace(STORY, url=None))] == [1, 0]
    assert [row.page_id for row in stored()] == [None]
    assert db.execute(text("SELECT count(*) FROM pages")).scalar_one() == 0


def test_two_feeds_may_link_to_the_same_page(db, save, stored, feed, fetched):
    """Each has its own entry; the page is one, and what one feed says is no edit of what the other says."""
    changes = entries.compare(db, {feed: [STORY], feed + 1: [replace(STORY, summary="Otherwise")]})
    entries.save(db, changes)
    assert [(row.feed_id, row.summary) for row in stored()] == [
        (feed, "<p>Short.</p>"),
        (feed + 1, "Otherwise"),
    ]
    assert fetched() == [STORY.url]
    assert [save(STORY), save(replace(STORY, summary="Otherwise"), feed=feed + 1), fetched()] == [0, 0, []]


def test_the_page_that_an_entry_moves_to_is_fetched(db, save, stored, fetched):
    """The new page is due, and the entry belongs to it."""
    save(STORY)
    fetched()
    assert save(replace(STORY, url="https://a.test/story-2")) == 0
    assert fetched() == ["https://a.test/story-2"]
    assert (
        db.execute(text("SELECT pages.url FROM entries JOIN pages ON pages.id = page_id")).scalar_one()
        == stored()[0].url
    )


def test_a_page_under_way_is_not_made_due_twice(db, save):
    """One that waits, or is being fetched, will be read as it is then."""
    save(STORY)
    save(replace(STORY, title="Bridge closed"))
    assert db.execute(text("SELECT change_count FROM pages")).scalar_one() == 0


def test_a_large_document_is_saved_in_batches(monkeypatch, save, stored):
    """The bound of one statement loses nothing."""
    monkeypatch.setattr(entries, "_MAX_STATEMENT", 500)
    some = [replace(STORY, key=str(n), url=f"https://a.test/{n}", title=str(n)) for n in range(20)]
    assert save(*some) == 20
    assert len(stored()) == 20
