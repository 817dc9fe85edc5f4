"""The tasks: one for each step, one line each."""

from collections.abc import Callable

from celery import Celery, signals

from dyadwatch.model.steps import CPU_STEPS, Step
from dyadwatch.settings import Settings
from workers.app import send_hint
from workers.runner import StepRunner


def register(app: Celery, settings: Settings) -> StepRunner:
    """Gives the application its tasks, and returns the runner that they share in this process."""
    runner = StepRunner(settings, lambda step: send_hint(app, step))
    for step in Step:
        app.task(name=step.value)(_task(runner, step))
    signals.worker_shutting_down.connect(lambda **_: runner.stop(), weak=False)
    # Of a tagging process, which is forked before the worker reaches the broker.
    signals.worker_process_init.connect(lambda **_: runner.start_lookouts(CPU_STEPS), weak=False)
    signals.worker_process_shutdown.connect(lambda **_: runner.join(), weak=False)
    return runner


def _task(runner: StepRunner, step: Step) -> Callable[[], None]:
    def task() -> None:
        runner.receive_hint(step)

    return task
