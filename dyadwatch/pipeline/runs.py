"""What the runs of a process know of each other, so that rows that hang keep no thread from others."""

import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager

from dyadwatch.store import claims

SLOW = 10.0  # seconds: who holds a thread for longer may hold half of them
_REMEMBER = 3600.0  # seconds for which a host is slow or quick, unless it is seen to be otherwise
_MAX_HOSTS = 4_000


class Runs:
    """Which runs claim rows, by the name of what they work on, and which hosts are slow or quick. Safe for
    threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._claiming: Counter[str] = Counter()
        self._slow_until: dict[str, float] = {}
        self._quick_until: dict[str, float] = {}
        self._new_rows: Future[None] = Future()

    @property
    def new_rows(self) -> Future[None]:
        """Ends when there may be new rows: who waits for rows under way waits for this too."""
        return self._new_rows

    def announce(self) -> None:
        """Lets the runs that wait look for new rows: those for which no run of their own begins."""
        with self._lock:
            before, self._new_rows = self._new_rows, Future()
        before.set_result(None)

    @contextmanager
    def shift(self, name: str, seconds: float) -> Iterator["Shift"]:
        """The time in which a run of `name` claims."""
        with self._lock:
            self._claiming[name] += 1
        shift = Shift(self, name, time.monotonic() + seconds)
        try:
            yield shift
        finally:
            if not shift.is_over:
                self.hand_over(name, even_to_nobody=True)

    def hand_over(self, name: str, *, even_to_nobody: bool) -> bool:
        """Ends the claiming of a run if another one goes on with it, or in any case."""
        with self._lock:
            if even_to_nobody or self._claiming[name] > 1:
                self._claiming[name] -= 1
                return True
            return False

    def record(self, host: str, seconds: float, *, succeeded: bool) -> None:
        """Notes how long a host held a thread."""
        is_slow = seconds >= SLOW
        if not is_slow and not succeeded:
            return
        with self._lock:
            self._slow_until.pop(host, None)
            self._quick_until.pop(host, None)
            hosts = self._slow_until if is_slow else self._quick_until
            hosts[host] = time.monotonic() + _REMEMBER
            if len(hosts) > _MAX_HOSTS:
                del hosts[next(iter(hosts))]

    def slow_hosts(self) -> frozenset[str]:
        """The hosts that were slow when they were asked last, within the hour."""
        return self._current(self._slow_until)

    def count_unproven(self, hosts: Iterable[str]) -> int:
        """How many of the hosts are not known to be quick."""
        with self._lock:
            now = time.monotonic()
            return sum(self._quick_until.get(host, 0.0) <= now for host in hosts)

    def quick_hosts(self) -> frozenset[str]:
        """The hosts that were quick when they were asked last, within the hour."""
        return self._current(self._quick_until)

    def _current(self, hosts: Mapping[str, float]) -> frozenset[str]:
        with self._lock:
            now = time.monotonic()
            return frozenset(host for host, until in hosts.items() if until > now)


class Shift:
    """Lasts as long as its run may claim: until its time is over and then, while rows are under way, until
    another run claims. So rows that hang never keep all runs of a process from claiming. Where there is no
    other run it lasts for a lease more, in which they end."""

    def __init__(self, runs: Runs, name: str, until: float) -> None:
        self._runs, self._name, self._until = runs, name, until
        self.is_over = False

    def lasts(self, *, under_way: bool) -> bool:
        late = time.monotonic() - self._until
        if late >= 0 and not self.is_over:
            must_end = not under_way or late >= claims.LEASE
            self.is_over = self._runs.hand_over(self._name, even_to_nobody=must_end)
        return not self.is_over
