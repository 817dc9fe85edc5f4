"""How often something may happen under a name, counted across all processes that share a broker.

The counting is GCRA: one moment per name says when all that was spent will have been restored. An emptied
broker forgives what was spent. Without one each process counts for itself. Times are in microseconds.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil
from time import monotonic

from dyadwatch.broker.client import Broker, Client

_MAX_NAMES = 10_000  # remembered by one process
_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Quota:
    """`limit` units in any `window` seconds, all at once if need be. A process takes `batch` units from the
    broker at a time, which saves it most round trips; what it took and did not need is lost to the others."""

    limit: int
    window: int = 60
    batch: int = 1

    def price(self, units: int) -> int:
        """How long it takes until so many units are restored."""
        return max(1, round(units * self.window * _SECOND / self.limit))


@dataclass(frozen=True, slots=True)
class Allowance:
    """Whether it may happen now, how many units are left, in how many seconds all of them will be again, and
    in how many what was refused may be tried again."""

    allowed: bool
    remaining: int
    reset: int
    retry_after: int


@dataclass(frozen=True, slots=True)
class _Reserve:
    """What a process took and has not spent. Once all is `restored`, it is worth nothing."""

    left: int
    restored: float
    is_shared: bool  # with the other processes, by the broker


# KEYS: the name's. ARGV: the window, and the least and the most that is to be spent, 0 to spend nothing.
# Returns how long it takes until all is restored, and what was spent.
_SPEND = """
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local owed = math.max(tonumber(redis.call('GET', KEYS[1]) or '0') - now, 0)
local spent = math.min(tonumber(ARGV[3]), tonumber(ARGV[1]) - owed)
if spent < tonumber(ARGV[2]) or spent <= 0 then return {owed, 0} end
redis.call('SET', KEYS[1], string.format('%.0f', now + owed + spent), 'PX', math.ceil((owed + spent) / 1000))
return {owed + spent, spent}
"""


class Throttle:
    """Counts under names. Safe for threads."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._local = _LocalCounts()
        self._reserves: dict[str, _Reserve] = {}
        self._lock = threading.Lock()
        self._unshared_count = 0

    @property
    def unshared_count(self) -> int:
        """How often this process has counted alone, because the broker that it shares was away."""
        return self._unshared_count

    def spend(self, name: str, quota: Quota, cost: int = 1) -> Allowance:
        """Spends `cost` units where as many are left, at most the whole quota."""
        price = quota.price(min(cost, quota.limit))
        owed = self._spend_reserve(name, price)
        if owed is not None:
            return _allowance(quota, owed, price, allowed=True)
        owed, spent, is_shared = self._ask(name, quota, price, max(price, quota.price(quota.batch)))
        if not is_shared:
            self._count_unshared()
        if spent > price:
            self._keep_reserve(name, _Reserve(spent - price, monotonic() * _SECOND + owed, is_shared))
        return _allowance(quota, owed - max(0, spent - price), price, allowed=spent > 0)

    def peek(self, name: str, quota: Quota) -> Allowance:
        """Whether one unit could be spent. Spends nothing."""
        price = quota.price(1)
        owed, _, _ = self._ask(name, quota, 0, 0)
        return _allowance(quota, owed, price, allowed=owed + price <= quota.window * _SECOND)

    def _ask(self, name: str, quota: Quota, least: int, most: int) -> tuple[int, int, bool]:
        """What is owed, what was spent, and whether all processes know."""
        window = quota.window * _SECOND
        answer = self._broker.execute(_command(self._broker.key(f"quota:{name}"), window, least, most))
        if answer is None:
            return *self._local.spend(name, window, least, most), False
        return *answer, True

    def _count_unshared(self) -> None:
        if self._broker.is_shared:
            with self._lock:
                self._unshared_count += 1

    def _spend_reserve(self, name: str, price: int) -> int | None:
        """What is owed after the price was taken from the reserve, None where it does not suffice."""
        now = monotonic() * _SECOND
        with self._lock:
            reserve = self._reserves.get(name)
            if reserve is None or reserve.left < price or reserve.restored <= now:
                return None
            self._reserves[name] = _Reserve(reserve.left - price, reserve.restored, reserve.is_shared)
            self._unshared_count += not reserve.is_shared and self._broker.is_shared
            return max(0, ceil(reserve.restored - now) - (reserve.left - price))

    def _keep_reserve(self, name: str, reserve: _Reserve) -> None:
        with self._lock:
            before = self._reserves.get(name)
            if before is not None and before.restored > monotonic() * _SECOND:  # another thread took some too
                reserve = replace(reserve, left=reserve.left + before.left)
            if len(self._reserves) >= _MAX_NAMES:
                self._reserves.clear()
            self._reserves[name] = reserve


def _allowance(quota: Quota, owed: int, price: int, *, allowed: bool) -> Allowance:
    window = quota.window * _SECOND
    return Allowance(
        allowed=allowed,
        remaining=max(0, (window - owed) * quota.limit // window),
        reset=ceil(owed / _SECOND),
        retry_after=0 if allowed else ceil((owed + price - window) / _SECOND),
    )


def _command(key: str, window: int, least: int, most: int) -> Callable[[Client], tuple[int, int]]:
    def command(client: Client) -> tuple[int, int]:
        script = client.register_script(_SPEND)
        owed, spent = script(keys=[key], args=[window, least, most])
        return int(owed), int(spent)

    return command


class _LocalCounts:
    """The same counts within one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._restored: dict[str, float] = {}

    def spend(self, name: str, window: int, least: int, most: int) -> tuple[int, int]:
        now = monotonic() * _SECOND
        with self._lock:
            owed = ceil(max(self._restored.get(name, 0.0) - now, 0))
            spent = min(most, window - owed)
            if spent < least or spent <= 0:
                return owed, 0
            self._restored[name] = now + owed + spent
            if len(self._restored) > _MAX_NAMES:
                self._forget(now)
        return owed + spent, spent

    def _forget(self, now: float) -> None:
        """Names that have spent nothing any more are forgotten, and where all have, the older half."""
        self._restored = {name: at for name, at in self._restored.items() if at > now}
        if len(self._restored) > _MAX_NAMES:
            names = list(self._restored)[_MAX_NAMES // 2 :]
            self._restored = {name: self._restored[name] for name in names}
