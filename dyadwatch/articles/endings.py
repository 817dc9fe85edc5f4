"""What a page puts after its article as if it were a part: told by markup and form, which languages share."""

import re
from collections.abc import Iterator
from itertools import chain, islice

from lxml.html import HtmlElement

from dyadwatch.articles.plain_text import one_line
from dyadwatch.text.words import word_key

_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_MAX_ELEMENTS = 200
_MAX_ASK = 400  # characters of a paragraph that asks for something
_MAX_NAMES, _MIN_NAMES = 100, 3  # characters and words of a list of names
# Where a link leads that a paragraph is written for, in lower case
_ASKS = re.compile(
    r"newsletter|subscri|abonn|suscri|assinat|iscrizion|prenumer|abonament|podpisk|abone"
    r"|sign-?up|/register|/donat|/spenden|/membership|/(?:feedback|contact|kontakt|contacto|contatti)\b"
    r"|//t\.me/|//(?:www\.)?whatsapp\.com/|//wa\.me/|//chat\.whatsapp|apps\.apple\.com|play\.google\.com"
)
_FORMS = tuple(
    re.compile(pattern)
    for pattern in (
        r"^.{1,120}[:：]$",  # points at what was left out
        r"^(?:\S+\s+){0,20}\S*\w@\w[\w.-]*\.\w{2,}\S*(?:\s+\S+){0,6}$",  # an address to write to
        r"^(?:\S+\s+){0,12}\(?@\w{3,30}\)?\S?(?:\s+\S+){0,3}$",  # a name in a network
        r"^(?:\S+\s+){0,4}(?:https?://|www\.)\S+$",  # an address to read at
        r"^(?:[^.,،!?؟:]{2,40}[,،]\s*){3,}[^.,،!?؟:]{2,40}$",  # subjects
    )
)
_NAME_LIST = re.compile(r"[^,،]{4,40}(?:[,،] [^,،]{4,40}){1,6}")


def without_endings(paragraphs: list[str], tree: HtmlElement) -> list[str]:
    """The paragraphs up to the last that says something: of a pruned page no headings at the end, and no
    paragraphs written for a link to a subscription or a contact."""
    kept = list(paragraphs)
    while len(kept) > 1 and _is_ending(kept[-1], tree):
        kept.pop()
    return kept


def _is_ending(text: str, tree: HtmlElement) -> bool:
    if any(form.match(text) for form in _FORMS) or _is_names(text):
        return True
    if len(text) > _MAX_ASK:
        return False
    key = word_key(text)
    return any(key == word_key(one) for one in chain(_headings(tree), _asks(tree)))


def _headings(tree: HtmlElement) -> Iterator[str]:
    return (one.text_content() for one in islice(tree.iter(*_HEADINGS), _MAX_ELEMENTS))


def _asks(tree: HtmlElement) -> Iterator[str]:
    links = (link for link in tree.iter("a") if _is_to_ask((link.get("href") or "").lower()))
    for link in islice(links, _MAX_ELEMENTS):
        paragraph = next(link.iterancestors("p", "li", "div"), None)
        text = "" if paragraph is None else one_line(paragraph.text_content())
        if text and len(text) <= _MAX_ASK:
            yield text


def _is_to_ask(address: str) -> bool:
    return address.startswith("mailto:") or _ASKS.search(address) is not None


def _is_names(text: str) -> bool:
    """Whether a text only lists names."""
    words = text.replace(",", " ").split()
    return (
        len(text) <= _MAX_NAMES
        and len(words) >= _MIN_NAMES
        and text[-1].isalpha()
        and _NAME_LIST.fullmatch(text) is not None
        and all(word[0].isupper() and not word.isupper() for word in words)
    )
