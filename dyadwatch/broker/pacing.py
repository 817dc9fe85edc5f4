"""How often and by how many a host is asked at once, counted across all processes where there is a broker.

What is counted may be lost at any moment: an emptied or absent broker forgets who is under way, no more. Without one
the counts are this process's own.
"""

import secrets
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field

import redis
import structlog

_log = structlog.get_logger(__name__)

_LEASE = 60.0  # seconds after which a request that never ended counts no more
_AWAY = 5.0  # seconds for which a broker that failed is not asked again


@dataclass(frozen=True, slots=True)
class Admission:
    """The answer to `enter`. With a `token` the request may start in `wait` seconds, else it may ask again then."""

    token: str | None
    wait: float


# KEYS: requests under way, then the next free start of each spacing. ARGV: most at once, patience ms, lease ms, token,
# then each spacing in ms. Answers 1 and the wait in ms, or 0 and when to ask again.
_ENTER = """
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then return {0, 50} end
local start = now
for i = 2, #KEYS do
    local free = tonumber(redis.call('GET', KEYS[i]) or '0')
    if free > start then start = free end
end
if start - now > tonumber(ARGV[2]) then return {0, start - now} end
redis.call('ZADD', KEYS[1], start + ARGV[3], ARGV[4])
redis.call('PEXPIRE', KEYS[1], start - now + 2 * ARGV[3])
for i = 2, #KEYS do
    local free = start + tonumber(ARGV[3 + i])
    redis.call('SET', KEYS[i], free, 'PX', free - now + 1)
end
return {1, start - now}
"""


class Pacing:
    """Counts the requests to each host. Opens nothing before the first call; safe for threads."""

    def __init__(self, url: str | None) -> None:
        self._client = (
            redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1) if url is not None else None
        )
        self._enter = self._client.register_script(_ENTER) if self._client is not None else None
        self._own = _Own()
        self._away_until = 0.0

    def enter(self, host: str, *, most: int, spacing: float, delay: float, patience: float) -> Admission:
        """Asks to start a request to `host`, of which at most `most` may be under way, their starts `spacing` seconds
        apart, and `delay` seconds from the last one that gave a delay too. A start within `patience` seconds is kept
        for the caller, who must `leave` when done."""
        token = secrets.token_hex(8)
        if self._enter is not None and time.monotonic() >= self._away_until:
            keys = [f"pace:{host}", f"pace:{host}:any"]
            spacings = [int(spacing * 1000)]
            if delay > 0:
                keys.append(f"pace:{host}:delayed")
                spacings.append(int(delay * 1000))
            given: list[int | str] = [most, int(patience * 1000), int(_LEASE * 1000), token, *spacings]
            try:
                granted, wait = self._enter(keys=keys, args=given)
            except redis.RedisError as error:
                self._lost(error)
            else:
                return Admission(token if granted else None, wait / 1000)
        return self._own.enter(host, token, most=most, spacing=spacing, delay=delay, patience=patience)

    def leave(self, host: str, token: str) -> None:
        """Ends a request that `enter` admitted."""
        if self._own.leave(host, token) or self._client is None:
            return
        try:
            self._client.zrem(f"pace:{host}", token)
        except redis.RedisError as error:
            self._lost(error)

    def close(self) -> None:
        if self._client is not None:
            self._client.close()

    def _lost(self, error: redis.RedisError) -> None:
        if time.monotonic() >= self._away_until:
            _log.warning("hosts are paced by this process alone", error=str(error))
        self._away_until = time.monotonic() + _AWAY


@dataclass(slots=True)
class _Host:
    under_way: set[str] = field(default_factory=set)
    next_start: float = 0.0
    next_delayed: float = 0.0


class _Own:
    """The same counts within one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)

    def enter(
        self, name: str, token: str, *, most: int, spacing: float, delay: float, patience: float
    ) -> Admission:
        now = time.monotonic()
        with self._lock:
            host = self._hosts[name]
            if len(host.under_way) >= most:
                return Admission(None, 0.05)
            start = max(now, host.next_start, host.next_delayed if delay > 0 else 0.0)
            if start - now > patience:
                return Admission(None, start - now)
            host.under_way.add(token)
            host.next_start = start + spacing
            if delay > 0:
                host.next_delayed = start + delay
            return Admission(token, start - now)

    def leave(self, name: str, token: str) -> bool:
        """False where the request was not counted here."""
        with self._lock:
            host = self._hosts.get(name)
            if host is None or token not in host.under_way:
                return False
            host.under_way.discard(token)
            if not host.under_way and time.monotonic() > max(host.next_start, host.next_delayed):
                del self._hosts[name]
            return True
