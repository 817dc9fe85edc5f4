"""The text of an article: found by trafilatura, then cleared of what is known not to belong to it."""

import logging
import re
from dataclasses import dataclass

from lxml.etree import strip_elements
from trafilatura import bare_extraction
from trafilatura.settings import Document

from dyadwatch.articles import leftovers
from dyadwatch.articles.plain import clean, fold, key
from dyadwatch.articles.statements import Statements
from dyadwatch.articles.titles import first_headings

logging.getLogger("trafilatura").addHandler(logging.NullHandler())

# Elements that never hold text of an article; without them trafilatura's searches run over fewer nodes.
_TEXTLESS = ("script", "style", "svg", "template", "link", "meta", "iframe", "select", "source")
_TOP = 4
_SHORT, _LONG = 200, 400
_LONGEST_BYLINE, _SENTENCE_ENDS = 100, '.!?…"”»«:؟'
_TAGS = re.compile(r"<[^<>]{1,300}>")


@dataclass(frozen=True, slots=True)
class Body:
    """`raw` are all paragraphs found, with credits and leftovers; `paragraphs` those of the article; `author_note` what the page says about its author."""

    raw: list[str]
    paragraphs: list[str]
    author_note: str | None


def body(page: Statements, title: str | None, authors: tuple[str, ...]) -> Body:
    """The main text of a page; consumes its tree.

    trafilatura's precision mode was measured best on 487 pages (F1 0.948 against 0.942 for its default). Where it
    finds hardly anything, the text that the page states in JSON-LD stands in. A dek that trafilatura keeps stays: to drop
    a first paragraph that equals the page's description made 38 texts of 61 worse, because it often is the first one.
    """
    tops = {key(text) for text in (title, page.meta("og:title"), *first_headings(page)) if text}
    strip_elements(page.tree, *_TEXTLESS, with_tail=False)
    document = bare_extraction(page.tree, url=page.url, favor_precision=True, include_comments=False)
    raw = _lines(document.text or "") if isinstance(document, Document) else []
    if sum(map(len, raw)) < _SHORT:
        stated = _stated(page)
        raw = stated if sum(map(len, stated)) >= _LONG else raw
    return _sorted_out(raw, tops, authors)


def _sorted_out(raw: list[str], tops: set[str], authors: tuple[str, ...]) -> Body:
    names = tuple(key(name) for name in authors)
    kept = [line for place, line in enumerate(raw) if place >= _TOP or not _is_top(line, tops, names)]
    kept, note = leftovers.without_author_note(leftovers.cleared(kept), authors)
    return Body(raw, leftovers.cleared(kept) if note else kept, note)


def _is_top(line: str, tops: set[str], names: tuple[str, ...]) -> bool:
    """Whether a line repeats a headline or is a byline: short, no sentence, names an author."""
    if len(line) > _LONG:
        return False
    bare = key(line)
    is_byline = (
        len(line) < _LONGEST_BYLINE and line[-1] not in _SENTENCE_ENDS and any(name in bare for name in names)
    )
    return bare in tops or is_byline


def _stated(page: Statements) -> list[str]:
    """The articleBody of the page's JSON-LD in paragraphs."""
    value = page.article.get("articleBody")
    if not isinstance(value, str):
        return []
    return [line for part in re.split(r"\n+|<br\s*/?>|</p>", value) if (line := fold(_TAGS.sub(" ", part)))]


def _lines(text: str) -> list[str]:
    return [folded for line in clean(text).split("\n") if (folded := " ".join(line.split()))]
