"""The tasks: one for each step, a line each."""

from collections.abc import Callable

from celery import Celery, signals

from dyadwatch.model.steps import Step
from dyadwatch.settings import Settings
from workers.app import hint
from workers.runner import Runs


def register(app: Celery, settings: Settings) -> Runs:
    """Gives the application its tasks, and returns the runs that they share in this process."""
    runs = Runs(settings, lambda step: hint(app, step))
    for step in Step:
        app.task(name=step.value)(_task(runs, step))
    signals.worker_shutting_down.connect(lambda **_: runs.stop(), weak=False)
    return runs


def _task(runs: Runs, step: Step) -> Callable[[], None]:
    def task() -> None:
        runs.run(step)

    return task
