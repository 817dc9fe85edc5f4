"""When an article is read again after it was first: often while it is young, rarely when it is old; and
whether what is read then is its text, or another's."""

import html
from datetime import datetime, timedelta

from dyadwatch.articles.redirects import tells
from dyadwatch.articles.revisions import is_similar
from dyadwatch.model.articles import ExtractedArticle, NotArticleReason
from dyadwatch.text.sentences import sentences
from dyadwatch.text.words import word_key

AGES = tuple(
    timedelta(hours=hours) for hours in (1, 3, 8, 24, 3 * 24, 8 * 24, 21 * 24, 60 * 24)
)  # at which one that carries an alert is read again; others at every second of them
SECOND_LOOK = timedelta(hours=1)  # after which a page that was not found is gone, if it is not found again
# What stands in place of an article and says nothing of it: for a while, or for good.
NO_ANSWER: frozenset[NotArticleReason] = frozenset(
    {"consent_page", "error_page", "login_page", "missing_page"}
)
_MIN_PARAGRAPH = 40  # characters of a paragraph that no other page has by chance
_MAX_PARTS = 50  # paragraphs, or sentences, that are looked for
_EARLY = 0.9  # of an age, from which on it counts as reached


def next_check(first_seen_at: datetime, now: datetime, *, carries_alert: bool) -> datetime | None:
    """When an article is read again that was read just now, None where it is too old."""
    ages = AGES if carries_alert else AGES[::2]
    age = now - first_seen_at
    following = next((one for one in ages if age < _EARLY * one), None)
    return None if following is None else first_seen_at + following


def keeps_paragraph(page: bytes, text: str) -> bool:
    """Whether a page, as it was served, has a paragraph of a text as it is. Most pages that are read again
    do, and need not be extracted to know that they are still the article."""
    # Another charset than UTF-8 costs an extraction, and no more.
    served = html.unescape(page.decode("utf-8", "replace"))
    paragraphs = text.split("\n\n", _MAX_PARTS)[1:_MAX_PARTS]
    return any(len(part) >= _MIN_PARAGRAPH and part in served for part in paragraphs)


def replaces(page: ExtractedArticle, title: str, text: str) -> bool:
    """Whether a page says nothing of what its article did: few words of its headline, no sentence of it, and
    fewer than half of its words. `text` is headline, blank line and body."""
    now = f"{page.title}\n\n{page.text}"
    if tells(page, title) or is_similar(text, now):
        return False
    words = f" {word_key(now)} "
    return all(f" {word_key(text[start:end])} " not in words for start, end in sentences(text)[:_MAX_PARTS])
