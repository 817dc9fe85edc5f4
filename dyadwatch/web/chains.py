"""What a chain of redirects remembers until its end: its hops, and the cookies that hosts set on the way.

Some sites answer only who brings back what their redirect has just set. Each host gets what it set itself,
and no other host does, whatever the cookie's Domain says.
"""

from http.cookiejar import CookieJar
from typing import Any, cast
from urllib.parse import urlsplit
from urllib.request import Request

from urllib3 import BaseHTTPResponse


class Chain:
    """One chain. `hops` are (status, url) of its responses so far."""

    def __init__(self) -> None:
        self.hops: list[tuple[int, str]] = []
        self._jars: dict[str, CookieJar] = {}
        self._new_cookies = False
        self._setters: list[str] = []  # URLs whose responses set cookies

    def cookies(self, url: str) -> dict[str, str]:
        """The Cookie header of a request for `url`, if it has one."""
        jar = self._jars.get(_host(url))
        if jar is None:
            return {}
        request = Request(url)  # noqa: S310  # nothing opens it
        jar.add_cookie_header(request)
        return {name.lower(): value for name, value in request.unredirected_hdrs.items()}

    def add(self, url: str, response: BaseHTTPResponse) -> None:
        """Adds the response to a request for `url`."""
        self.hops.append((response.status, url))
        self._new_cookies = False
        if "set-cookie" in response.headers:
            before = self.cookies(url)
            jar = self._jars.setdefault(_host(url), CookieJar())
            # It asks only for `info`, which urllib3's responses have.
            jar.extract_cookies(cast("Any", response), Request(url))  # noqa: S310
            self._new_cookies = self.cookies(url) != before
            self._setters.extend([url] if self._new_cookies else [])

    def repeats(self, url: str) -> bool:
        """Whether a request for `url` would be one that the chain had already, without another cookie."""
        return not self._new_cookies and any(url == hop for _, hop in self.hops)

    def address(self) -> str:
        """The URL of the last response, without the parameters by which a redirect to the same page looked
        whether its cookies come back: those that it added, and those that count."""
        url = self.hops[-1][1]
        page, _, query = url.partition("?")
        pairs = query.split("&")
        for before in (one for one in self._setters if one != url):
            path, _, earlier = before.partition("?")
            if path == page:
                pairs = [pair for pair in pairs if not _is_probe(pair, earlier.split("&"))]
        return f"{page}?{'&'.join(pairs)}" if any(pairs) else page


def _is_probe(pair: str, earlier: list[str]) -> bool:
    """Whether a parameter was not there before, or counts what was: "c=2" after "c=1"."""
    name, _, value = pair.partition("=")
    known = [one.partition("=")[2] for one in earlier if one.partition("=")[0] == name]
    return not known or (
        value not in known and value.isdecimal() and len(value) == 1 and known[0].isdecimal()
    )


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
