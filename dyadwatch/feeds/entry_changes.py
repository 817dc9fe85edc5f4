"""Which entries of a document are new, changed, or stored already."""

from collections import defaultdict
from collections.abc import Sequence

from dyadwatch.feeds.entries import entry_hash
from dyadwatch.model.entries import EntryChange, EntryChanges, ParsedEntry, StoredEntry


def compare(entries: Sequence[ParsedEntry], stored: Sequence[StoredEntry]) -> EntryChanges:
    """Compares the entries of a document with those of its feed that are stored under the same keys or URLs.

    An entry is identified by its key. One whose key is new is still the same where the feed has an entry for
    the same URL, with the same title, date or content, under a key that the document does not have any more:
    its guid changed.
    """
    entry_by_key = {entry.key: entry for entry in entries}
    stored_by_key = {old.key: old for old in stored}
    stored_by_url = _by_url(stored)
    vanished = {old.id for old in stored if old.key not in entry_by_key}
    upserts: list[EntryChange] = []
    changed_pages: list[str] = []
    unchanged: list[int] = []
    for entry in entry_by_key.values():
        content_hash = entry_hash(entry)
        same_url = stored_by_url[entry.url] if entry.url else []
        match = stored_by_key.get(entry.key) or _find_rekeyed(entry, content_hash, same_url, vanished)
        if entry.url and _is_new_content(content_hash, same_url):
            changed_pages.append(entry.url)
        if match is None:
            upserts.append(EntryChange(None, entry, content_hash))
            continue
        vanished.discard(match.id)
        if _is_unchanged(match, entry, content_hash):
            unchanged.append(match.id)
        else:
            upserts.append(EntryChange(match.id, entry, content_hash))
    return EntryChanges(tuple(upserts), tuple(changed_pages), tuple(unchanged))


def _by_url(stored: Sequence[StoredEntry]) -> defaultdict[str | None, list[StoredEntry]]:
    by_url: defaultdict[str | None, list[StoredEntry]] = defaultdict(list)
    for old in stored:
        by_url[old.url].append(old)
    return by_url


def _is_new_content(content_hash: str, same_url: Sequence[StoredEntry]) -> bool:
    return bool(same_url) and content_hash not in {old.content_hash for old in same_url}


def _find_rekeyed(
    entry: ParsedEntry, content_hash: str, same_url: Sequence[StoredEntry], vanished: set[int]
) -> StoredEntry | None:
    """The newest entry that vanished from the document and is this one under another key."""
    candidates = (old for old in same_url if old.id in vanished and _is_same(old, entry, content_hash))
    return max(candidates, key=lambda old: old.id, default=None)


def _is_same(old: StoredEntry, entry: ParsedEntry, content_hash: str) -> bool:
    same_date = entry.published_at is not None and old.published_at == entry.published_at
    same_title = bool(entry.title) and old.title == entry.title
    return same_date or same_title or old.content_hash == content_hash


def _is_unchanged(old: StoredEntry, entry: ParsedEntry, content_hash: str) -> bool:
    published_at = entry.published_at or old.published_at
    return (old.key, old.url, old.published_at, old.content_hash) == (
        entry.key,
        entry.url,
        published_at,
        content_hash,
    )
