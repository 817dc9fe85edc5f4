"""What a page puts after its article as if it were a part: told by markup and form, which languages share."""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from dyadwatch.articles.metadata import element_text
from dyadwatch.text.words import word_key

_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_MAX_ELEMENTS = 200
_MAX_ASK = 400  # characters of a paragraph that asks for something
_MAX_NAMES, _MIN_NAMES = 100, 3  # characters and words of a list of names
# Where a link leads that a paragraph is written for
_ASKS = re.compile(
    r"^mailto:|newsletter|subscri|abonn|suscri|assinat|iscrizion|prenumer|abonament|podpisk|abone"
    r"|sign-?up|/register|/donat|/spenden|/membership|/(?:feedback|contact|kontakt|contacto|contatti)\b"
    r"|//t\.me/|//(?:www\.)?whatsapp\.com/|//wa\.me/|//chat\.whatsapp|apps\.apple\.com|play\.google\.com",
    re.IGNORECASE,
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


@dataclass(frozen=True, slots=True)
class Endings:
    """Keys of the paragraphs of a page that may end its article's text and are no part of it."""

    headings: AbstractSet[str]
    asks: AbstractSet[str]

    def without(self, paragraphs: list[str]) -> list[str]:
        """The paragraphs up to the last that says something."""
        kept = list(paragraphs)
        while len(kept) > 1 and (self._is_ask(kept[-1]) or word_key(kept[-1]) in self.headings):
            kept.pop()
        return kept

    def _is_ask(self, text: str) -> bool:
        return word_key(text) in self.asks or any(form.match(text) for form in _FORMS) or _is_names(text)


def endings(tree: HtmlElement) -> Endings:
    """What a pruned page has of headings, and of paragraphs written for a link to a subscription or a
    contact."""
    headings = islice(tree.iter(*_HEADINGS), _MAX_ELEMENTS)
    return Endings(
        frozenset(word_key(element_text(one)) for one in headings), frozenset(map(word_key, _asks(tree)))
    )


def _asks(tree: HtmlElement) -> Iterator[str]:
    links = (link for link in tree.iter("a") if _ASKS.search(link.get("href") or ""))
    for link in islice(links, _MAX_ELEMENTS):
        paragraph = next(link.iterancestors("p", "li", "div"), None)
        text = "" if paragraph is None else element_text(paragraph)
        if text and len(text) <= _MAX_ASK:
            yield text


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
