"""When an article was published and changed: ISO 8601 with the page's zone, or a bare day."""

import logging
import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import islice

from htmldate import find_date
from lxml.html import HtmlElement

from dyadwatch.articles import jsonld
from dyadwatch.articles.metadata import PageMetadata
from dyadwatch.model.articles import ExtractedArticle

logging.getLogger("htmldate").addHandler(logging.NullHandler())

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date",
    "sailthru.date", "article.published", "dc.date.issued", "dcterms.created", "dcterms.issued", "dc.date",
    "dcterms.date", "pubdate", "publishdate", "publish-date", "date",
    "cxenseparse:recs:publishtime", "og:pubdate", "citation_publication_date",
)  # fmt: skip
_MODIFIED = ("article:modified_time", "og:updated_time", "datemodified", "last-modified", "dcterms.modified")
_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{1,2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT"
    r"|[+-]\d{2}:?(?:\d{2})?)?)?",
    re.IGNORECASE,
)
_FIRST_YEAR = 1995
_DAY = len("2022-05-30")
_SAME_DAY = timedelta(hours=36)  # from the start of a day to its end in any time zone
_MAX_CANDIDATES = 50  # dates of a page that are parsed


def published_date(page: PageMetadata) -> str | None:
    """The day of first publication, with time and zone where the page has them; None where it has none.

    JSON-LD first (on 78 % of pages, right on 0.91), then meta (52 %, 0.90), then what htmldate finds in
    elements, the URL and the text.
    """
    values = [page.article.get("datePublished")]
    values += [node.get("datePublished") for node in page.nodes if node.get("datePublished")]
    values += [value for name in _PUBLISHED for value in page.metas.get(name, ())]
    dates = list(dict.fromkeys(filter(None, map(parse_date, islice(values, _MAX_CANDIDATES)))))
    return _in_own_zone(dates[0], dates[1:]) if dates else _search(page.tree, page.url)


def _in_own_zone(first: str, others: list[str]) -> str:
    """`first`, or the same instant in the publisher's own zone where the page states it too: its day is the
    right one."""
    if not first.endswith("+00:00"):
        return first
    instant = datetime.fromisoformat(first).replace(microsecond=0)
    zoned = (
        other
        for other in others
        if other[-6:-5] in {"+", "-"} and len(other) > _DAY and other[-6:] != "+00:00"
    )
    return next((other for other in zoned if datetime.fromisoformat(other) == instant), first)


def modified_date(page: PageMetadata) -> str | None:
    """When the article was last changed by the page's own statement, None where it makes none."""
    values = [
        page.article.get("dateModified"),
        *(value for name in _MODIFIED for value in page.metas.get(name, ())),
    ]
    return next((date for value in values if (date := parse_date(value))), None)


def published_at(article: ExtractedArticle, entry_date: datetime | None) -> datetime | None:
    """When an article was published, in UTC: by its page, completed by its feed entry's date where the page
    gives only the day, or nothing."""
    if article.published is None:
        return entry_date
    stated = _in_utc(article.published)
    if _is_day(article.published) and entry_date is not None and abs(entry_date - stated) < _SAME_DAY:
        return entry_date
    return stated


def modified_at(article: ExtractedArticle) -> datetime | None:
    """When an article was last changed, in UTC; None where the page gives no time of day."""
    return None if article.modified is None or _is_day(article.modified) else _in_utc(article.modified)


def _is_day(iso: str) -> bool:
    return len(iso) == _DAY


def _in_utc(iso: str) -> datetime:
    moment = datetime.fromisoformat(iso)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def parse_date(value: object) -> str | None:
    """`value` in ISO 8601: with time and zone where it has them, else the bare day. None where it is no date,
    before 1995, or more than two days ahead."""
    text = jsonld.text_of(value)
    if not text:
        return None
    match = _ISO.match(text)
    if match is None:
        return _from_words(text)
    year, month, day, hour, minute, second, zone = match.groups()
    try:
        if hour is None:
            return _plausible(date(int(year), int(month), int(day)).isoformat())
        moment = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0))  # noqa: DTZ001  # the zone follows
    except ValueError:
        return None
    return _plausible(moment.isoformat() + _zone(zone))


def _zone(zone: str | None) -> str:
    if not zone:
        return ""
    if zone[0] not in "+-":
        return "+00:00"
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return f"{zone[0]}{digits[:2]}:{digits[2:]}"


def _from_words(text: str) -> str | None:
    try:
        return _plausible(parsedate_to_datetime(text).isoformat())
    except (ValueError, TypeError, IndexError):
        return None


def _plausible(iso: str) -> str | None:
    try:
        moment = datetime.fromisoformat(iso)
    except ValueError:
        return None
    ahead = datetime.now(UTC).date() + timedelta(days=2)
    return iso if moment.year >= _FIRST_YEAR and moment.date() <= ahead else None


def _search(tree: HtmlElement, url: str) -> str | None:
    day = find_date(tree, url=url, original_date=True, extensive_search=True)
    return _plausible(day) if day else None
