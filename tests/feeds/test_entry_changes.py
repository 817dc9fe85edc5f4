"""Which entries of a document are new, changed, or stored already."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dyadwatch.feeds import compare_entries, entry_hash
from dyadwatch.model.entries import ParsedEntry, StoredEntry

DAY = datetime(2026, 3, 2, tzinfo=UTC)
ENTRY = ParsedEntry("guid-1", "https://a.test/story", "Bridge reopened", "<p>Short.</p>", published_at=DAY)


def stored(entry, id_=1):
    return StoredEntry(id_, 1, entry.key, entry.url, entry.title, entry.published_at, entry_hash(entry))


def test_an_entry_without_a_match_is_new():
    changes = compare_entries([ENTRY], [])
    assert (changes.new, changes.changed_pages, changes.unchanged) == (1, (), ())


def test_an_equal_entry_is_unchanged():
    changes = compare_entries([ENTRY], [stored(ENTRY)])
    assert (changes.upserts, changes.changed_pages, changes.unchanged) == ((), (), (1,))


def test_another_content_changes_the_entry_and_its_page():
    edited = replace(ENTRY, summary="<p>Longer.</p>")
    changes = compare_entries([edited], [stored(ENTRY)])
    assert [(change.id, change.entry) for change in changes.upserts] == [(1, edited)]
    assert (changes.new, changes.changed_pages) == (0, (ENTRY.url,))


def test_a_missing_date_changes_nothing():
    assert compare_entries([replace(ENTRY, published_at=None)], [stored(ENTRY)]).unchanged == (1,)


@pytest.mark.parametrize(
    "differences",
    [{"title": "Another", "summary": "x"}, {"published_at": None, "summary": "x"}, {"published_at": None}],
    ids=["same date", "same title", "same content"],
)
def test_an_entry_whose_key_changed_is_recognised_by_its_url(differences):
    rekeyed = replace(ENTRY, key="guid-2", **differences)
    changes = compare_entries([rekeyed], [stored(ENTRY)])
    assert [change.id for change in changes.upserts] == [1]


def test_an_entry_whose_old_key_is_still_in_the_document_is_another_one():
    second = replace(ENTRY, key="guid-2")
    changes = compare_entries([ENTRY, second], [stored(ENTRY)])
    assert (changes.new, changes.unchanged) == (1, (1,))


def test_of_several_candidates_the_newest_is_the_same_entry_and_only_once():
    candidates = [stored(replace(ENTRY, key=f"old-{id_}"), id_) for id_ in (1, 2)]
    document = [replace(ENTRY, key="new-1"), replace(ENTRY, key="new-2"), replace(ENTRY, key="new-3")]
    changes = compare_entries(document, candidates)
    assert [change.id for change in changes.upserts] == [2, 1, None]
