"""The text of an article: extracted by trafilatura, then freed of boilerplate."""

import html
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Document

from dyadwatch import dates
from dyadwatch.articles import (
    bare_text,
    body_parts,
    boilerplate,
    endings,
    foreign_groups,
    hidden_parts,
    html_parsing,
    labelled_parts,
    mending,
    page_types,
    scopes,
    script_state,
    standfirsts,
    wrappers,
)
from dyadwatch.articles.metadata import PageMetadata
from dyadwatch.articles.paths import path
from dyadwatch.articles.plain_text import clean, one_line
from dyadwatch.text.words import word_key

logging.getLogger("trafilatura").addHandler(logging.NullHandler())

_BODY_PATHS = (
    "//*[contains(concat(' ', @itemprop, ' '), ' articleBody ')]",
    "//article",
    "//main",
)
_PARAGRAPH_PATH = (
    "/descendant-or-self::*[self::p or self::div[not(div or p or ul or ol or section or article or table"
    " or h1 or h2 or h3)]][not(ancestor::aside or ancestor::header or ancestor::nav or ancestor::form"
    " or ancestor::figure or ancestor::li or contains(@class, 'byline') or contains(@class, 'author')"
    " or contains(@class, 'share') or contains(@class, 'date') or contains(@class, 'caption'))]"
)
_PARAGRAPHS = path(_PARAGRAPH_PATH)
_TOP = 4  # first paragraphs, among which headline and byline may be repeated
_SHORT_TEXT = 200  # characters below which a text is hardly an article
_SHELL_TEXT = 1_000  # characters below which a script may hold the whole of it
_MIN_SENTENCE = 40  # characters of a paragraph that may be a sentence
_MIN_PROSE = 60  # characters of a paragraph that is surely a sentence
_PROSE_SHARE = 0.5  # of all these, below which a text is a fragment; .3 to .9 choose alike
_LONG_TEXT = 400  # characters from which the page's own articleBody may be the text; no heading has more
_STATED_RATIO = 2.5  # how many times longer than the extracted text it must be
_MARKED_RATIO = 4  # how many times longer than the marked paragraphs a short extracted text may be
_KEPT = 0.9  # share of a text that is read again in another way
_MAX_BYLINE, _SENTENCE_ENDS = 100, '.!?…"”»«:؟。！？：۔।'
_ESCAPED_TAG = re.compile(r"&lt;/?(?:p|br|div|span|a|h[1-6]|em|strong)\b", re.IGNORECASE)
_TAGS = re.compile(r"<[^<>]{1,300}>")
_SITE = re.compile(r"\s[|–—-]\s")  # before the name of the site in a title


@dataclass(frozen=True, slots=True)
class Body:
    """`raw` are all extracted paragraphs, with credits and boilerplate; `paragraphs` those of the article;
    `author_note` is what the page says about its author."""

    raw: list[str]
    paragraphs: list[str]
    author_note: str | None


def extract_body(
    page: PageMetadata,
    authors: tuple[str, ...],
    *,
    headlines: Sequence[str],
    standfirst: str | None,
    scripts: Sequence[str],
) -> Body:
    """The main text of a page whose tree is pruned: of what may be its article's, see `scopes`. `headlines`
    are the title and what else its first lines may repeat; `standfirst` is put before it where it is missing.

    trafilatura's precision mode without its comparison with other extractors costs half and finds the same,
    except where it takes a fragment: then the comparison follows. The articleBody of JSON-LD counts only
    where it is much longer; so does the text that `scripts` hold, which is looked for where the page is
    hardly more than a shell.
    """
    title = next(iter(headlines), None)
    tree, raw, introduced = _read(page, title, standfirst, authors)
    if _length(raw) < _SHELL_TEXT and scripts:
        raw = _prefer_stated(raw, _state_paragraphs(page, scripts, title))
    body = _without_boilerplate(raw, set(map(word_key, headlines)), authors)
    own = labelled_parts.with_labels(endings.without_endings(body.paragraphs, tree), introduced)
    body = replace(body, paragraphs=list(own))
    if (
        standfirst
        and not standfirsts.is_repeated(standfirst, body.paragraphs[:_TOP])
        and not boilerplate.is_boilerplate(standfirst)
    ):
        return replace(body, paragraphs=[standfirst, *body.paragraphs])
    return body


