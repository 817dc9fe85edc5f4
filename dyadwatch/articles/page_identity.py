"""Whether an address or a headline is that of the page itself: structured data also describes other pages."""

import re
from collections.abc import Iterable
from functools import cached_property
from urllib.parse import urlsplit

from dyadwatch import urls
from dyadwatch.errors import WebError
from dyadwatch.text.words import word_key

_SIMILAR = 0.5  # share of the shorter headline's trigrams that both have
_PLAIN_NAME = re.compile(r"[\w-]+(?:\.\w+)*", re.ASCII)
_MAX_HEADLINE = 400  # characters of a text that are compared


class PageIdentity:
    """What a page calls itself. `addresses` are where it was found and where it wants to be known;
    `headlines` its headings and titles."""

    def __init__(self, url: str, addresses: Iterable[str | None], headlines: Iterable[str | None]) -> None:
        self.url = url
        self._addresses = tuple(
            filter(None, (_without_scheme(one, url) for one in dict.fromkeys((url, *addresses)) if one))
        )
        self.headlines = tuple(text for text in headlines if text)
        self._known_addresses: dict[str, bool] = {}
        self._known_headlines: dict[str, bool] = {}

    def is_address(self, reference: str) -> bool:
        """Whether `reference` leads to the page; parameters count where both have some."""
        if reference not in self._known_addresses:
            self._known_addresses[reference] = self._leads_here(reference)
        return self._known_addresses[reference]

    def has_headline(self, text: str) -> bool:
        """Whether `text` is much like one of the page's headlines."""
        if text not in self._known_headlines:
            self._known_headlines[text] = self._is_like_headline(text)
        return self._known_headlines[text]

    @cached_property
    def _names(self) -> tuple[str, ...] | None:
        """The last part of the path of each address; None where a reference to one may be without it."""
        names = tuple(dict.fromkeys(path.rpartition("/")[2] for path, _ in self._addresses))
        return names if all(_PLAIN_NAME.fullmatch(name) for name in names) else None

    def _may_lead_here(self, reference: str) -> bool:
        """Whether a reference needs to be resolved: most lead elsewhere by their last part alone."""
        plain = reference.lower()
        return (
            self._names is None
            or not plain.startswith(("/", "http"))
            or "%" in plain
            or any(name in plain for name in self._names)
        )

    def _leads_here(self, reference: str) -> bool:
        if not self._may_lead_here(reference):
            return False
        address = _without_scheme(reference, self.url)
        if address is None:
            return False
        path, query = address
        return any(
            path == own and (query == own_query or not query or not own_query)
            for own, own_query in self._addresses
        )

    def _is_like_headline(self, text: str) -> bool:
        stated = trigrams(text)
        return text in self.headlines or any(
            len(stated & own) >= _SIMILAR * min(len(stated), len(own)) for own in self._trigrams if stated
        )

    @cached_property
    def _trigrams(self) -> tuple[frozenset[str], ...]:
        return tuple(filter(None, map(trigrams, dict.fromkeys(self.headlines))))


def _without_scheme(reference: str, base: str) -> tuple[str, str] | None:
    """(host and path, parameters) of an address."""
    try:
        parts = urlsplit(urls.normalise(reference, base or None))
    except WebError:
        return None
    return parts.netloc.removeprefix("www.") + parts.path.rstrip("/").lower(), parts.query


def trigrams(text: str) -> frozenset[str]:
    """The three-letter runs of a headline, which also compare scripts that write no blanks."""
    key = word_key(text[:_MAX_HEADLINE]).replace(" ", "")
    return frozenset(key[place : place + 3] for place in range(max(len(key) - 2, 1))) if key else frozenset()
