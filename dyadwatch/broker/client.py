"""The connection to Redis or Valkey, and what holds while there is none."""

from collections.abc import Callable
from time import monotonic
from typing import TypeVar
from urllib.parse import urlsplit

import redis
import structlog

from dyadwatch.errors import BrokerUnavailable

_log = structlog.get_logger(__name__)

_TIMEOUT = 1.0  # seconds to connect, and for each reply
_RETRY_AFTER = 5.0  # seconds for which a broker that failed is not asked again

T = TypeVar("T")


class Broker:
    """Connections to the server at `url`; None: there is none.
    Opens nothing before the first call; safe for threads."""

    def __init__(self, url: str | None) -> None:
        self._url = url
        self._client = (
            redis.Redis.from_url(url, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT)
            if url is not None
            else None
        )
        self._unavailable_until = 0.0

    def execute(self, command: Callable[[redis.Redis], T]) -> T | None:
        """What `command` returns; None where there is no broker,
        it fails, or it failed a moment ago. Never raises."""
        if self._client is None or monotonic() < self._unavailable_until:
            return None
        try:
            return command(self._client)
        except redis.RedisError as error:
            self._unavailable_until = monotonic() + _RETRY_AFTER
            _log.warning("broker unavailable", address=self._address, error=str(error))
            return None

    def ping(self) -> None:
        """One round trip; raises BrokerUnavailable."""
        if self._client is None:
            raise BrokerUnavailable(
                "DYADWATCH_REDIS_URL is not set: give it, or let `dyadwatch up` start the servers itself"
            )
        try:
            self._client.ping()
        except redis.RedisError as error:
            raise BrokerUnavailable(
                f"Redis or Valkey at {self._address} cannot be reached: {error}"
            ) from error

    def close(self) -> None:
        if self._client is not None:
            self._client.close()

    @property
    def _address(self) -> str:
        """Without user and password."""
        parts = urlsplit(self._url or "")
        return f"{parts.hostname}:{parts.port or 6379}" if parts.hostname else parts.path
