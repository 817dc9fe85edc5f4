"""When an article was published and changed, as its page states it, and which of page and feed counts."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from urllib.parse import unquote, urlsplit

from dyadwatch import dates
from dyadwatch.articles import jsonld, marked_dates
from dyadwatch.articles.metadata import PageMetadata
from dyadwatch.articles.state_facts import StateFacts
from dyadwatch.dates import Hints
from dyadwatch.model.articles import ExtractedArticle, Publication
from dyadwatch.model.dates import DateSource, StatedDate

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "parsely-pub-date", "sailthru.date",
    "dc.date.issued", "dcterms.created", "dcterms.issued", "dc.date", "dcterms.date", "date", "dc.created",
    "citation_date",
)  # fmt: skip
# Other names of meta elements. An itemprop says of what it is by its place: `marked_dates`.
_LIKE_PUBLISHED = re.compile(
    r"pub(?:lish(?:ed)?|lication)?[._-]?(?:date|time|at)\b|(?:date|time)[.:_-]?(?:publi|issued|posted|created)"
    r"|article[.:](?:published|created)$|displaydate|post_date$"
)
_ITEMPROP = "datepublished"
_MODIFIED = ("article:modified_time", "og:updated_time", "datemodified", "last-modified", "dcterms.modified")
_PAGE_TYPES = ("webpage", "article", "newsitem")  # what nodes that date the page end in
_MAX_CANDIDATES = 50  # dates of a page that are parsed
_SEARCHED = ("url", "visible")
_SAME_DAY = timedelta(hours=36)  # from the start of a day to its end in any time zone
_SAME_TIME = timedelta(hours=15)  # between a local time and the same in UTC
_IN_PATH = re.compile(
    r"/((?:19|20)\d\d)([/_.-]?)(\d{1,2}|[a-z]{3,9})\2(\d{1,2})(?=[/_.-]|$)"
    r"|(?<!\d)((?:199[5-9]|20[0-3]\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?=\d{4}|\D|$)"
)


@dataclass(frozen=True, slots=True)
class PageDate:
    """A page's date of publication, and where the page has it."""

    date: StatedDate
    source: DateSource


def hints(page: PageMetadata, languages: Iterable[str | None], fetched_at: datetime | None) -> Hints:
    """What is known of a page's dates: its language, else one of `languages`; the order of day and month that
    its own dates show; that none is later than the moment at which it was fetched."""
    language = page.tree.get("lang") or next(filter(None, languages), None)
    texts = (*_json_ld_texts(page), *_meta_texts(page), *_modified_texts(page))
    latest = fetched_at + dates.TOLERANCE if fetched_at is not None else None
    return Hints(language, dates.day_first(texts, language), latest)


def published(
    page: PageMetadata,
    headline: str | None,
    hints: Hints,
    rule_date: str | None = None,
    *,
    authors: Sequence[str] = (),
    state: StateFacts | None = None,
) -> PageDate | None:
    """The day of first publication, with time and zone where the page has them.

    What the page states counts first: by the operator's rule, in its JSON-LD, its meta elements, its markup,
    the state of its scripts.
    Where it states a date that cannot be read, nothing else is looked for; where it states none, what its
    address and the lines around its headline show. A rule that selects no date states none.
    """
    is_stated = False
    for source, texts in _statements(page, headline, rule_date, state):
        is_stated = is_stated or (bool(texts) and source != "rule")
        # An operator's selector, or a marked element, may show more than the date.
        among_words = source in ("rule", "markup")
        if date := _first(texts, hints, among_words=among_words):
            return PageDate(_in_own_zone(date, page, hints), source)
    return None if is_stated else _search(page, headline, hints, authors)


def modified(page: PageMetadata, hints: Hints) -> StatedDate | None:
    """When the article was last changed by the page's own statement, None where it makes none."""
    return _first(_modified_texts(page), hints)


