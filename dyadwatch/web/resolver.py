"""Looking up names without being held up by them.

`getaddrinfo` cannot be interrupted, so it runs in a thread of its own that
is left behind when time is up. Their number is bounded: when every one is
stuck, further look-ups wait for a free one until their own time is up.
"""

import socket
import threading
from time import monotonic

from dyadwatch.errors import WebError
from dyadwatch.web.addresses import Address, parse_address

MAX_LOOKUPS = 64
_slots = threading.BoundedSemaphore(MAX_LOOKUPS)


def resolve(name: str, timeout: float) -> tuple[Address, ...]:
    """The addresses of `name` in the system's order of preference, without repeats; a literal is its own.

    Raises WebError: dns_failed where there are none, deadline_exceeded when `timeout` seconds have passed.
    """
    literal = parse_address(name)
    if literal is not None:
        return (literal,)
    until = monotonic() + timeout
    if not _slots.acquire(timeout=max(timeout, 0)):
        raise _deadline_exceeded(name)
    lookup = _Lookup(name, _slots)
    try:
        lookup.start()
    except RuntimeError as error:  # no more threads
        _slots.release()
        raise WebError(f"the name {name} could not be looked up", code="dns_failed") from error
    lookup.join(max(until - monotonic(), 0))
    if lookup.is_alive():
        raise _deadline_exceeded(name)
    if not lookup.addresses:
        raise WebError(f"the name {name} has no address", code="dns_failed") from lookup.failure
    return lookup.addresses


class _Lookup(threading.Thread):
    def __init__(self, name: str, slots: threading.BoundedSemaphore) -> None:
        super().__init__(name="lookup", daemon=True)
        self._host = name
        self._slots = slots
        self.addresses: tuple[Address, ...] = ()
        self.failure: OSError | UnicodeError | None = None

    def run(self) -> None:
        try:
            infos = socket.getaddrinfo(self._host, None, type=socket.SOCK_STREAM)
            parsed = (parse_address(str(info[4][0])) for info in infos)
            self.addresses = tuple(dict.fromkeys(address for address in parsed if address is not None))
        except (OSError, UnicodeError) as error:
            self.failure = error
        finally:
            self._slots.release()


def _deadline_exceeded(name: str) -> WebError:
    return WebError(f"looking up {name} took too long", code="deadline_exceeded")
