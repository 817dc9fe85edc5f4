"""The schedule: hints at every step once a second, kept in memory alone."""

from typing import Any

from celery.beat import ScheduleEntry, Scheduler, SchedulingError

from workers.backoff_gate import Patience


class Schedule(Scheduler):  # type: ignore[misc]  # Celery has no types
    """Celery's scheduler, which says in one line, with growing delays, that the broker is away."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._patience = Patience()

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        """Sends a hint that is due. A lost one costs nothing: the next is a second away."""
        if self._patience.waiting():
            return
        try:
            self.apply_async(entry, producer=producer, advance=False)
        except SchedulingError as error:
            self._patience.failed("broker_unavailable", str(error))
        else:
            self._patience.succeeded()
