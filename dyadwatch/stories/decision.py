"""The decision whether two articles tell the same story."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dyadwatch.stories.signatures import similarity

# A syndicated copy appears within days; the same words after a week are an anniversary or a recurring column.
WINDOW = timedelta(days=7)
# Measured on 5-shingles of news bodies: a copy with 200 words of boilerplate or 3 % of its words dropped
# keeps a mean Jaccard of 0.78, one with 10 % dropped 0.47, and unrelated texts stay at 0.09 and less. So 0.6
# alone proves a copy, and 0.3 proves one where the headlines are equal too. Unrelated short texts of the same
# stock sentences reach 0.74, so these need more, or headlines of which most words are the same.
COPY = 0.6
COPY_OF_SHORT = 0.8
COPY_WITH_TITLE = 0.3
SHORT = 1_200  # characters, headline included
_LIKE_TITLE = 0.7  # of the words of both headlines


@dataclass(frozen=True, slots=True)
class Facts:
    """What the decision knows of an article. `url` is its own, normalised (canonical where the page names
    one); `origin_url` that of the text it was taken from, None where unknown; `title_key` and `signature` as
    this room makes them; `first_seen_at` is aware."""

    url: str
    origin_url: str | None
    title_key: str
    signature: bytes
    length: int
    first_seen_at: datetime


def same_story(new: Facts, old: Facts) -> bool:
    """True for near-identical texts, and for similar ones with equal
    headlines or a shared origin, or these two, within 7 days."""
    if abs(new.first_seen_at - old.first_seen_at) > WINDOW:
        return False
    shared_text = similarity(new.signature, old.signature)
    if shared_text >= _enough(new, old):
        return True
    same_title = bool(new.title_key) and new.title_key == old.title_key
    if _share_origin(new, old):
        return same_title or shared_text >= COPY_WITH_TITLE
    return same_title and shared_text >= COPY_WITH_TITLE


def _enough(new: Facts, old: Facts) -> float:
    short = min(new.length, old.length) < SHORT
    return COPY_OF_SHORT if short and not _like(new.title_key, old.title_key) else COPY


def _like(title: str, other: str) -> bool:
    words, others = set(title.split()), set(other.split())
    return bool(words) and len(words & others) >= _LIKE_TITLE * len(words | others)


def _share_origin(new: Facts, old: Facts) -> bool:
    of_new = {new.url, new.origin_url} - {None}
    of_old = {old.url, old.origin_url} - {None}
    return not of_new.isdisjoint(of_old)
