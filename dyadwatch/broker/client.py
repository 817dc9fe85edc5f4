"""Redis or Valkey, as far as the house itself speaks to it: what may be lost at any moment."""

from urllib.parse import urlsplit

import redis

from dyadwatch.errors import BrokerUnavailable


class Broker:
    """A connection to the broker. Nothing is opened before the first call; safe for threads."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = redis.Redis.from_url(url, socket_timeout=3, socket_connect_timeout=3)

    @property
    def address(self) -> str:
        """Where the broker is, without user or password, for messages."""
        parts = urlsplit(self.url)
        return f"{parts.hostname}:{parts.port or 6379}" if parts.hostname else parts.path

    def ping(self) -> None:
        """One round trip; raises BrokerUnavailable."""
        try:
            self._client.ping()
        except redis.RedisError as error:
            raise BrokerUnavailable(
                f"Redis or Valkey at {self.address} cannot be reached: {error}"
            ) from error

    def close(self) -> None:
        self._client.close()
