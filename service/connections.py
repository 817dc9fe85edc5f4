"""The connections of the web server: how many there may be, how long each may take, and how much it may hold.

uvicorn speaks HTTP; it has no deadline for the headers of a request nor for a client that does not read its
response, and no bound of connections by address.
"""

import asyncio
import os
import socket
import struct
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from service.addresses import network
from service.refusals import encode, refuse

_REFUSED_SECONDS = 2.0  # how long a connection too many may take to send what is answered
_MAX_REFUSED = 64  # of these at a time, above the limit; others are closed without an answer

_NO_LINGER = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """`total` and `per_address` (0: no limit) count connections; `trusted` proxies may have any number.
    `header_seconds` is how long the headers of a request may take, and a connection may be idle;
    `write_seconds` how long a client may take to read a response; `unsent_bytes` bounds what all have not
    read."""

    total: int = 900
    per_address: int = 300
    trusted: Sequence[IPv4Network | IPv6Network] = ()
    header_seconds: float = 10.0
    header_bytes: int = 64 * 2**10
    headers: int = 100
    write_seconds: float = 30.0
    unsent_bytes: int = 64 * 2**20


class Connections:
    """All that are open. Used by the event loop's thread alone."""

    def __init__(self, limits: ConnectionLimits) -> None:
        self.limits = limits
        self._total = 0
        self._of_address: Counter[str] = Counter()
        self._unread: dict[asyncio.Transport, float] = {}  # until when each must be read, in order

    def protocol(self, **arguments: Any) -> "BoundedProtocol":
        """What uvicorn calls for each new connection."""
        return BoundedProtocol(self, **arguments)

    def open(self, address: str | None) -> bytes | None:
        """Counts a connection; returns what it is answered where it is one too many, nothing to close it."""
        self._total += 1
        limits, own = self.limits, self._counted(address)
        if own is not None:
            self._of_address[own] += 1
        if self._total > limits.total + _MAX_REFUSED:
            return b""
        if self._total > limits.total:
            return _refusal(503, "overloaded", "Too many connections are open: try again.")
        if own is not None and 0 < limits.per_address < self._of_address[own]:
            if self._of_address[own] > limits.per_address + _MAX_REFUSED:
                return b""
            detail = f"An address may have {limits.per_address} connections."
            return _refusal(429, "too_many_connections", detail)
        return None

    def close(self, address: str | None, transport: asyncio.Transport) -> None:
        self._total -= 1
        self._unread.pop(transport, None)
        own = self._counted(address)
        if own is not None:
            self._of_address[own] -= 1
            if not self._of_address[own]:
                del self._of_address[own]

    def wait_for_reader(self, transport: asyncio.Transport) -> None:
        """Ends a connection whose client does not read its response, the oldest first where all together
        hold too much."""
        loop, seconds = asyncio.get_running_loop(), self.limits.write_seconds
        self._unread = {other: end for other, end in self._unread.items() if other.get_write_buffer_size()}
        end = loop.time() + seconds
        self._unread.setdefault(transport, end)
        loop.call_later(seconds, self._end_unread, end)
        held = sum(other.get_write_buffer_size() for other in self._unread)
        for other in list(self._unread):
            if held <= self.limits.unsent_bytes:
                break
            held -= other.get_write_buffer_size()
            _reset(other)

    def forget_reader(self, transport: asyncio.Transport) -> None:
        """Its client reads again: what it is sent next has time of its own."""
        self._unread.pop(transport, None)

    def _end_unread(self, until: float) -> None:
        """Ends what was to be read by `until`, which a loop's clock may not have quite reached yet."""
        for transport, end in list(self._unread.items()):
            if end <= until and transport.get_write_buffer_size():
                _reset(transport)

    def _counted(self, address: str | None) -> str | None:
        """What an address is counted as, None where it may have any number."""
        if address is None or any(ip_address(address) in proxies for proxies in self.limits.trusted):
            return None
        return network(address)


class BoundedProtocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, connections: Connections, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._open = connections
        self._refusal: bytes | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._header_bytes: int | None = 0  # received of them, None once they are complete
        self._trailer_bytes: int | None = None  # received since the last part of a body, None outside of one

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._refusal = self._open.open(self.client and self.client[0])
        if self._refusal == b"":
            transport.abort()
        else:
            self._expect_headers(_REFUSED_SECONDS if self._refusal else None)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        self._open.close(self.client and self.client[0], self.transport)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refusal is not None:
            self._answer(self._refusal)
            return
        if self._header_bytes is not None:
            self._header_bytes += len(data)
        if self._trailer_bytes is not None:
            self._trailer_bytes += len(data)
        super().data_received(data)
        if max(self._header_bytes or 0, self._trailer_bytes or 0) > self._open.limits.header_bytes:
            self._answer(self._too_large())

    def on_header(self, name: bytes, value: bytes) -> None:
        """Leaves out the trailers of a chunked body: a proxy that checks headers need not have seen them."""
        if self._trailer_bytes is None:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._refusal = self._check_headers()
        if self._refusal is not None:
            raise ValueError("the headers are refused")  # uvicorn asks send_400_response what to answer
        self._trailer_bytes = self._header_bytes or 0  # some may have come with the headers
        self._header_bytes = None
        self._stop_timer()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._trailer_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._trailer_bytes = None
        super().on_message_complete()

    def pause_writing(self) -> None:
        """What is sent is not read as fast."""
        super().pause_writing()
        self._open.wait_for_reader(self.transport)

    def resume_writing(self) -> None:
        """A response has its time as a whole, a stream for each part."""
        super().resume_writing()
        if self._is_streaming():
            self._open.forget_reader(self.transport)

    def shutdown(self) -> None:
        """Ends a stream, which would never end by itself."""
        super().shutdown()
        if self._is_streaming():
            self.transport.close()

    def _is_streaming(self) -> bool:
        cycle = getattr(self, "cycle", None)  # None before the first request
        return cycle is not None and cycle.response_started and not cycle.response_complete

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.get_write_buffer_size():
            self._open.wait_for_reader(self.transport)
        if not self.transport.is_closing() and self.cycle.response_complete:
            self._expect_headers()

    def send_400_response(self, msg: str) -> None:
        """A problem document for what is no HTTP, in place of a text."""
        self._answer(self._refusal or _refusal(400, "request_malformed", msg))

    def _expect_headers(self, seconds: float | None = None) -> None:
        self._stop_timer()
        self._header_bytes = 0
        self._timer = self.loop.call_later(seconds or self._open.limits.header_seconds, self._end_idle)

    def _end_idle(self) -> None:
        if self._header_bytes:
            detail = f"The headers did not arrive within {self._open.limits.header_seconds:g} s."
            self._answer(_refusal(408, "headers_timeout", detail))
        else:
            self.transport.close()

    def _answer(self, response: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(response)
            self.transport.close()
            if self.transport.get_write_buffer_size():
                self._open.wait_for_reader(self.transport)

    def _check_headers(self) -> bytes | None:
        """What is answered to headers that are not served, None where they are."""
        limits = self._open.limits
        size = sum(len(name) + len(value) for name, value in self.headers) + len(self.url)
        if len(self.headers) > limits.headers or size > limits.header_bytes:
            return self._too_large()
        hosts = sum(name == b"host" for name, _ in self.headers)
        if hosts > 1 or (not hosts and self.parser.get_http_version() == "1.1"):  # RFC 9112, section 3.2
            return _refusal(400, "request_malformed", "A request has one Host.")
        codings = [value.lower() for name, value in self.headers if name == b"transfer-encoding"]
        if codings not in ([], [b"chunked"]):
            return _refusal(501, "transfer_coding_unsupported", "Of transfer codings, only chunked is read.")
        return None

    def _too_large(self) -> bytes:
        limits = self._open.limits
        detail = f"A request may have {limits.headers} headers, and {limits.header_bytes} bytes of them."
        return _refusal(431, "headers_too_large", detail)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _reset(transport: asyncio.Transport) -> None:
    """Ends a connection with all that was not read; else the system would keep some megabytes of it."""
    with socket.socket(fileno=os.dup(transport.get_extra_info("socket").fileno())) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()


def _refusal(status: int, code: str, detail: str) -> bytes:
    return encode(refuse(status, code, detail))
