"""How many requests a host is sent at once and how often, counted across all processes that share a broker.

Emptying the broker loses the counts and spacings of the moment; pacing then starts afresh. Without a broker
each process counts for itself.
"""

import secrets
import threading
from collections import defaultdict, deque
from dataclasses import dataclass, field
from time import monotonic

from dyadwatch.broker.client import Broker, Client
from dyadwatch.politeness import HostLimits

_LEASE = 60.0  # seconds after which a request that was never released counts no more
_MAX_UNRELEASED = 1_000  # remembered by one process
_POLL = 0.05  # seconds after which a place at a host with too many requests is requested again


@dataclass(frozen=True, slots=True)
class Admission:
    """What `acquire` answers. With a `token` the request may
    start in `wait` seconds; without, ask again after them."""

    token: str | None
    wait: float


# KEYS: requests under way, then the next free start of each spacing. ARGV: most
# at once, longest wait in ms, lease in ms, token, ms to wait for a place, then
# each spacing in ms. Returns 1 and the wait in ms, or 0 and when to ask again.
_ACQUIRE = """
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then return {0, tonumber(ARGV[5])} end
local start = now
for i = 2, #KEYS do
    local free = tonumber(redis.call('GET', KEYS[i]) or '0')
    if free > start then start = free end
end
if start - now > tonumber(ARGV[2]) then return {0, start - now} end
redis.call('ZADD', KEYS[1], start + ARGV[3], ARGV[4])
redis.call('PEXPIRE', KEYS[1], start - now + 2 * ARGV[3])
for i = 2, #KEYS do
    local free = start + tonumber(ARGV[4 + i])
    redis.call('SET', KEYS[i], free, 'PX', free - now + 1)
end
return {1, start - now}
"""


class Pacing:
    """Counts the requests to each host, by any name that stands for it. Safe for threads."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._local = _LocalPacing()
        # A broker that went on after it hung may have counted what nobody waited for any more.
        self._unreleased: deque[tuple[str, str]] = deque(maxlen=_MAX_UNRELEASED)

    def acquire(self, host: str, limits: HostLimits, *, max_wait: float) -> Admission:
        """Asks to start a request to `host` within its limits. A start within `max_wait` seconds is reserved
        for the caller, who must `release` it when the response has been read."""
        if self._unreleased:
            self._release(*self._unreleased.popleft())
        token = secrets.token_hex(8)
        admission = self._broker.execute(
            lambda client: _acquire(client, self._key(host), token, limits, max_wait)
        )
        if admission is None and self._broker.is_shared:
            self._unreleased.append((host, token))
        return admission or self._local.acquire(host, token, limits, max_wait)

    def release(self, host: str, token: str) -> None:
        """Ends a request that `acquire` admitted."""
        if not self._local.release(host, token):
            self._release(host, token)

    def _release(self, host: str, token: str) -> None:
        removed = self._broker.execute(lambda client: client.zrem(self._key(host), token))
        if removed is None and self._broker.is_shared:
            self._unreleased.append((host, token))

    def _key(self, host: str) -> str:
        """Braces: a cluster keeps all keys of a host together, as the script needs them."""
        return self._broker.key(f"pace:{{{host}}}")


def _acquire(client: Client, key: str, token: str, limits: HostLimits, max_wait: float) -> Admission:
    keys = [key, f"{key}:any"]
    spacings = [limits.spacing]
    if limits.delay > 0:
        keys.append(f"{key}:delayed")
        spacings.append(limits.delay)
    admitted, wait = client.register_script(_ACQUIRE)(
        keys=keys,
        args=[limits.at_once, _ms(max_wait), _ms(_LEASE), token, _ms(_POLL), *map(_ms, spacings)],
    )
    return Admission(token if admitted else None, wait / 1000)


def _ms(seconds: float) -> int:
    return int(seconds * 1000)


@dataclass(slots=True)
class _Host:
    under_way: set[str] = field(default_factory=set)
    next_start: float = 0.0
    next_delayed: float = 0.0


class _LocalPacing:
    """The same counts within one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)

    def acquire(self, name: str, token: str, limits: HostLimits, max_wait: float) -> Admission:
        now = monotonic()
        with self._lock:
            host = self._hosts[name]
            if len(host.under_way) >= limits.at_once:
                return Admission(None, _POLL)
            start = max(now, host.next_start, host.next_delayed if limits.delay > 0 else 0.0)
            if start - now > max_wait:
                return Admission(None, start - now)
            host.under_way.add(token)
            host.next_start = start + limits.spacing
            if limits.delay > 0:
                host.next_delayed = start + limits.delay
            return Admission(token, start - now)

    def release(self, name: str, token: str) -> bool:
        """False where the request was not counted here."""
        with self._lock:
            host = self._hosts.get(name)
            if host is None or token not in host.under_way:
                return False
            host.under_way.discard(token)
            if not host.under_way and monotonic() > max(host.next_start, host.next_delayed):
                del self._hosts[name]
            return True
