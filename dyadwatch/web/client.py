"""The client: requests with a total deadline, bounded answers, and the guard at every hop."""

import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import certifi
from urllib3 import BaseHTTPResponse, PoolManager, ProxyManager, Timeout
from urllib3.exceptions import DecodeError, HTTPError, ProtocolError, ProxyError, SSLError
from urllib3.exceptions import TimeoutError as TimedOut
from urllib3.util import make_headers

from dyadwatch import urls
from dyadwatch.errors import BlockedAddress, SettingsError, WebError
from dyadwatch.model.web import Response
from dyadwatch.web.addresses import Network, parsed, permitted
from dyadwatch.web.connections import (
    Dial,
    GuardedPool,
    GuardedTLSPool,
    StaleConnection,
    blocked,
    dial,
    dial_trusted,
)
from dyadwatch.web.resolver import resolve
from dyadwatch.web.sockets import TotalTimeoutTLSSocket

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK = 64 * 1024
_LOOPBACK = "127.0.0.1"  # what localhost and all names under it mean (RFC 6761 6.3)
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})
# Entered with a URL before it is requested, left when its answer has been read; may wait, and raise.
Admit = Callable[[str], AbstractContextManager[object]]
_POOLS = 200  # hosts with kept connections
_KEPT = 16  # kept connections per host


class Client:
    """Fetches and posts; safe to share between threads. Keeps no cookies, reads no netrc, and takes no proxy
    from the environment; certificate authorities of one's own are added with OpenSSL's SSL_CERT_FILE.

    allow_private: networks that may be reached although they are not public. proxy: a trusted
    `http://[user:password@]host:port` that all requests pass through; their targets are still checked as far
    as URL and local DNS allow, since it is the proxy that dials. Raises SettingsError.
    """

    def __init__(
        self, *, allow_private: Sequence[Network] = (), proxy: str | None = None, user_agent: str
    ) -> None:
        if not (user_agent.isascii() and user_agent.isprintable()):
            raise SettingsError("DYADWATCH_CONTACT: must be printable ASCII, since it is sent in a header")
        self._allowed = tuple(allow_private)
        self._proxied = proxy is not None
        self._headers = {"user-agent": user_agent, "accept-encoding": "gzip, deflate, br, zstd"}
        opener = dial_trusted if self._proxied else partial(dial, allowed=self._allowed)
        self._manager = _manager(proxy, opener)

    def check(self, url: str) -> None:
        """Refuses, without any network, a URL that could never
        be requested. Raises WebError, BlockedAddress."""
        self._checked(url)

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] = _NO_HEADERS,
        limit: int,
        deadline: float,
        follow: int = 10,
        admit: Admit | None = None,
    ) -> Response:
        """The answer at the end of at most `follow` redirects, each checked like the first URL. `headers`
        have lower-case names; `limit` bounds the decoded body in bytes, `deadline` everything together in
        seconds, but for what `admit` waits at each hop.

        Raises BlockedAddress, WebError with every code but timeout, and whatever `admit` raises.
        """
        started = monotonic()
        hops: list[tuple[int, str]] = []
        target = self._checked(url)
        while True:
            asked = monotonic()
            with (admit or nullcontext)(target):
                started += monotonic() - asked
                response, location, body = self._got(target, headers, limit, started + deadline)
            if location is None:
                return _response(target, response, body, started, tuple(hops))
            hops.append((response.status, target))
            if len(hops) > follow:
                raise WebError(f"more than {follow} redirects", code="too_many_redirects")
            target = self._redirected(target, location)

    def post(
        self,
        url: str,
        body: bytes,
        *,
        headers: Mapping[str, str],
        limit: int,
        deadline: float,
        admit: Admit | None = None,
    ) -> Response:
        """The answer to one POST; a redirect is an answer like any other. Its body is cut at `limit` bytes,
        and where it breaks off or cannot be decoded, for the status has been given by then. A kept connection
        that was closed meanwhile is replaced once, so a receiver may see the same body twice.

        Raises BlockedAddress, WebError: url_invalid, dns_failed, connect_failed,
        tls_failed, deadline_exceeded, protocol_error, and whatever `admit`
        raises, whose waiting does not count against the deadline.
        """
        target = self._checked(url)
        with (admit or nullcontext)(target):
            started = monotonic()
            with self._answering("POST", target, body, headers, started + deadline) as response:
                beginning = _beginning(response, limit)
        return _response(target, response, beginning, started, ())

    def close(self) -> None:
        """Closes the kept connections. The client may still be used; it opens new ones."""
        self._manager.clear()

    def _got(
        self, target: str, headers: Mapping[str, str], limit: int, until: float
    ) -> tuple[BaseHTTPResponse, str | None, bytes]:
        """One hop: its answer, where that redirects to, and its body."""
        with self._answering("GET", target, None, headers, until) as response:
            location = response.headers.get("location") if response.status in _REDIRECTS else None
            body = _whole(response, limit) if location is None else _beginning(response, _CHUNK)
        return response, location, body

    def _checked(self, url: str) -> str:
        target = urls.strict(url)
        name = _name(target)
        address = parsed(_LOOPBACK if name == "localhost" or name.endswith(".localhost") else name)
        if address is not None and not permitted(address, self._allowed):
            raise blocked(name)
        return target

    def _redirected(self, target: str, location: str) -> str:
        # http.client reads headers as Latin-1; servers that do not escape write UTF-8.
        written = location.encode("latin-1", "replace").decode("utf-8", "replace").strip()
        try:
            return self._checked(urljoin(target, written))
        except BlockedAddress:
            raise
        except (WebError, ValueError) as error:
            raise WebError(
                f"the redirect leads to no usable URL: {error}", code="redirect_invalid"
            ) from error

    @contextmanager
    def _answering(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], until: float
    ) -> Iterator[BaseHTTPResponse]:
        name = _name(url)
        with _translated(name, until):
            if self._proxied:
                self._check_proxied(name, until)
            try:
                response = self._sent(method, url, body, headers, until)
            except StaleConnection:
                response = self._sent(method, url, body, headers, until)
            try:
                if response.status < 200:  # http.client skips 100 only
                    raise WebError(
                        "the server sent an interim answer that was not asked for", code="protocol_error"
                    )
                yield response
            finally:
                response.close()  # a connection whose answer was read to its end has left it already

    def _sent(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], until: float
    ) -> BaseHTTPResponse:
        left = until - monotonic()
        if left <= 0:
            raise _late()
        return self._manager.urlopen(
            method,
            url,
            redirect=False,
            body=body,
            headers={**self._headers, **headers},
            retries=False,
            preload_content=False,
            timeout=Timeout(total=left),
        )

    def _check_proxied(self, name: str, until: float) -> None:
        try:
            addresses = resolve(name, until - monotonic())
        except WebError as error:
            if error.code == "dns_failed":  # in a closed network only the proxy knows the names outside
                return
            raise
        # Which of them the proxy dials is not ours to choose, so all must be permitted.
        if not all(permitted(address, self._allowed) for address in addresses):
            raise blocked(name)


