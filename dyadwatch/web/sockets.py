"""Sockets whose timeout bounds all that follows, where the standard library's bounds each call.

A server that sends one byte a second, or `100 Continue` forever, never lets a timeout per call expire. Here
`settimeout(5)` means: five seconds from now, whatever is done. It also counts what arrives while the head of
a response is awaited, since http.client reads interim answers without end.
"""

import socket
import ssl
from http.client import HTTPException
from time import monotonic
from typing import Any

MAX_HEAD = 256 * 1024  # bytes, interim answers included
SLACK = 0.02  # seconds that a total may be overrun, which spares quick responses a system call per read


class TotalTimeoutSocket(socket.socket):
    """A TCP socket. TimeoutError when the total is used up, HTTPException when a head exceeds MAX_HEAD."""

    _until: float | None = None
    _armed: float = 0.0
    _head_remaining: int | None = None

    def settimeout(self, value: float | None) -> None:
        self._until = None if value is None else monotonic() + value
        self._armed = value or 0.0
        super().settimeout(value)

    def await_head(self, awaiting: bool) -> None:
        """Starts or ends counting what arrives against MAX_HEAD."""
        self._head_remaining = MAX_HEAD if awaiting else None

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self._arm()
        count = super().recv_into(*args, **kwargs)
        if self._head_remaining is not None:
            self._head_remaining -= count
            if self._head_remaining < 0:
                raise HTTPException(f"the head of the answer exceeds {MAX_HEAD} bytes")
        return count

    def send(self, *args: Any, **kwargs: Any) -> int:
        self._arm()
        return super().send(*args, **kwargs)

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        self._arm()
        super().sendall(*args, **kwargs)

    def _arm(self) -> None:
        if self._until is not None:
            remaining = self._until - monotonic()
            if remaining <= 0:
                raise TimeoutError("the total timeout of the socket is used up")
            if self._armed - remaining > SLACK:
                self._armed = remaining
                super().settimeout(remaining)


class TotalTimeoutTLSSocket(TotalTimeoutSocket, ssl.SSLSocket):
    """The same over TLS; an SSLContext makes it when set as its `sslsocket_class`."""
