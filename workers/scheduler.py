"""Celery beat's scheduler, kept in memory alone; the schedule itself stands in `workers.app`."""

from typing import Any

from celery.beat import ScheduleEntry, Scheduler

from dyadwatch.errors import BrokerUnavailable
from dyadwatch.model.steps import Step
from workers.app import send_hint
from workers.backoff_gate import BackoffGate


class HintScheduler(Scheduler):  # type: ignore[misc]  # Celery has no types
    """Celery's scheduler, which waits with growing delays for a broker that is away, logging one line each
    time."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._gate = BackoffGate()
        self._stopping = False

    def tick(self, *arguments: Any, **options: Any) -> Any:
        """Sends the hints that are due. Returns the seconds until the next one is."""
        # Celery's signal handler closes the scheduler and raises SystemExit, which is lost where the signal
        # interrupts a finalizer: Python swallows what is raised there.
        if self._stopping:
            raise SystemExit
        return super().tick(*arguments, **options)

    def close(self) -> None:
        """Ends the schedule with the tick under way."""
        self._stopping = True
        super().close()

    @property
    def producer(self) -> None:
        """None: Celery would wait for the broker here, in its own way, before the first entry."""

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:  # noqa: ARG002
        """Sends a hint that is due. A lost one costs nothing: the next is a second away."""
        if self._gate.is_closed():
            return
        try:
            send_hint(self.app, Step(entry.name))
        except BrokerUnavailable as error:
            self._gate.record_failure(error.code, error.detail)
        else:
            self._gate.record_success()
