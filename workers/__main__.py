"""`python -m workers network | tag | scheduler | tick`: the worker processes, the scheduler, and one round of
hints."""

import os
import sys
import warnings

from celery import Celery
from celery.platforms import SecurityWarning

from dyadwatch import logs
from dyadwatch.errors import DyadwatchError
from dyadwatch.model.steps import CPU_STEPS, Step
from dyadwatch.settings import Settings
from workers.app import MAX_RUNS, create_app, send_hint
from workers.scheduler import HintScheduler

_NETWORK_STEPS = [step for step in Step if step not in CPU_STEPS]
# All runs of each network step may be under way, and one more hint at each be discarded meanwhile.
_NETWORK_THREADS = (MAX_RUNS + 1) * len(_NETWORK_STEPS)


def main(arguments: list[str]) -> int:
    """Runs the process that the first argument names. Returns the exit status."""
    try:
        return _run(arguments)
    except DyadwatchError as error:
        print(error.report(), file=sys.stderr)  # noqa: T201  # a command's answer
        return error.exit_status


def _run(arguments: list[str]) -> int:
    settings = Settings.from_environ()
    app = create_app(settings)
    match arguments:
        case ["network"]:
            queues = ",".join(_NETWORK_STEPS)
            return _work(app, settings, f"-P threads -c {_NETWORK_THREADS} -Q {queues} -n network@%h")
        case ["tag"]:
            processes = settings.tag_processes or os.cpu_count() or 1
            return _work(app, settings, f"-P prefork -c {processes} -Q {','.join(CPU_STEPS)} -n tag@%h")
        case ["scheduler"]:
            app.Beat(scheduler_cls=HintScheduler, quiet=True).run()
        case ["tick"]:
            for step in Step:
                send_hint(app, step)
        case _:
            print(__doc__, file=sys.stderr)  # noqa: T201  # a command's answer
            return 2
    return 0


def _work(app: Celery, settings: Settings, options: str) -> int:
    # The scheduler and a tick do without the product, which this import brings in.
    from workers.tasks import register  # noqa: PLC0415

    logs.start(settings, once=True)
    runner = register(app, settings)
    runner.build()
    if "prefork" in options:
        runner.preload()
    else:
        runner.start_lookouts(_NETWORK_STEPS)
    # Celery warns about root because of pickled messages; ours are JSON without arguments.
    warnings.simplefilter("ignore", SecurityWarning)
    unused = "--without-gossip --without-mingle --without-heartbeat"
    status = app.worker_main(["--quiet", "worker", *options.split(), *unused.split()])
    runner.join()
    return int(status or 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
