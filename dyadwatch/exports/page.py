"""A page of alerts, and what every format says of one."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from dyadwatch.model.watches import WatchActor

Document = Mapping[str, Any]
# What XML 1.0 cannot hold, and the control characters that it discourages.
_NO_XML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_IN_URIS = "%/:?#@!$&'()*+,;=~"  # characters that stay as they are
_OF_LINK = frozenset({"key", "signature"})  # parameters by which a link is another and its list the same
# Those that the page of the list does not have.
_OF_API = _OF_LINK | {"format", "limit", "cursor", "after", "changed_since", "expand"}
_MAX_ARTICLES = 10  # of one alert that an entry of a feed links to
ActorsOf = Mapping[str, Mapping[str, WatchActor]]  # "a" and "b" of each watch


@dataclass(frozen=True, slots=True)
class Page:
    """The documents of some alerts. `url` is where they came from, `following` where older ones are, and
    `base` what paths of the service are relative to. `actors` are those of their watches, for the formats of
    ACTORS_NAMED; `is_one` says that an alert was asked for, and no list; `hub` is the WebSub
    hub that pushes the list."""

    alerts: Sequence[Document]
    url: str
    following: str | None
    base: str
    actors: ActorsOf = field(default_factory=dict)
    is_one: bool = False
    hub: str | None = None

    def actor(self, watch: str, side: str) -> WatchActor:
        """An actor of a watch."""
        return actor_of(self.actors, watch, side)


def actor_of(actors: ActorsOf, watch: str, side: str) -> WatchActor:
    """An actor of a watch; a nameless one where the watch is gone."""
    known = actors.get(watch)
    return WatchActor(f"{watch} {side}") if known is None else known[side]


def title(alert: Document) -> str:
    """That of its first article, or else the name of its watch."""
    first = next(iter(alert["articles"]), None)
    text: str = (first and first["title"]) or alert["watch"]
    return f"Withdrawn: {text}" if alert["state"] == "withdrawn" else text


def link(alert: Document, base: str) -> str:
    """The page of the alert, for people."""
    return f"{base}/alerts/{alert['id']}"


def articles(alert: Document) -> list[tuple[str, str]]:
    """(address, title) of its first articles, at their publishers; an address is a URI, which has ASCII
    alone."""
    return [
        (quote(str(article["url"]), safe=_IN_URIS), article["title"] or article["url"])
        for article in alert["articles"][:_MAX_ARTICLES]
    ]


def feed_title(shown: Page) -> str:
    """By what a reader of feeds tells the list from others: what it is filtered by, in no language."""
    values = [value for name, value in _filters(shown) if name != "sort"]
    return ": ".join(filter(None, ("dyadwatch", ", ".join(values))))


def home(shown: Page) -> str:
    """The page of the list, for people, with the same filters."""
    query = _filters(shown)
    return f"{shown.base}/alerts" + (f"?{urlencode(query)}" if query else "")


def feed_id(shown: Page) -> str:
    """The name of the list, which stays the same whoever reads it, by whatever link."""
    query = [item for item in _query(shown) if item[0] not in _OF_LINK]
    return urlsplit(shown.url)._replace(query=urlencode(query)).geturl()


def _filters(shown: Page) -> list[tuple[str, str]]:
    return [item for item in _query(shown) if item[0] not in _OF_API]


def _query(shown: Page) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(shown.url).query, keep_blank_values=True)


def plain(text: str) -> str:
    """A text without the characters that XML should not hold."""
    return _NO_XML.sub("", text)


def own_url(alert: Document, base: str) -> str:
    """Where the alert is."""
    return f"{base}/v1/alerts/{alert['id']}"


def summary(alert: Document) -> str:
    """Its evidence, a line for each quote: one sentence may have several mentions."""
    return "\n".join(_quotes(alert))


def markup(alert: Document) -> str:
    """Its evidence and its articles as HTML, which readers of feeds show."""
    quotes = [f'<blockquote dir="auto">{_escape(one)}</blockquote>' for one in _quotes(alert)]
    links = [
        f'<li dir="auto"><a href="{_escape(url)}">{_escape(name)}</a></li>' for url, name in articles(alert)
    ]
    return "".join(quotes) + (f"<ul>{''.join(links)}</ul>" if links else "")


def _quotes(alert: Document) -> list[str]:
    return list(dict.fromkeys(mention["evidence"]["quote"] for mention in alert["evidence"]))


def _escape(text: str) -> str:
    return html.escape(plain(text))


def surface(mention: Document, side: str) -> str | None:
    """An actor as the text of a mention first writes it."""
    first = next(iter(mention["actors"][side]), None)
    return None if first is None else first["surface"]
