"""Runs of the steps inside one worker process."""

import gc
import threading
import time
from collections.abc import Callable

from dyadwatch import bootstrap, tagging
from dyadwatch.bootstrap import Product
from dyadwatch.errors import StoreUnavailable
from dyadwatch.model.steps import Step
from dyadwatch.settings import Settings
from workers.backoff_gate import Patience

# Seconds that one task goes on while more is due. Tagging is short,
# because a process that tags cannot be told to stop before its task ends.
_BUDGET = {step: 2.0 if step is Step.TAG else 20.0 for step in Step}
# Seconds between two hints at a step from here: one leads to all that is due, and the next tick is never far.
_SPACING = 0.2
# Runs of one step at once: while one waits for its slow rows, another takes new ones.
_AT_ONCE = 2


class Runs:
    """The product of this process, built at its first task or
    when prepared for forks, and the steps under way in it."""

    def __init__(self, settings: Settings, hint: Callable[[Step], object]) -> None:
        self._settings = settings
        self._hint = hint
        self._hinted = dict.fromkeys(Step, -_SPACING)
        self._lock = threading.Lock()
        self._product: Product | None = None
        self._patience = Patience()
        self._places = {step: threading.Semaphore(_AT_ONCE) for step in Step}

    def prepare(self) -> None:
        """Loads what tagging needs, so that processes forked
        from this one share it. Leaves no connection open."""
        tagging.preload_languages()
        try:
            self._built().tagger()
        except StoreUnavailable as error:
            self._patience.failed(error.code, error.detail)
        finally:
            self._built().store.close()
        gc.collect()
        gc.freeze()  # a collection in a child would copy the shared pages

    def run(self, step: Step) -> None:
        """Works what is due for a step, unless enough runs of it
        are under way here or the database is away."""
        if self._patience.waiting() or not self._places[step].acquire(blocking=False):
            return
        try:
            self._built().pipeline.run(step, _BUDGET[step])
            self._patience.succeeded()
        except StoreUnavailable as error:
            self._patience.failed(error.code, error.detail)
        finally:
            self._places[step].release()

    def stop(self) -> None:
        """Lets runs under way finish what they have claimed, and take no more."""
        if self._product is not None:
            self._product.pipeline.stop()

    def _built(self) -> Product:
        with self._lock:
            if self._product is None:
                self._product = bootstrap.build(self._settings, hint=self.tell)
            return self._product

    def tell(self, step: Step) -> None:
        """Hints at a step that was left new work, unless it was hinted at a moment ago."""
        now = time.monotonic()
        if now - self._hinted[step] >= _SPACING:
            self._hinted[step] = now
            self._hint(step)
