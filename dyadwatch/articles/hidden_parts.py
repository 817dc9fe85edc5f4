"""Parts of a page that browsers do not show: the rest of an article, which readers unfold, a copy of it, or
a menu, a card, words for screen readers.

Hidden is what an attribute of the element itself hides; what a style sheet hides by a class is not known, but
for the classes that all sites give to words for screen readers.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from math import inf
from typing import NamedTuple

from lxml.etree import strip_elements
from lxml.html import HtmlElement

from dyadwatch.articles.page_lines import telling
from dyadwatch.articles.paths import path
from dyadwatch.text.words import word_key

_STYLE = "translate(., ' ', '')"
_HIDDEN = path(
    "//body//*[@hidden or "
    f"@style[contains({_STYLE}, 'display:none') or contains({_STYLE}, 'visibility:hidden')]]"
)
_FOR_SCREEN_READERS = (
    "sr-only",
    "visually-hidden",
    "visuallyhidden",
    "screen-reader-text",
    "screenreader-only",
)
_ALOUD = path(
    "//body//*[@class["
    + " or ".join(f"contains(concat(' ', ., ' '), ' {name} ')" for name in _FOR_SCREEN_READERS)
    + "]]"
)
_COPIES = path("//body//*[@aria-hidden = 'true']")
_SENTENCES = path(".//text()[string-length(normalize-space()) >= 40][not(ancestor::h1)]")
_MAX_ALOUD = 200  # characters of words for screen readers
_OTHER = path("boolean(.//form | .//h1 | .//input)")
_ATTRIBUTES = ("aria-hidden", "class", "hidden", "style")
_MIN_COPY = 15  # characters of a copy
# Share of the words of the shorter of two parts of one article that the longer has, by its characters; see
# labelled_parts
_KNOWN = ((250, 0.05), (1_000, 0.1), (2_000, 0.15), (4_000, 0.2), (inf, 0.3))


class Shown(NamedTuple):
    """What a page shows: its text, and what that is compared by."""

    text: str
    key: str
    words: AbstractSet[str]


def settle(tree: HtmlElement, headline: HtmlElement | None) -> None:
    """Shows the hidden parts of a page that go on with its article, and drops the others, with what is there
    for screen readers alone. Where no sentence is shown, a script shows what is hidden."""
    strip_elements(tree, "noscript", with_tail=False)
    hidden = list(_outermost(_HIDDEN(tree)))
    around = set() if headline is None else {headline, *headline.iterancestors()}
    if hidden:
        shown = _shown(tree, set(hidden))
        for part in hidden:
            if part not in around and shown.text and not _goes_on(part, shown):
                part.drop_tree()
            else:
                for name in _ATTRIBUTES:
                    part.attrib.pop(name, None)
    for part in [*_ALOUD(tree), *_copies(tree)]:
        if part not in around and part.getparent() is not None and len(part.text_content()) <= _MAX_ALOUD:
            part.drop_tree()


def _outermost(parts: list[HtmlElement]) -> Iterator[HtmlElement]:
    known = set(parts)
    return (one for one in parts if not any(above in known for above in one.iterancestors()))


def _shown(tree: HtmlElement, hidden: set[HtmlElement]) -> Shown:
    """The sentences of a page outside of what is hidden."""
    inside: dict[HtmlElement, bool] = dict.fromkeys(hidden, True)

    def is_hidden(element: HtmlElement | None) -> bool:
        if element is None:
            return False
        if element not in inside:
            inside[element] = is_hidden(element.getparent())
        return inside[element]

    text = " ".join(str(text) for text in _SENTENCES(tree) if not is_hidden(text.getparent()))
    return Shown(text, word_key(text), telling(text))


def _goes_on(part: HtmlElement, shown: Shown) -> bool:
    """Whether a hidden part goes on with what is shown: paragraphs that are about the same and say something
    else."""
    text = part.text_content()
    if _OTHER(part) or word_key(text) in shown.key:
        return False
    words = telling(text)
    longer = max(len(text), len(shown.text))
    fewer = words if len(text) < longer else shown.words
    least = next(share for size, share in _KNOWN if longer < size)
    return len(words & shown.words) >= least * max(len(fewer), 1)


def _copies(tree: HtmlElement) -> Iterator[HtmlElement]:
    """What is said twice, once for the eyes alone."""
    parts = [one for one in _outermost(_COPIES(tree)) if len(one.text_content()) >= _MIN_COPY]
    whole = word_key(tree.text_content()) if parts else ""
    return (one for one in parts if whole.count(word_key(one.text_content())) > 1)