def _read(
    page: PageMetadata, title: str | None, standfirst: str | None, authors: Sequence[str]
) -> tuple[HtmlElement, list[str], Mapping[str, str]]:
    """The part of the page that may hold its article, the paragraphs of that, or of its JSON-LD, and the
    labels in it that `foreign_groups.remove` leaves."""
    is_live = page_types.is_live(page, title or "")
    stated = _json_ld_paragraphs(page)
    tree = scopes.article_tree(
        page.tree, title, page.identity, is_live=is_live, stated=_whole_text(page, stated)
    )
    headline = scopes.headline_element(tree, title)
    hidden_parts.settle(tree, headline)
    introduced = foreign_groups.remove(tree, headline, page.identity, authors)
    mending.mend(tree)
    raw = _by_trafilatura(tree, page.url, fast=True)
    if _is_fragment(raw, tree):
        raw = max(raw, _by_trafilatura(tree, page.url, fast=False), key=_length)
        if _is_fragment(raw, tree) and _unname_wrappers(tree, title, standfirst):
            raw = max(raw, _by_trafilatura(tree, page.url, fast=True), key=_length)
    if _length(raw) < _SHORT_TEXT:
        raw = _best_of_short(raw, _marked_paragraphs(tree, set(raw)))
    raw = body_parts.with_lost_parts(raw, tree, title)
    best = _prefer_stated(raw, stated)
    return tree, _with_bare_text(raw, tree, title, page.url) if best is raw else best, introduced


def _whole_text(page: PageMetadata, stated: list[str]) -> str:
    """A text that JSON-LD states, "" where that is no more than the page's summary."""
    text = " ".join(stated)
    summaries = (page.meta("og:description"), page.meta("description"))
    return "" if word_key(text) in {word_key(one or "") for one in summaries} else text


def _with_bare_text(raw: list[str], tree: HtmlElement, title: str | None, url: str) -> list[str]:
    """What is read once the text of which nothing was read stands in paragraphs; before what was read without
    these where most of that is not read again."""
    wrapped = bare_text.wrap(tree, scopes.headline_element(tree, title), title, raw)
    if not wrapped:
        return raw
    read = _by_trafilatura(tree, url, fast=True)
    key = word_key(" ".join(read))
    kept = sum(len(line) for line in raw if word_key(line) in key)
    if kept >= _KEPT * _length(raw):
        return read
    known = word_key(" ".join(raw))
    return [*(line for line in wrapped if word_key(line) not in known), *raw]


def _state_paragraphs(page: PageMetadata, scripts: Sequence[str], title: str | None) -> list[str]:
    """The paragraphs of the article in the state that scripts hold, read as a page. Other headlines that the
    page shows may be other articles'."""
    headlines = [one for one in (title, page.meta("og:title"), _SITE.split(title or "")[0]) if one]
    text = script_state.article_html(scripts, page.identity, headlines)
    if text is None:
        return []
    tree = html_parsing.parse(text)
    mending.prune(tree)
    tree = scopes.article_tree(tree, None, page.identity)
    mending.mend(tree)
    read = _by_trafilatura(tree, page.url, fast=True)
    return max(read, _marked_paragraphs(tree, set(read)), key=_length)


def _best_of_short(extracted: list[str], marked: list[str]) -> list[str]:
    """For a short text: the paragraphs that the page marks as its article's where they are a good part of
    it."""
    return marked if _MARKED_RATIO * _length(marked) >= _length(extracted) else extracted


def _is_fragment(extracted: list[str], tree: HtmlElement) -> bool:
    """Whether a text is short, or less than a good part of the sentences that stand in its tree."""
    size = _length(extracted)
    if size < _SHORT_TEXT or size >= _PROSE_SHARE * len(tree.text_content()):
        return size < _SHORT_TEXT
    return size < _PROSE_SHARE * sum(len(text) for _, text in _sentences(tree, _MIN_PROSE))


def _unname_wrappers(tree: HtmlElement, title: str | None, standfirst: str | None) -> bool:
    headline = scopes.headline_element(tree, title)
    return wrappers.unname(tree, _sentences(tree, _MIN_SENTENCE), headline, standfirst)


