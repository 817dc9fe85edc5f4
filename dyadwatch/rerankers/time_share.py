"""How long may be waited: so many seconds at once, and a share of all time."""

import threading
from collections.abc import Callable


class TimeShare:
    """Seconds to wait, of which `burst` are there at first, and `share` are added each second until as many
    are there again. Safe for threads."""

    def __init__(self, burst: float, share: float, clock: Callable[[], float]) -> None:
        self._burst, self._share, self._clock = burst, share, clock
        self._left, self._counted_at = burst, clock()
        self._lock = threading.Lock()

    def take(self, seconds: float) -> float:
        """Takes so many seconds, or what is left of them."""
        with self._lock:
            now = self._clock()
            self._left = min(self._burst, self._left + (now - self._counted_at) * self._share)
            self._counted_at = now
            taken = max(0.0, min(seconds, self._left))
            self._left -= taken
            return taken

    def put_back(self, seconds: float) -> None:
        """Seconds that were taken and not waited; less than none where it took longer."""
        with self._lock:
            self._left += seconds
