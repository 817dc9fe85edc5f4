"""StepRunner: runs the steps inside one worker process."""

import gc
import threading
import time
from collections.abc import Callable, Iterable

import structlog

from dyadwatch import bootstrap, tagging
from dyadwatch.bootstrap import Product
from dyadwatch.errors import BrokerUnavailable, StoreUnavailable
from dyadwatch.model.steps import CPU_STEPS, Step
from dyadwatch.model.workers import RunCount
from dyadwatch.settings import Settings
from workers.app import MAX_RUNS
from workers.backoff_gate import BackoffGate
from workers.run_counts import RunCounts

_log = structlog.get_logger(__name__)

# Seconds that one task goes on while more is due. Tagging is short, because a process that tags cannot be
# stopped before its task ends.
_BUDGET = {step: 2.0 if step in CPU_STEPS else 20.0 for step in Step}
# Seconds between two hints at a step from here: one leads to all that is due, and the next tick is never far.
_HINT_SPACING = 0.2
_SILENCE = 10.0  # seconds without a hint after which a process looks for work of itself
_LOOK_SPACING = 5.0  # seconds between two such looks


class StepRunner:
    """The product of this process, and the runs under way in it."""

    def __init__(self, settings: Settings, send: Callable[[Step], object]) -> None:
        self._settings = settings
        self._send = send
        self._sent_at = dict.fromkeys(Step, -_HINT_SPACING)
        self._received_at = time.monotonic()
        self._lock = threading.Lock()
        self._product: Product | None = None
        self._counts = RunCounts()
        self._gate = BackoffGate()
        self._broker_gate = BackoffGate()
        self._stopping = threading.Event()
        self._lookouts: list[threading.Thread] = []
        self._slots = {step: threading.Semaphore(MAX_RUNS) for step in Step}

    def preload(self) -> None:
        """Loads what tagging needs, so that processes forked from this one share it. Leaves no connection
        open."""
        tagging.preload_languages()
        product = self.build()
        try:
            product.tagger()
        except StoreUnavailable as error:
            self._gate.record_failure(error.code, error.detail)
        finally:
            product.store.close()
        gc.collect()
        gc.freeze()  # a collection in a child would copy the shared pages

    def start_lookouts(self, steps: Iterable[Step]) -> None:
        """Looks for work at each of the steps while no hints come, as without a broker or a scheduler: what
        is due stands in the database. To be called in the process that is to work, after it was forked."""
        self._received_at = time.monotonic()
        for step in steps:
            thread = threading.Thread(
                target=self._look_out, args=(step,), name=f"lookout-{step}", daemon=True
            )
            thread.start()
            self._lookouts.append(thread)

    def receive_hint(self, step: Step) -> None:
        """Processes what is due for a step that somebody has hinted at."""
        self._received_at = time.monotonic()
        self.run(step)

    def run(self, step: Step) -> None:
        """Processes what is due for a step, unless the database is away. Where enough runs of it are under
        way here, one of them does."""
        if self._gate.is_closed():
            return
        if not self._slots[step].acquire(blocking=False):
            self.build().pipeline.look_again()
            return
        started, worked, failures = time.monotonic(), 0, 1
        try:
            worked, failures = self.build().pipeline.run(step, _BUDGET[step]), 0
            self._gate.record_success()
        except StoreUnavailable as error:
            self._gate.record_failure(error.code, error.detail)
        finally:
            self._slots[step].release()
            self._counts.add(step, RunCount(1, failures, worked, time.monotonic() - started))
        if not failures:
            self._counts.store_if_due(self.build().store)

    def stop(self) -> None:
        """Lets runs under way finish what they have claimed, and claim no more."""
        self._stopping.set()
        if self._product is not None:
            self._product.pipeline.stop()

    def join(self) -> None:
        """Stops, and waits for the runs that no hint has started."""
        self.stop()
        for thread in self._lookouts:
            thread.join()
        if self._product is not None and not self._gate.is_closed():
            self._counts.store(self._product.store)

    def send_hint(self, step: Step) -> None:
        """Sends a hint at a step that was left new work, unless one was sent a moment ago or the broker is
        away: whoever has work to do does not wait for it."""
        now = time.monotonic()
        if now - self._sent_at[step] < _HINT_SPACING or self._broker_gate.is_closed():
            return
        self._sent_at[step] = now
        try:
            self._send(step)
        except BrokerUnavailable as error:
            self._broker_gate.record_failure(error.code, error.detail)
        else:
            self._broker_gate.record_success()

    def _look_out(self, step: Step) -> None:
        while not self._stopping.wait(_LOOK_SPACING):
            if time.monotonic() - self._received_at >= _SILENCE:
                self.run(step)

    def build(self) -> Product:
        """The product, built where it is not there yet. Raises SettingsError."""
        with self._lock:
            if self._product is None:
                self._product = bootstrap.build(self._settings, hint=self.send_hint)
                if not self._product.broker.is_shared:
                    _log.warning(
                        "requests to hosts are counted by each process alone: set DYADWATCH_PACING_URL"
                    )
            return self._product
