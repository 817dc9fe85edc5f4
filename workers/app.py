"""The Celery application: a queue for each step, and a schedule that hints at each."""

from celery import Celery, signals
from kombu.exceptions import OperationalError

from dyadwatch import logs
from dyadwatch.broker import read_url
from dyadwatch.errors import SettingsError
from dyadwatch.model.steps import Step
from dyadwatch.settings import Settings
from workers import transports

TICK = 1.0  # seconds between two hints of the schedule for a step
# Runs of one step at once in a process: while one waits for its slow rows, another takes new ones.
MAX_RUNS = 2
_MAX_MEMORY = 400_000  # kilobytes after which a tagging process is replaced, between two tasks
_EXPIRES = 3 * TICK  # seconds after which a hint says nothing that a later one does not


def create_app(settings: Settings) -> Celery:
    """The application, without tasks. Nothing is connected before a worker, the scheduler or `hint` uses it.

    Queues are addressed through the default exchange, which needs no bindings: an emptied broker routes the
    next hint as before. Raises SettingsError.
    """
    if settings.redis_url is None:
        raise SettingsError(
            "DYADWATCH_REDIS_URL is not set: give it, or let `dyadwatch up` start the servers itself"
        )
    url = read_url(settings.redis_url.get_secret_value(), "DYADWATCH_REDIS_URL")
    app = Celery("dyadwatch", set_as_current=False)
    app.conf.update(
        **transports.configuration(url),
        task_queues=transports.queues(url),
        task_create_missing_queues=False,
        task_ignore_result=True,
        task_default_delivery_mode="transient",
        worker_prefetch_multiplier=1,
        worker_max_memory_per_child=_MAX_MEMORY,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        timezone="UTC",
        beat_schedule={
            step.value: {
                "task": step.value,
                "schedule": TICK,
                "options": {"queue": step.value, "expires": _EXPIRES},
            }
            for step in Step
        },
    )
    signals.setup_logging.connect(lambda **_: logs.start(settings), weak=False)
    return app


def hint(app: Celery, step: Step) -> bool:
    """Sends the message that a step has work. False where the broker did not take it: the next tick sends
    another."""
    try:
        app.send_task(step.value, queue=step.value, expires=_EXPIRES, retry=False, ignore_result=True)
    except (OperationalError, OSError):
        return False
    return True
