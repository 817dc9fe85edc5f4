"""HTML pages that list articles, read by the operator's CSS selectors (a ListRule)."""

import re
from collections.abc import Iterator
from datetime import datetime
from html import escape

from bs4 import BeautifulSoup
from bs4.element import Tag
from soupsieve import SoupSieve

from dyadwatch import urls
from dyadwatch.css_selectors import compile_selector
from dyadwatch.errors import FeedError, InvalidInput
from dyadwatch.feeds.entries import MAX_TITLE, RawEntry, finish
from dyadwatch.model.feeds import ListRule, ParsedFeed

MAX_CHARS = 5 * 1024 * 1024
MAX_TAGS = 100_000
MAX_ENTRIES = 500
_MAX_PARTS = 5  # of the text of a date
_BETWEEN = re.compile(r"[|•·]")


def check(rule: ListRule) -> None:
    """Raises FeedError bad_selector for a rule with a selector that CSS does not know, naming which."""
    for name in ("entry", "link", "title", "date"):
        selector = getattr(rule, name)
        if selector is not None:
            _compile(selector, name)


def read(text: str, *, rule: ListRule, url: str, now: datetime) -> ParsedFeed:
    """The articles that the page in `text`, fetched from `url`, lists, in its order, at most 500.

    Raises FeedError bad_selector, feed_too_complex, or list_empty where the rule finds nothing with a link:
    the page has changed, or the rule never fitted.
    """
    check(rule)
    if len(text) > MAX_CHARS or text.count("<") > MAX_TAGS:
        raise FeedError(
            f"the page has more than {MAX_CHARS} characters or {MAX_TAGS} tags", code="feed_too_complex"
        )
    page = BeautifulSoup(text, "lxml")
    base = _base(page, url)
    blocks = _compile(rule.entry, "entry").select(page, limit=MAX_ENTRIES)
    language = _attribute(page.html, "lang") if page.html else None
    entries = finish(list(_raws(blocks, rule, base)), url=base, now=now, language=language)
    if not entries:
        raise FeedError("the list rule finds no article on the page", code="list_empty")
    return ParsedFeed(
        kind="html",
        title=page.title.get_text(" ")[:MAX_TITLE].strip() if page.title else "",
        entries=entries,
        language=language,
    )


def _compile(selector: str, name: str) -> SoupSieve:
    try:
        return compile_selector(selector)
    except InvalidInput as error:
        raise FeedError(f"the selector {name!r}: {error}", code="bad_selector") from error


def _raws(blocks: list[Tag], rule: ListRule, base: str) -> Iterator[RawEntry]:
    links = _compile(rule.link, "link")
    for block in blocks:
        # The block itself may be the link.
        anchors = [block] if links.match(block) else links.select(block, limit=20)
        targets = [
            (href, item) for item in anchors if (href := urls.absolute(_attribute(item, "href"), base))
        ]
        if targets:
            # A picture often links to the article before the title does.
            href = targets[0][0]
            titled = next(
                (item for other, item in targets if other == href and item.get_text().strip()), None
            )
            yield RawEntry(
                link=href,
                title=_title(block, rule) or _text(titled) or _attribute(targets[0][1], "title"),
                dates=_dates(block, rule),
            )


def _title(block: Tag, rule: ListRule) -> str | None:
    element = _compile(rule.title, "title").select_one(block) if rule.title else None
    return _text(element)


def _dates(block: Tag, rule: ListRule) -> tuple[str | None, ...]:
    """What the element with the date states for machines, shows, and shows between its separators."""
    element = _compile(rule.date, "date").select_one(block) if rule.date else None
    if element is None:
        return ()
    text = element.get_text(" ")
    return _attribute(element, "datetime"), text, *_BETWEEN.split(text)[:_MAX_PARTS]


def _text(element: Tag | None) -> str | None:
    """The text of an element, escaped twice: titles of feeds often are, and are read so further on."""
    return escape(escape(element.get_text(" "), quote=False), quote=False) if element is not None else None


def _attribute(element: Tag, name: str) -> str | None:
    value = element.get(name)
    return value if isinstance(value, str) else None


def _base(page: BeautifulSoup, url: str) -> str:
    element = page.find("base", href=True)
    return (urls.absolute(_attribute(element, "href"), url) if isinstance(element, Tag) else None) or url
