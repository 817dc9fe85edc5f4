"""StepRunner: runs the steps inside one worker process."""

import gc
import threading
import time
from collections.abc import Callable

import structlog

from dyadwatch import bootstrap, tagging
from dyadwatch.bootstrap import Product
from dyadwatch.errors import StoreUnavailable
from dyadwatch.model.steps import CPU_STEPS, Step
from dyadwatch.settings import Settings
from workers.app import MAX_RUNS
from workers.backoff_gate import BackoffGate

_log = structlog.get_logger(__name__)

# Seconds that one task goes on while more is due. Tagging is short, because a process that tags cannot be
# stopped before its task ends.
_BUDGET = {step: 2.0 if step in CPU_STEPS else 20.0 for step in Step}
# Seconds between two hints at a step from here: one leads to all that is due, and the next tick is never far.
_HINT_SPACING = 0.2


class StepRunner:
    """The product of this process, built for its first task or before it forks, and the runs under way in
    it."""

    def __init__(self, settings: Settings, send_hint: Callable[[Step], object]) -> None:
        self._settings = settings
        self._send_hint = send_hint
        self._hinted_at = dict.fromkeys(Step, -_HINT_SPACING)
        self._lock = threading.Lock()
        self._product: Product | None = None
        self._gate = BackoffGate()
        self._slots = {step: threading.Semaphore(MAX_RUNS) for step in Step}

    def preload(self) -> None:
        """Loads what tagging needs, so that processes forked from this one share it. Leaves no connection
        open."""
        tagging.preload_languages()
        product = self._built()
        try:
            product.tagger()
        except StoreUnavailable as error:
            self._gate.record_failure(error.code, error.detail)
        finally:
            product.store.close()
        gc.collect()
        gc.freeze()  # a collection in a child would copy the shared pages

    def run(self, step: Step) -> None:
        """Processes what is due for a step, unless enough runs of it are under way here or the database is
        away."""
        if self._gate.is_closed() or not self._slots[step].acquire(blocking=False):
            return
        try:
            self._built().pipeline.run(step, _BUDGET[step])
            self._gate.record_success()
        except StoreUnavailable as error:
            self._gate.record_failure(error.code, error.detail)
        finally:
            self._slots[step].release()

    def stop(self) -> None:
        """Lets runs under way finish what they have claimed, and claim no more."""
        if self._product is not None:
            self._product.pipeline.stop()

    def hint(self, step: Step) -> None:
        """Sends a hint at a step that was left new work, unless one was sent a moment ago."""
        now = time.monotonic()
        if now - self._hinted_at[step] >= _HINT_SPACING:
            self._hinted_at[step] = now
            self._send_hint(step)

    def _built(self) -> Product:
        with self._lock:
            if self._product is None:
                self._product = bootstrap.build(self._settings, hint=self.hint)
                if not self._product.broker.is_shared:
                    _log.warning(
                        "requests to hosts are counted by each process alone: set DYADWATCH_PACING_URL"
                    )
            return self._product
