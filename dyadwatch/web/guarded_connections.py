"""Connections that decide on the address being dialled: after DNS, at the moment the socket opens.

urllib3's pools and connections with one step replaced: what opens the
socket. A pool belongs to one scheme, name and port, so a pooled connection is
never used for another name, and TLS checks the certificate for the name.
"""

import errno
import queue
import socket
from collections.abc import Callable, Sequence
from http.client import HTTPException, HTTPResponse, RemoteDisconnected
from io import BufferedReader
from itertools import chain, zip_longest
from time import monotonic
from typing import Any, cast

import urllib3
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from dyadwatch.errors import BlockedAddress, WebError
from dyadwatch.web.addresses import Address, Network, is_permitted
from dyadwatch.web.heads import Head
from dyadwatch.web.resolver import resolve
from dyadwatch.web.sockets import TotalTimeoutSocket

MAX_ADDRESSES = 4  # addresses tried for one name
MAX_CONNECT = 10.0  # seconds for one of them
# Of a machine without IPv6, in its kernel or its network.
_NO_ROUTE = frozenset({errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL, errno.ENETUNREACH})

Dial = Callable[[str, int, float], socket.socket]


class StaleConnection(Exception):  # noqa: N818  # no failure: the request is sent again on a new connection
    """A pooled connection turned out to be closed before it brought a byte of a response."""


def dial(name: str, port: int, timeout: float, allowed: Sequence[Network]) -> socket.socket:
    """A socket connected to an address of `name` that is public or in `allowed`, never to another.

    Addresses of both kinds are no reason to refuse: a DNS64 resolver adds
    a NAT64 address to every public one. Raises BlockedAddress where none
    is permitted, WebError: dns_failed, deadline_exceeded, connect_failed, ipv6_unreachable.
    """
    until = monotonic() + timeout
    targets = [address for address in resolve(name, timeout) if is_permitted(address, allowed)]
    if not targets:
        raise blocked_host(name)
    return _connect(name, _alternating(targets), port, until)


def dial_trusted(name: str, port: int, timeout: float) -> socket.socket:
    """A socket connected to a host that the operator named,
    wherever it is. Raises WebError as `dial` does."""
    until = monotonic() + timeout
    return _connect(name, _alternating(resolve(name, timeout)), port, until)


def blocked_host(name: str) -> BlockedAddress:
    """The error for a host. It names the setting, and neither
    the address found nor anything about its ports."""
    return BlockedAddress(
        f"{name} is not on the public internet;"
        " DYADWATCH_ALLOW_PRIVATE_NETWORKS lists the other networks that may be reached"
    )


def _connect(name: str, targets: Sequence[Address], port: int, until: float) -> socket.socket:
    unroutable = 0
    for index, address in enumerate(targets):
        remaining = until - monotonic()
        if remaining <= 0:
            break
        try:
            return _open(address, port, min(remaining / (len(targets) - index), MAX_CONNECT), until)
        except OSError as error:
            unroutable += address.version == 6 and error.errno in _NO_ROUTE
    if targets and unroutable == len(targets):
        raise WebError(
            f"{name} has IPv6 addresses only, and from this machine there is no way to them",
            code="ipv6_unreachable",
        )
    # One text and one code for refused, filtered and
    # unreachable: a caller shall not learn which ports are open.
    raise WebError(f"no connection to {name} port {port}", code="connect_failed")


def _open(address: Address, port: int, timeout: float, until: float) -> socket.socket:
    sock = TotalTimeoutSocket(socket.AF_INET if address.version == 4 else socket.AF_INET6)
    try:
        sock.settimeout(timeout)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.connect((str(address), port))
        sock.settimeout(max(until - monotonic(), 0.001))
    except OSError:
        sock.close()
        raise
    return sock


def _alternating(addresses: Sequence[Address]) -> list[Address]:
    """At most MAX_ADDRESSES, in their order but for taking turns between IPv6 and IPv4 (RFC 8305 4): where a
    machine has only one of them, the other may have many addresses."""
    if not addresses:
        return []
    first = [address for address in addresses if address.version == addresses[0].version]
    second = [address for address in addresses if address.version != addresses[0].version]
    turns = chain.from_iterable(zip_longest(first, second))
    return [address for address in turns if address is not None][:MAX_ADDRESSES]


class _Response(HTTPResponse):
    """A response whose head `Head` reads. No chunk of its body may have the size -1, which means "all there
    is" to http.client, past every bound."""

    def begin(self) -> None:
        file = self.fp
        self.fp = cast("BufferedReader", Head(file))
        try:
            super().begin()
        finally:
            if self.fp is not None:  # closed where there was no head
                self.fp = file

    def _safe_read(self, amt: int) -> bytes:
        if amt < 0:
            raise HTTPException("a chunk of negative size")
        # typeshed leaves it out; urllib3 calls it
        return super()._safe_read(amt)  # type: ignore[misc,no-any-return]


class GuardedConnection(HTTPConnection):
    """A plain connection that opens its socket with `dial`."""

    response_class = _Response

    def __init__(self, *args: Any, dial: Dial, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._dial = dial
        self._responses = 0

    def _new_conn(self) -> socket.socket:
        return self._dial(self._dns_host, self.port, float(self.timeout or 0))

    def connect(self) -> None:
        self._responses = 0
        super().connect()

    # urllib3's own signature departs from http.client's
    def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]
        # Ours, or the TLS socket made of ours; http.client may let go of it before this returns.
        sock = cast("TotalTimeoutSocket", self.sock)
        sock.await_head(True)
        try:
            response = super().getresponse()
        except (RemoteDisconnected, ConnectionResetError, BrokenPipeError) as error:
            if self._responses:
                raise StaleConnection from error
            raise
        finally:
            sock.await_head(False)
        self._responses += 1
        return response


class GuardedTLSConnection(GuardedConnection, HTTPSConnection):
    """The same over TLS."""


class _KeptConnections(queue.LifoQueue[HTTPConnection | None]):
    """The idle connections of a pool that never waits for one, the last used first. urllib3 fills a pool with
    as many None as it may keep connections, which costs more than all else of a pool for one request."""

    def put(
        self, item: HTTPConnection | None, block: bool = True, timeout: float | None = None
    ) -> None:  # the base class's own signature
        if item is not None:
            super().put(item, block, timeout)


class GuardedPool(HTTPConnectionPool):
    """Pooled plain connections to one name and port."""

    ConnectionCls = GuardedConnection
    QueueCls: Any = _KeptConnections


class GuardedTLSPool(HTTPSConnectionPool):
    """Pooled TLS connections to one name and port."""

    ConnectionCls = GuardedTLSConnection
    QueueCls: Any = _KeptConnections
