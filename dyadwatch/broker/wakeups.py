"""Wake-ups: whoever waits for something new is woken by whoever stored it, in whatever process."""

import time
from typing import Any

from dyadwatch.broker.client import Broker, Client

_AWAY_SECONDS = 1.0  # after which to look, where no wake-up can come


class Wakeups:
    """Wake-ups of one subject. They may be lost: whoever waits looks from time to time anyway. `send` is safe
    for threads, `wait` is for one."""

    def __init__(self, broker: Broker, subject: str) -> None:
        self._broker, self._subject = broker, subject
        self._subscription: Any = None

    def send(self) -> None:
        """Wakes all who wait. Never raises."""
        self._broker.execute(lambda client: client.publish(self._broker.key(self._subject), b"1"))

    def wait(self, seconds: float) -> bool | None:
        """Whether somebody sent a wake-up within so many seconds; None, after a second at most, where the
        broker is away."""
        woken = self._broker.execute(lambda client: self._wait(client, seconds))
        if woken is None:
            self._subscription = None
            time.sleep(min(seconds, _AWAY_SECONDS))
        return woken

    def _wait(self, client: Client, seconds: float) -> bool:
        if self._subscription is None:
            subscription = client.pubsub(ignore_subscribe_messages=True)
            subscription.subscribe(self._broker.key(self._subject))
            self._subscription = subscription
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:  # the answer to the subscription is a message too
            if self._subscription.get_message(timeout=left) is not None:
                return True
        return False
