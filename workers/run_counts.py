"""The counts of runs in one worker process, which it adds to those of all every few seconds."""

import os
import socket
import threading
import time

from dyadwatch.errors import StoreUnavailable
from dyadwatch.model.steps import Step
from dyadwatch.model.workers import RunCount
from dyadwatch.store import Store, workers

_EVERY = 10.0  # seconds between two times that the counts are stored


class RunCounts:
    """Counts that are kept until they are stored. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[Step, RunCount] = {}
        self._due_at = 0.0

    def add(self, step: Step, count: RunCount) -> None:
        """Counts what a run of a step came to."""
        with self._lock:
            self._counts[step] = self._counts.get(step, RunCount()) + count

    def store_if_due(self, store: Store) -> None:
        """Stores them where that was not done a moment ago."""
        with self._lock:
            if time.monotonic() < self._due_at:
                return
            self._due_at = time.monotonic() + _EVERY
        self.store(store)

    def store(self, store: Store) -> None:
        """Stores them; while the database is away they are kept."""
        with self._lock:
            counts, self._counts = self._counts, {}
        process = f"{socket.gethostname()}:{os.getpid()}"
        try:
            if counts:
                store.run(lambda db: workers.add(db, process, counts), durable=False)
        except StoreUnavailable:  # which the next run reports
            for step, count in counts.items():
                self.add(step, count)
