"""Values that may be lost, under names, for all processes that share a broker."""

import threading
from collections import OrderedDict

from dyadwatch.broker.client import Broker, Client

_MAX_NAMES = 10_000  # remembered by one process


class Cache:
    """Keeps each value for `seconds`; where no broker answers, each process keeps its latest. A value has at
    least one byte. Safe for threads."""

    def __init__(self, broker: Broker, prefix: str, seconds: int) -> None:
        self._broker, self._prefix, self._seconds = broker, prefix, seconds
        self._local: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, name: str) -> bytes | None:
        key = self._broker.key(f"{self._prefix}:{name}")

        def command(client: Client) -> bytes:
            value: bytes | None = client.get(key)
            return value or b""

        value = self._broker.execute(command)
        if value is None:
            with self._lock:
                return self._local.get(name)
        return value or None

    def put(self, name: str, value: bytes) -> None:
        key = self._broker.key(f"{self._prefix}:{name}")
        if self._broker.execute(lambda client: bool(client.set(key, value, ex=self._seconds))) is None:
            with self._lock:
                self._local[name] = value
                if len(self._local) > _MAX_NAMES:
                    self._local.popitem(last=False)
