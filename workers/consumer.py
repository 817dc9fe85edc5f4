"""Celery's consumer, which waits for any broker that is away or refuses us, however it says so."""

import time
from typing import Any

from celery.worker.consumer import Consumer
from celery.worker.state import maybe_shutdown

from dyadwatch.broker import describe
from dyadwatch.errors import BrokerUnavailable
from workers.backoff_gate import BackoffGate

_POLL = 0.1  # seconds after which it is looked whether the worker is to stop


class HintConsumer(Consumer):  # type: ignore[misc]  # Celery has no types
    """Waits with growing delays, one log line each. Celery by itself ends for what its transports do not name
    as an error of theirs, such as a refused password, and tries others again without a pause."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.connection_errors = (Exception,)
        self._gate = BackoffGate()

    def ensure_connected(self, conn: Any) -> Any:
        """The connection, opened. Raises WorkerShutdown where the worker is to stop meanwhile."""
        while True:
            while self._gate.is_closed():
                maybe_shutdown()
                time.sleep(_POLL)
            try:
                conn.connect()
            except Exception as error:  # noqa: BLE001  # each transport has errors of its own
                conn.collect()
                self._record_failure(error)
            else:
                self._gate.record_success()
                return conn

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        """Closes the connection and waits a moment before the next."""
        super().on_connection_error_after_connected(exc)
        self._record_failure(exc)

    def on_connection_error_before_connected(self, exc: Exception) -> None:
        """Waits a moment before the next attempt."""
        self._record_failure(exc)

    def _record_failure(self, error: Exception) -> None:
        detail = f"The broker at {self.app.broker_address}: {describe(error)}"
        self._gate.record_failure(BrokerUnavailable.code, detail)
