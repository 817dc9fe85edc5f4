"""How often something may happen under a name, counted across all processes that share a broker.

The counting is GCRA: one moment per name says when all that was spent will have been restored. An emptied
broker forgives what was spent. Without one each process counts for itself.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from time import monotonic

from dyadwatch.broker.client import Broker, Client

_MAX_NAMES = 10_000  # remembered by one process


@dataclass(frozen=True, slots=True)
class Quota:
    """`limit` units in any `window` seconds, all at once if need be."""

    limit: int
    window: int = 60


@dataclass(frozen=True, slots=True)
class Allowance:
    """Whether it may happen now, how many units are left, in how many seconds all of them will be again, and
    in how many what was refused may be tried again."""

    allowed: bool
    remaining: int
    reset: int
    retry_after: int


# KEYS: the name's. ARGV: the window and what is to be spent, both in ms, and whether to spend it.
# Returns the ms until all is restored, as it would be after spending.
_SPEND = """
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local restored = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now) + tonumber(ARGV[2])
if ARGV[3] == '1' and restored - now <= tonumber(ARGV[1]) then
    redis.call('SET', KEYS[1], restored, 'PX', math.ceil(restored - now))
end
return math.ceil(restored - now)
"""


class Throttle:
    """Counts under names. Safe for threads."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._local = _LocalThrottle()

    def spend(self, name: str, quota: Quota, cost: int = 1) -> Allowance:
        """Spends `cost` units where as many are left, at most the whole quota."""
        return self._answer(name, quota, min(cost, quota.limit), spend=True)

    def look(self, name: str, quota: Quota) -> Allowance:
        """Whether one unit could be spent. Spends nothing."""
        return self._answer(name, quota, 1, spend=False)

    def _answer(self, name: str, quota: Quota, cost: int, *, spend: bool) -> Allowance:
        window, price = quota.window * 1000, max(1, round(cost * quota.window * 1000 / quota.limit))
        command = _command(name, window, price, spend=spend)
        after = self._broker.execute(command)
        if after is None:
            after = self._local.spend(name, window, price, spend=spend)
        allowed = after <= window
        spent = after if allowed and spend else after - price
        return Allowance(
            allowed=allowed,
            remaining=max(0, (window - spent) * quota.limit // window),
            reset=ceil(spent / 1000),
            retry_after=0 if allowed else ceil((after - window) / 1000),
        )


def _command(name: str, window: int, price: int, *, spend: bool) -> Callable[[Client], int]:
    def command(client: Client) -> int:
        script = client.register_script(_SPEND)
        return int(script(keys=[f"throttle:{name}"], args=[window, price, int(spend)]))

    return command


class _LocalThrottle:
    """The same counts within one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._restored: dict[str, float] = {}

    def spend(self, name: str, window: int, price: int, *, spend: bool) -> int:
        now = monotonic() * 1000
        with self._lock:
            restored = max(self._restored.get(name, 0.0), now) + price
            if spend and restored - now <= window:
                self._restored[name] = restored
                if len(self._restored) > _MAX_NAMES:
                    self._forget(now)
        return ceil(restored - now)

    def _forget(self, now: float) -> None:
        """Names that have spent nothing any more are forgotten, and where all have, the older half."""
        self._restored = {name: at for name, at in self._restored.items() if at > now}
        if len(self._restored) > _MAX_NAMES:
            names = list(self._restored)[_MAX_NAMES // 2 :]
            self._restored = {name: self._restored[name] for name in names}
