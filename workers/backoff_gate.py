"""BackoffGate: waits for a server that is away, with growing delays and one log line each time."""

import threading
import time
from random import Random

import structlog

from dyadwatch import backoff

_log = structlog.get_logger(__name__)

_FIRST, _MAX = 1.0, 30.0  # seconds


class BackoffGate:
    """Open while a server answers, closed for a while after each failure. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures = 0
        self._closed_until = 0.0
        self._random = Random()  # noqa: S311  # jitter, no secret

    def is_closed(self) -> bool:
        """Whether the delay after the last failure is still running."""
        return time.monotonic() < self._closed_until

    def record_failure(self, code: str, detail: str) -> None:
        """Closes the gate for longer than the last time, and logs it; failures beside one another count
        once."""
        with self._lock:
            if self.is_closed():
                return
            self._failures += 1
            delay = backoff.delay(self._failures, first=_FIRST, maximum=_MAX, random=self._random.random)
            self._closed_until = time.monotonic() + delay
        _log.warning("waiting", code=code, detail=detail, retry_in=round(delay, 1))

    def record_success(self) -> None:
        """Opens the gate."""
        if self._failures:
            with self._lock:
                self._failures, self._closed_until = 0, 0.0
            _log.info("back again")