def _sentences(tree: HtmlElement, least: int) -> list[tuple[HtmlElement, str]]:
    """The paragraphs of `least` characters that are sentences rather than links, with their texts."""
    texts = (
        (element, one_line(element.text_content()))
        for element in _PARAGRAPHS(tree)
        if not mending.is_all_link(element)
    )
    return [(element, text) for element, text in texts if len(text) >= least]


def _marked_paragraphs(tree: HtmlElement, read: AbstractSet[str] = frozenset()) -> list[str]:
    """The paragraphs within the innermost of the elements that mark an article's body, with the entries of
    lists between them: all where it is marked as the body, else those that were `read`."""
    for body in _BODY_PATHS:
        parts = [
            (element, text)
            for element in tree.xpath(f"{body}{_PARAGRAPH_PATH} | {body}//li[not(ul or ol)]")
            if (text := one_line(element.text_content()))
        ]
        paragraphs = [
            text for one, text in parts if one.tag != "li" or body is _BODY_PATHS[0] or text in read
        ]
        if any(one.tag != "li" for one, _ in parts):
            return paragraphs
    return []


def _prefer_stated(extracted: list[str], stated: list[str]) -> list[str]:
    """`stated` where hardly anything was extracted and it is longer by far, or where it contains half of what
    was; else `extracted`."""
    size = _length(extracted)
    is_longer = _length(stated) > _STATED_RATIO * size
    if size < _SHORT_TEXT <= _length(stated) or size < _MIN_PROSE:
        return stated if is_longer or _length(stated) >= _LONG_TEXT else extracted
    if not is_longer:
        return extracted
    whole = word_key(" ".join(stated))
    shared = sum(len(line) for line in extracted if word_key(line) in whole)
    return stated if 2 * shared >= size else extracted


def _by_trafilatura(tree: HtmlElement, url: str, *, fast: bool) -> list[str]:
    document = bare_extraction(tree, url=url, favor_precision=True, fast=fast, include_comments=False)
    return _lines(document.text or "") if isinstance(document, Document) else []


def _length(paragraphs: list[str]) -> int:
    return sum(map(len, paragraphs))


def body_of_rule(text: str, authors: tuple[str, ...]) -> Body:
    """The body that a publisher's own rule selects: only the author's note is taken out of it."""
    lines = _lines(text)
    paragraphs, note = boilerplate.without_author_note(lines, authors)
    return Body(lines, paragraphs, note)


def _without_boilerplate(raw: list[str], tops: set[str], authors: tuple[str, ...]) -> Body:
    names = tuple(word_key(name) for name in authors)
    lines = [line for place, line in enumerate(raw) if place >= _TOP or not _is_top(line, tops, names)]
    lines = list(_without_stamps(lines))
    lines, note = boilerplate.without_author_note(boilerplate.remove_boilerplate(lines), authors)
    return Body(raw, boilerplate.remove_boilerplate(lines) if note else lines, note)


def _without_stamps(lines: list[str]) -> Iterator[str]:
    """The lines without those before the first sentence that are a date and its label."""
    has_begun = False
    for line in lines:
        has_begun = has_begun or len(line) >= _MIN_PROSE
        if has_begun or not dates.is_stamp(line):
            yield line


def _is_top(line: str, tops: set[str], names: tuple[str, ...]) -> bool:
    """Whether a line repeats a headline or is a byline: short, no sentence, names an author."""
    if len(line) > _LONG_TEXT:
        return False
    bare = word_key(line)
    is_byline = (
        len(line) < _MAX_BYLINE and line[-1] not in _SENTENCE_ENDS and any(name in bare for name in names)
    )
    return bare in tops or is_byline


def _json_ld_paragraphs(page: PageMetadata) -> list[str]:
    """The articleBody of the page's JSON-LD in paragraphs."""
    value = page.article.get("articleBody")
    if not isinstance(value, str):
        return []
    value = html.unescape(value) if _ESCAPED_TAG.search(value) else value
    return [
        line for part in re.split(r"\n+|<br\s*/?>|</p>", value) if (line := one_line(_TAGS.sub(" ", part)))
    ]


def _lines(text: str) -> list[str]:
    """Paragraphs of trafilatura's text, which marks list items by a hyphen."""
    lines = (" ".join(line.split()).removeprefix("- ") for line in clean(text).split("\n"))
    return [line for line in lines if line]