def _name(target: str) -> str:
    # As urls.host, for a URL that is strict already.
    return urlsplit(target).hostname or ""


def _whole(response: BaseHTTPResponse, limit: int) -> bytes:
    declared = response.length_remaining
    if declared is not None and declared > limit:
        raise _too_large(limit)
    chunks: list[bytes] = []
    size = 0
    for chunk in response.stream(_CHUNK):
        chunks.append(chunk)
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
    return b"".join(chunks)


def _beginning(response: BaseHTTPResponse, limit: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    with suppress(DecodeError, ProtocolError):
        for chunk in response.stream(_CHUNK):
            chunks.append(chunk)
            size += len(chunk)
            if size > limit:
                break
    return b"".join(chunks)[:limit]


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


@contextmanager
def _translated(name: str, until: float) -> Iterator[None]:
    """Turns urllib3's errors into ours, once; whatever fails after the deadline failed because of it."""
    try:
        yield
    except SSLError as error:
        raise _failed(f"no secure connection to {name}: {_reason(error)}", "tls_failed", until) from error
    except TimedOut as error:
        raise _late() from error
    except ProxyError as error:
        raise _failed(f"the egress proxy did not connect to {name}", "connect_failed", until) from error
    except DecodeError as error:
        raise _failed(f"the answer of {name} is not encoded as it says", "encoding_invalid", until) from error
    except (HTTPError, StaleConnection) as error:
        raise _failed(f"the answer of {name} broke off or is not HTTP", "protocol_error", until) from error


def _failed(detail: str, code: str, until: float) -> WebError:
    return _late() if monotonic() >= until else WebError(detail, code=code)


def _late() -> WebError:
    return WebError("the request took longer than its deadline", code="deadline_exceeded")


def _too_large(limit: int) -> WebError:
    return WebError(f"the answer is larger than {limit} bytes", code="body_too_large", permanent=True)


def _reason(error: SSLError) -> str:
    cause = error.args[0] if error.args else error
    return getattr(cause, "verify_message", None) or getattr(cause, "reason", None) or "the handshake failed"


def _manager(proxy: str | None, opener: Dial) -> PoolManager:
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    context.sslsocket_class = TotalTimeoutTLSSocket
    manager = (
        PoolManager(num_pools=_POOLS, maxsize=_KEPT, ssl_context=context)
        if proxy is None
        else _proxy_manager(proxy, context)
    )
    # urllib3 only calls these, and calls for classes.
    pools: dict[str, Any] = {
        "http": partial(GuardedPool, dial=opener),
        "https": partial(GuardedTLSPool, dial=opener),
    }
    manager.pool_classes_by_scheme = pools
    return manager


def _proxy_manager(proxy: str, context: ssl.SSLContext) -> ProxyManager:
    parts = urlsplit(proxy)
    if parts.scheme != "http" or not parts.hostname or not parts.port or parts.path not in ("", "/"):
        raise SettingsError("DYADWATCH_EGRESS_PROXY: not of the form http://[user:password@]host:port")
    user = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else None
    return ProxyManager(
        f"http://{parts.netloc.rpartition('@')[2]}",
        proxy_headers=make_headers(proxy_basic_auth=user) if user else None,
        num_pools=_POOLS,
        maxsize=_KEPT,
        ssl_context=context,
    )
