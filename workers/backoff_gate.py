"""Waiting for a server that is away, with growing delays and one line each time."""

import threading
import time
from random import Random

import structlog

from dyadwatch import backoff

_log = structlog.get_logger(__name__)

_FIRST, _MOST = 1.0, 30.0  # seconds


class Patience:
    """Knows until when it is pointless to try. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures = 0
        self._until = 0.0
        self._random = Random()  # noqa: S311  # jitter, no secret

    def waiting(self) -> bool:
        """True while the delay after the last failure lasts."""
        return time.monotonic() < self._until

    def failed(self, code: str, detail: str) -> None:
        """A try failed: the delay grows, and is told."""
        with self._lock:
            if self.waiting():
                return
            self._failures += 1
            delay = backoff.delay(self._failures, first=_FIRST, most=_MOST, random=self._random.random)
            self._until = time.monotonic() + delay
        _log.warning("waiting", code=code, detail=detail, retry_in=round(delay, 1))

    def succeeded(self) -> None:
        """A try went well: no delay any more."""
        if self._failures:
            with self._lock:
                self._failures, self._until = 0, 0.0
            _log.info("back again")
