"""The tasks: one for each step, one line each."""

from collections.abc import Callable

from celery import Celery, signals

from dyadwatch.model.steps import Step
from dyadwatch.settings import Settings
from workers.app import hint
from workers.runner import StepRunner


def register(app: Celery, settings: Settings) -> StepRunner:
    """Gives the application its tasks, and returns the runner that they share in this process."""
    runner = StepRunner(settings, lambda step: hint(app, step))
    for step in Step:
        app.task(name=step.value)(_task(runner, step))
    signals.worker_shutting_down.connect(lambda **_: runner.stop(), weak=False)
    return runner


def _task(runner: StepRunner, step: Step) -> Callable[[], None]:
    def task() -> None:
        runner.run(step)

    return task
