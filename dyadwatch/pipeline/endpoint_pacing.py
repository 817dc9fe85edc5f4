"""How much an endpoint is sent at once and how fast, counted over all processes.

Several deliveries to an endpoint may be under way, and no more: one that hangs holds a few threads of all the
workers together, not some of each. A subscription may say how many it takes in a second.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from dyadwatch.broker import Pacing
from dyadwatch.errors import HostBusy
from dyadwatch.model.deliveries import ClaimedDelivery
from dyadwatch.politeness import HostLimits

AT_ONCE = 4
_MAX_WAIT = 1.0  # seconds that a thread waits for its turn; for longer the delivery is put off
_PUT_OFF = 0.5  # seconds at least


class EndpointPacing:
    """The places at endpoints. Safe for threads."""

    def __init__(self, pacing: Pacing) -> None:
        self._pacing = pacing

    @contextmanager
    def place(self, delivery: ClaimedDelivery) -> Iterator[None]:
        """A place at the endpoint, while deliveries to it are sent one after another: several by one place
        where it takes any number in a second, else one. Raises HostBusy where it takes no more now."""
        # By the rate, so that another one counts from when it is set.
        name = f"endpoint:{delivery.subscription}:{delivery.max_per_second or 0:g}"
        spacing = 1 / delivery.max_per_second if delivery.max_per_second else 0.0
        admission = self._pacing.acquire(name, HostLimits(AT_ONCE, spacing), max_wait=_MAX_WAIT)
        if admission.token is None:
            raise HostBusy("The endpoint takes no more now", wait=max(admission.wait, _PUT_OFF))
        try:
            time.sleep(admission.wait)
            yield
        finally:
            self._pacing.release(name, admission.token)
