"""Client: requests with a total deadline and bounded responses, each hop checked for where it leads."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from types import MappingProxyType
from urllib.parse import urljoin, urlsplit

from urllib3 import BaseHTTPResponse, Timeout

from dyadwatch import urls
from dyadwatch.errors import BlockedAddress, WebError
from dyadwatch.model.web import Admit, Response
from dyadwatch.web.addresses import Address, Network, is_permitted, is_public, parse_address
from dyadwatch.web.bodies import CHUNK, read_beginning, read_body
from dyadwatch.web.chains import Chain
from dyadwatch.web.error_translation import deadline_exceeded, translate_errors
from dyadwatch.web.guarded_connections import StaleConnection, blocked_host, dial, dial_trusted
from dyadwatch.web.pool_manager import pool_manager
from dyadwatch.web.refreshes import refresh_target
from dyadwatch.web.resolver import resolve

_Read = Callable[..., bytes]  # of a response, and whether its encoding is undone
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LOOPBACK = "127.0.0.1"  # what localhost and all names under it mean (RFC 6761 6.3)
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Client:
    """Fetches and posts; safe to share between threads. Keeps no cookies beyond a chain of redirects, reads
    no netrc, and takes no proxy from the environment; certificate authorities of one's own are added with
    OpenSSL's SSL_CERT_FILE.

    allow_private: networks that may be reached although they are not public. proxy: a trusted
    `http://[user:password@]host:port` that all requests pass through; their targets are still checked as far
    as URL and local DNS allow, since it is the proxy that dials.
    """

    def __init__(
        self, *, allow_private: Sequence[Network] = (), proxy: str | None = None, user_agent: str
    ) -> None:
        self._allowed = tuple(allow_private)
        self._proxied = proxy is not None
        self._headers = {"user-agent": user_agent, "accept-encoding": "gzip, deflate, br, zstd"}
        self._manager = pool_manager(
            proxy, dial_trusted if self._proxied else partial(dial, allowed=self._allowed)
        )

    def check(self, url: str) -> None:
        """Refuses, without any network, a URL that could never
        be requested. Raises WebError, BlockedAddress."""
        self._check_target(url)

    def is_confidential(self, url: str) -> bool:
        """Whether nobody outside can read what is sent to `url`: it is https, or an address that is not
        public and that the operator opened. Raises as `check` does."""
        target = self._check_target(url)
        address = _literal(target)
        return target.startswith("https:") or (address is not None and not is_public(address))

    def get(  # noqa: PLR0913  # each bounds the request, by keyword
        self,
        url: str,
        *,
        headers: Mapping[str, str] = _NO_HEADERS,
        limit: int,
        deadline: float,
        until: float = math.inf,
        follow: int = 10,
        cut: bool = False,
        admit: Admit | None = None,
    ) -> Response:
        """The response at the end of at most `follow` redirects, each checked like the first URL; a page that
        leads on without delay by a meta element is one too, where it leads somewhere else. Cookies that hosts
        set on the way last until the end of it. `headers` have lower-case names; `limit` bounds the decoded
        body in bytes, of a longer one the beginning is returned with `cut`; `deadline` bounds everything
        together in seconds, but for what `admit` waits at each hop; `until` is when all of it ends, by
        `time.monotonic`.

        Raises BlockedAddress, WebError, and whatever `admit` raises.
        """
        started = monotonic()
        target: str | None = self._check_target(url)
        read = partial(read_beginning if cut else read_body, limit=limit)
        chain = Chain()
        while target is not None:
            waiting_since = monotonic()
            with (admit or nullcontext)(target):
                started += monotonic() - waiting_since
                sent = {**headers, **chain.cookies(target)}
                response, location, body = self._get_hop(target, sent, read, min(started + deadline, until))
            chain.add(target, response)
            target = self._next_target(chain, response, location, body, follow)
        return _response(chain.address(), response, body, started, tuple(chain.hops[:-1]))

    def post(
        self,
        url: str,
        body: bytes,
        *,
        headers: Mapping[str, str],
        limit: int,
        deadline: float,
        until: float = math.inf,
    ) -> Response:
        """The response to one POST, within `deadline` seconds and by `until` (`time.monotonic`); a redirect
        is a response like any other. Its body is cut at `limit`
        bytes, and where it breaks off or cannot be decoded, for the status has been given by then. A kept
        connection that was closed meanwhile is replaced once, so a receiver may see the same body twice.

        Raises BlockedAddress, WebError.
        """
        target = self._check_target(url)
        started = monotonic()
        with self._request("POST", target, body, headers, min(started + deadline, until)) as response:
            start_of_body = read_beginning(response, limit)
        return _response(target, response, start_of_body, started, ())

    def options(
        self, url: str, *, headers: Mapping[str, str], limit: int, deadline: float, until: float = math.inf
    ) -> Response:
        """The response to one OPTIONS, as that of `post`."""
        target = self._check_target(url)
        started = monotonic()
        with self._request("OPTIONS", target, None, headers, min(started + deadline, until)) as response:
            start_of_body = read_beginning(response, limit)
        return _response(target, response, start_of_body, started, ())

    def close(self) -> None:
        """Closes the open connections. The client may still be used; it opens new ones."""
        self._manager.clear()

    def _get_hop(
        self,
        target: str,
        headers: Mapping[str, str],
        read: _Read,
        until: float,
    ) -> tuple[BaseHTTPResponse, str | None, bytes]:
        """One hop: its response, where that redirects to, and its body. One that is not encoded as it claims
        is asked for without an encoding, and then taken as it is."""
        try:
            return self._read_hop(target, headers, read, until)
        except WebError as error:
            if error.code != "encoding_invalid":
                raise
        return self._read_hop(
            target, {**headers, "accept-encoding": "identity"}, partial(read, decoded=False), until
        )

    def _read_hop(
        self,
        target: str,
        headers: Mapping[str, str],
        read: _Read,
        until: float,
    ) -> tuple[BaseHTTPResponse, str | None, bytes]:
        with self._request("GET", target, None, headers, until) as response:
            location = _location(response)
            body = read(response) if location is None else read_beginning(response, CHUNK)
        return response, location, body

    def _check_target(self, url: str) -> str:
        target = urls.strict(url)
        address = _literal(target)
        if address is not None and not is_permitted(address, self._allowed):
            raise blocked_host(_host(target))
        return target

    def _redirect_target(self, target: str, location: str) -> str:
        try:
            return self._check_target(urljoin(target, location.strip()))
        except BlockedAddress:
            raise
        except (WebError, ValueError) as error:
            raise WebError(
                f"the redirect leads to no usable URL: {error}", code="redirect_invalid"
            ) from error

    def _next_target(
        self, chain: Chain, response: BaseHTTPResponse, location: str | None, body: bytes, follow: int
    ) -> str | None:
        """Where the last response of `chain` leads; None where it is the end."""
        at = chain.hops[-1][1]
        if location is not None:
            if len(chain.hops) > follow:
                raise WebError(f"more than {follow} redirects", code="too_many_redirects")
            return self._redirect_target(at, location)
        reference = refresh_target(response, body) if len(chain.hops) <= follow else None
        if reference is None:
            return None
        try:
            target = self._redirect_target(at, reference)
        except BlockedAddress:
            raise
        except WebError:  # it leads to an app, or is a script
            return None
        return None if chain.repeats(target) else target

    @contextmanager
    def _request(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], until: float
    ) -> Iterator[BaseHTTPResponse]:
        name = _host(url)
        with translate_errors(name, until):
            if self._proxied:
                self._check_proxied(name, until)
            try:
                response = self._send(method, url, body, headers, until)
            except StaleConnection:
                response = self._send(method, url, body, headers, until)
            try:
                if response.status == 101:
                    raise WebError(
                        "the server changes to a protocol that was not asked for", code="protocol_error"
                    )
                yield response
            finally:
                response.close()  # one that was read to its end is back in its pool already

    def _send(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], until: float
    ) -> BaseHTTPResponse:
        remaining = until - monotonic()
        if remaining <= 0:
            raise deadline_exceeded()
        return self._manager.urlopen(
            method,
            url,
            redirect=False,
            body=body,
            headers={**self._headers, **headers},
            retries=False,
            preload_content=False,
            # A body that has its end though more was announced is no fault: `bodies` decides.
            enforce_content_length=False,
            timeout=Timeout(total=remaining),
        )

    def _check_proxied(self, name: str, until: float) -> None:
        try:
            addresses = resolve(name, until - monotonic())
        except WebError as error:
            if error.code == "dns_failed":  # in a closed network only the proxy knows the names outside
                return
            raise
        # Which of them the proxy dials is not ours to choose, so all must be permitted.
        if not all(is_permitted(address, self._allowed) for address in addresses):
            raise blocked_host(name)


def _location(response: BaseHTTPResponse) -> str | None:
    """The Location of a redirect. http.client reads it as Latin-1; servers that do not escape write UTF-8."""
    location = response.headers.get("location") if response.status in _REDIRECTS else None
    return location.encode("latin-1", "replace").decode("utf-8", "replace") if location is not None else None


def _literal(target: str) -> Address | None:
    """The address that a URL names without DNS."""
    name = _host(target)
    return parse_address(_LOOPBACK if name == "localhost" or name.endswith(".localhost") else name)


def _host(target: str) -> str:
    """As urls.host, for a URL that is strict already."""
    return urlsplit(target).hostname or ""


def _response(
    url: str, response: BaseHTTPResponse, body: bytes, started: float, hops: tuple[tuple[int, str], ...]
) -> Response:
    return Response(
        url=url,
        status=response.status,
        headers={name.lower(): value for name, value in response.headers.itermerged()},
        body=body,
        received_at=datetime.now(UTC),
        seconds=monotonic() - started,
        hops=hops,
    )
