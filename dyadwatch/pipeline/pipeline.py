"""The steps, put together."""

import time
from collections.abc import Callable, Mapping

from dyadwatch.model.deliveries import DeliveryView
from dyadwatch.model.steps import Step
from dyadwatch.pipeline import deliver, fetch, poll, push, tag
from dyadwatch.pipeline.context import StepContext
from dyadwatch.store import snapshots

_STEPS: Mapping[Step, Callable[[StepContext, float], int]] = {
    Step.POLL: poll.run,
    Step.PUSH: push.run,
    Step.FETCH: fetch.run,
    Step.TAG: tag.run,
    Step.DELIVER: deliver.run,
}


class Pipeline:
    """The steps, which share nothing but rows."""

    def __init__(self, context: StepContext) -> None:
        self._context = context

    def run(self, step: Step, seconds: float) -> int:
        """Processes the rows that are due for a step, for about `seconds`. Returns how many there were."""
        return _STEPS[step](self._context, seconds)

    def run_until_idle(self, seconds: float = 3600.0) -> Mapping[Step, int]:
        """Runs every step in turn until nothing is due, or
        `seconds` have passed. Returns the rows worked by step."""
        until = time.monotonic() + seconds
        worked = dict.fromkeys(Step, 0)
        idle = False
        while not idle and time.monotonic() < until and not self._context.stopping.is_set():
            idle = True
            for step in Step:
                count = self.run(step, max(0.0, until - time.monotonic()))
                worked[step] += count
                idle = idle and count == 0
        return worked

    def send_test(self, subscription: int) -> DeliveryView:
        """Posts a test event to a subscription now. Raises NotFound."""
        return deliver.send_test(self._context, subscription)

    def stop(self) -> None:
        """Lets the steps under way finish what they have claimed, and claim no more."""
        self._context.stopping.set()

    def retag(self) -> int:
        """Makes every page's newest snapshot due for tagging again. Returns how many."""
        with self._context.store.begin() as db:
            return snapshots.retag(db)