def publication(article: ExtractedArticle, entry: StatedDate | None) -> Publication | None:
    """When an article was published, of its page's date and its feed's.

    What the page states counts before the feed, and what was only found in its address and its text after.
    The feed's moment completes a page's day, or its time in an unknown zone, where it can be the same.
    """
    page = dates.parse(article.published)
    source = article.published_source
    if page is None or source is None or (source in _SEARCHED and entry is not None):
        return Publication(entry.utc, "feed", entry.precision) if entry is not None else None
    if entry is not None and entry.precision == "instant" and _completes(entry, page):
        return Publication(entry.utc, "feed", entry.precision)
    return Publication(page.utc, source, page.precision)


def modified_at(article: ExtractedArticle) -> datetime | None:
    """When an article was last changed, in UTC; None where the page gives no time of day."""
    stated = dates.parse(article.modified)
    return stated.utc if stated is not None and stated.precision != "day" else None


def _completes(entry: StatedDate, page: StatedDate) -> bool:
    tolerance = {"day": _SAME_DAY, "local_time": _SAME_TIME, "instant": timedelta()}[page.precision]
    return abs(entry.moment - page.moment) < tolerance


def _statements(
    page: PageMetadata, headline: str | None, rule_date: str | None, state: StateFacts | None
) -> Iterator[tuple[DateSource, list[str]]]:
    yield "rule", [rule_date] if rule_date else []
    yield "json_ld", list(_json_ld_texts(page))
    yield "meta", list(_meta_texts(page))
    yield "markup", marked_dates.stated(page.tree, headline)
    yield "markup", state.published if state is not None else []


def _json_ld_texts(page: PageMetadata) -> Iterator[str]:
    of_page = [
        node for node in page.nodes if any(name.endswith(_PAGE_TYPES) for name in jsonld.types_of(node))
    ]
    for node in (page.article, *of_page):
        value = node.get("datePublished")
        text = str(value) if isinstance(value, int | float) else jsonld.text_of(value)
        if text:
            yield text
    if created := jsonld.text_of(page.article.get("dateCreated")):
        yield created


def _meta_texts(page: PageMetadata) -> Iterator[str]:
    alike = (name for name in page.metas if name != _ITEMPROP and _LIKE_PUBLISHED.search(name))
    return (text for name in dict.fromkeys((*_PUBLISHED, *alike)) for text in page.metas.get(name, ()))


def _modified_texts(page: PageMetadata) -> Iterator[str]:
    if text := jsonld.text_of(page.article.get("dateModified")):
        yield text
    for name in _MODIFIED:
        yield from page.metas.get(name, ())


def _first(texts: Iterable[str], hints: Hints, *, among_words: bool = False) -> StatedDate | None:
    parsed = (dates.parse(text, hints, among_words=among_words) for text in islice(texts, _MAX_CANDIDATES))
    return next(filter(None, parsed), None)


def _in_own_zone(first: StatedDate, page: PageMetadata, hints: Hints) -> StatedDate:
    """`first`, or the same instant in the publisher's own zone where the page states it too: its day is the
    right one."""
    if first.precision != "instant" or first.moment.utcoffset():
        return first
    for text in islice((*_json_ld_texts(page), *_meta_texts(page)), _MAX_CANDIDATES):
        other = dates.parse(text, hints)
        if other is not None and other.moment == first.moment and other.moment.utcoffset():
            return other
    return first


def _search(
    page: PageMetadata, headline: str | None, hints: Hints, authors: Sequence[str]
) -> PageDate | None:
    """The day in the page's address, as the lines around the headline complete it; or what these show."""
    visible = marked_dates.visible(
        page.tree,
        headline,
        lambda text, among_words: dates.parse(text, hints, among_words=among_words),
        authors,
    )
    day = _day_in_address(page.url, hints)
    if day is None or (visible is not None and abs(visible.moment - day.moment) < _SAME_DAY):
        return PageDate(visible, "visible") if visible is not None else None
    return PageDate(day, "url")


def _day_in_address(url: str, hints: Hints) -> StatedDate | None:
    match = _IN_PATH.search(unquote(urlsplit(url).path).lower())
    if match is None:
        return None
    year, _, month, day, compact = match.groups()
    return dates.parse(compact or f"{year}-{month}-{day}", hints)
