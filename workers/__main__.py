"""`python -m workers network | tag | scheduler | tick`: the processes of the queues' door."""

import os
import sys
import warnings

from celery import Celery
from celery.platforms import SecurityWarning

from dyadwatch import logs
from dyadwatch.errors import SettingsError
from dyadwatch.model.steps import Step
from dyadwatch.settings import Settings
from workers.app import create, hint
from workers.schedule import Schedule

_NETWORK_STEPS = [step for step in Step if step is not Step.TAG]
# Two runs of each network step may be under way, and one more hint of each may be looked at.
_NETWORK_THREADS = 3 * len(_NETWORK_STEPS)


def main(arguments: list[str]) -> int:
    """Runs the process that the first argument names. Returns the exit status."""
    try:
        settings = Settings.from_environ()
        app = create(settings)
    except SettingsError as error:
        print(f"error: {error.detail} ({error.code})", file=sys.stderr)  # noqa: T201  # a command's answer
        return 2
    match arguments:
        case ["network"]:
            _work(
                app,
                settings,
                "-P",
                "threads",
                "-c",
                str(_NETWORK_THREADS),
                "-Q",
                ",".join(_NETWORK_STEPS),
                "-n",
                "network@%h",
            )
        case ["tag"]:
            processes = settings.tag_processes or os.cpu_count() or 1
            _work(app, settings, "-P", "prefork", "-c", str(processes), "-Q", Step.TAG, "-n", "tag@%h")
        case ["scheduler"]:
            app.Beat(scheduler_cls=Schedule, quiet=True).run()
        case ["tick"]:
            return 0 if all(hint(app, step) for step in Step) else 1
        case _:
            print(__doc__, file=sys.stderr)  # noqa: T201  # a command's answer
            return 2
    return 0


def _work(app: Celery, settings: Settings, *arguments: str) -> None:
    # The scheduler and a tick do without the product, which these bring in.
    from workers.tasks import register  # noqa: PLC0415

    logs.start(settings)
    runs = register(app, settings)
    if "prefork" in arguments:
        runs.prepare()
    # Celery warns about root because of pickled messages; ours are JSON without arguments.
    warnings.simplefilter("ignore", SecurityWarning)
    app.worker_main(
        ["--quiet", "worker", *arguments, "--without-gossip", "--without-mingle", "--without-heartbeat"]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
