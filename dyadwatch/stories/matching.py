"""Matching: whether two articles tell the same story."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dyadwatch.stories.signatures import similarity

# A syndicated copy appears within days; the same words after a week are an anniversary or a recurring column.
WINDOW = timedelta(days=7)
# Measured on 5-shingles of news bodies: a copy with 200 words of boilerplate or 3 % of its words dropped
# keeps a mean Jaccard of 0.78, one with 10 % dropped 0.47, and unrelated texts stay at 0.09 and less. So 0.6
# alone proves a copy, and 0.3 proves one where the headlines are equal too. Unrelated short texts of the same
# stock sentences reach 0.74, so these need more, or headlines of which most words are the same.
MIN_SIMILARITY = 0.6
MIN_SIMILARITY_OF_SHORT = 0.8
MIN_SIMILARITY_WITH_HINT = 0.3  # the hint: an equal headline or a shared origin
SHORT = 1_200  # characters, headline included
_MIN_SHARED_TITLE = 0.7  # of the words of both headlines


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """What `same_story` compares of an article. `url` is its own, normalised (canonical where the page names
    one); `origin_url` that of the text it was taken from, None where unknown; `first_seen_at` is aware."""

    url: str
    origin_url: str | None
    title_key: str
    signature: bytes
    length: int
    first_seen_at: datetime


def same_story(new: ArticleFacts, old: ArticleFacts) -> bool:
    """True within 7 days for near-identical texts, for similar texts with equal headlines or a shared origin,
    and for equal headlines with a shared origin."""
    if abs(new.first_seen_at - old.first_seen_at) > WINDOW:
        return False
    shared_text = similarity(new.signature, old.signature)
    if shared_text >= _min_similarity(new, old):
        return True
    hints = [bool(new.title_key) and new.title_key == old.title_key, _share_origin(new, old)]
    return all(hints) or (any(hints) and shared_text >= MIN_SIMILARITY_WITH_HINT)


def _min_similarity(new: ArticleFacts, old: ArticleFacts) -> float:
    short = min(new.length, old.length) < SHORT
    if short and not _similar_titles(new.title_key, old.title_key):
        return MIN_SIMILARITY_OF_SHORT
    return MIN_SIMILARITY


def _similar_titles(title: str, other: str) -> bool:
    words, others = set(title.split()), set(other.split())
    return bool(words) and len(words & others) >= _MIN_SHARED_TITLE * len(words | others)


def _share_origin(new: ArticleFacts, old: ArticleFacts) -> bool:
    of_new = {new.url, new.origin_url} - {None}
    of_old = {old.url, old.origin_url} - {None}
    return not of_new.isdisjoint(of_old)
