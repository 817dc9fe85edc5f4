"""Parts of a page that browsers do not show: the rest of an article, which readers unfold, a copy of it, or
a menu, a card, words for screen readers.

Hidden is what an attribute of the element itself hides; what a style sheet hides by a class is not known, but
for the classes that all sites give to words for screen readers.
"""

from collections.abc import Iterator
from math import inf

from lxml.etree import strip_elements
from lxml.html import HtmlElement

from dyadwatch.articles.page_lines import telling
from dyadwatch.articles.paths import path
from dyadwatch.text.words import word_key

_STYLE = "translate(@style, ' ', '')"
_HIDDEN = path(
    f"//body//*[@hidden or contains({_STYLE}, 'display:none') or contains({_STYLE}, 'visibility:hidden')]"
)
_ALOUD = path(
    " | ".join(
        f"//body//*[contains(concat(' ', @class, ' '), ' {name} ')]"
        for name in (
            "sr-only",
            "visually-hidden",
            "visuallyhidden",
            "screen-reader-text",
            "screenreader-only",
        )
    )
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


def settle(tree: HtmlElement, headline: HtmlElement | None) -> None:
    """Shows the hidden parts of a page that go on with its article, and drops the others, with what is there
    for screen readers alone. Where no sentence is shown, a script shows what is hidden."""
    strip_elements(tree, "noscript", with_tail=False)
    hidden = list(_outermost(_HIDDEN(tree)))
    around = set() if headline is None else {headline, *headline.iterancestors()}
    if hidden:
        shown = " ".join(_shown(tree, set(hidden)))
        for part in hidden:
            if part not in around and shown and not _goes_on(part, shown):
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


def _shown(tree: HtmlElement, hidden: set[HtmlElement]) -> Iterator[str]:
    """The sentences of a page outside of what is hidden."""
    for text in _SENTENCES(tree):
        if (
            not any(above in hidden for above in text.getparent().iterancestors())
            and text.getparent() not in hidden
        ):
            yield str(text)


def _goes_on(part: HtmlElement, shown: str) -> bool:
    """Whether a hidden part goes on with what is shown: paragraphs that are about the same and say something
    else."""
    text = part.text_content()
    if _OTHER(part) or word_key(text) in word_key(shown):
        return False
    short, long = sorted((text, shown), key=len)
    words = telling(short)
    least = next(share for size, share in _KNOWN if len(long) < size)
    return len(words & telling(long)) >= least * max(len(words), 1)


def _copies(tree: HtmlElement) -> Iterator[HtmlElement]:
    """What is said twice, once for the eyes alone."""
    parts = [one for one in _outermost(_COPIES(tree)) if len(one.text_content()) >= _MIN_COPY]
    whole = word_key(tree.text_content()) if parts else ""
    return (one for one in parts if whole.count(word_key(one.text_content())) > 1)
