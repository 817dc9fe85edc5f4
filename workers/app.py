"""The Celery application: a queue for each step, and a schedule that hints at each."""

from celery import Celery, signals

from dyadwatch import logs
from dyadwatch.broker import describe
from dyadwatch.broker_urls import read_broker_url
from dyadwatch.errors import BrokerUnavailable, SettingsError
from dyadwatch.model.steps import Step
from dyadwatch.settings import Settings
from workers import transports
from workers.consumer import HintConsumer

TICK = 1.0  # seconds between two hints of the schedule for a step
# Runs of one step at once in a process: while one waits for its slow rows, another takes new ones.
MAX_RUNS = 2
_MAX_MEMORY = 400_000  # kilobytes after which a tagging process is replaced, between two tasks


def create_app(settings: Settings) -> Celery:
    """The application, without tasks. Nothing is connected before a worker, the scheduler or `send_hint` uses
    it.

    Queues are addressed through the default exchange, which needs no bindings: an emptied broker routes the
    next hint as before. Raises SettingsError.
    """
    if settings.redis_url is None:
        raise SettingsError(
            "DYADWATCH_REDIS_URL is not set: give it, or let `dyadwatch up` start the servers itself"
        )
    url = read_broker_url(settings.redis_url.get_secret_value())
    app = Celery("dyadwatch", set_as_current=False)
    app.broker_address = url.address
    app.conf.update(
        **transports.configuration(url),
        task_queues=transports.queues(url),
        task_create_missing_queues=False,
        task_ignore_result=True,
        task_default_delivery_mode="transient",
        worker_consumer=HintConsumer,
        worker_prefetch_multiplier=1,
        worker_max_memory_per_child=_MAX_MEMORY,
        worker_enable_remote_control=False,
        worker_cancel_long_running_tasks_on_connection_loss=True,  # those acknowledged late: none
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        broker_connection_retry_on_startup=True,
        timezone="UTC",
        beat_schedule={step.value: {"task": step.value, "schedule": TICK} for step in Step},
    )
    signals.setup_logging.connect(lambda **_: logs.start(settings, once=True), weak=False)
    return app


def send_hint(app: Celery, step: Step) -> None:
    """Sends the message that a step has work, unless one waits to be received: it says the same. Raises
    BrokerUnavailable."""
    try:
        with app.producer_or_acquire() as producer:
            if not transports.has_message(producer.channel, step):
                app.send_task(
                    step.value, queue=step.value, producer=producer, retry=False, ignore_result=True
                )
    except Exception as error:  # each transport has errors of its own
        raise BrokerUnavailable(
            f"The broker at {app.broker_address} takes no messages: {describe(error)}"
        ) from error
