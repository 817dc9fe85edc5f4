"""The state of an installation, for an operator: what waits, what fails, what came of the last day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from dyadwatch.model.alarms import AlarmView
from dyadwatch.model.failures import Failure
from dyadwatch.model.steps import Step
from dyadwatch.model.workers import WorkerStep


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """The rows of a step that are due now and that nobody works on, counted up to a bound, and since when the
    first of them is."""

    step: Step
    due: int
    due_since: datetime | None


@dataclass(frozen=True, slots=True)
class FailingFeed:
    """A feed whose last poll failed."""

    feed: int
    source: str
    url: str
    error_count: int
    error: Failure


@dataclass(frozen=True, slots=True)
class Status:
    """`at` is the database's time. `watches`, `feeds` and `subscriptions` count those of each state;
    `silent` counts those in use whose filter fits nothing any more, `workers` are the steps that workers have
    run; `articles` and `alerts` are those of the last 24 hours, 10,000 at most; `size` is that of the
    database in bytes, `revision` that of its tables; `alarms` are the newest active ones."""

    at: datetime
    version: str
    revision: str | None
    database: str
    size: int
    queues: tuple[QueueStatus, ...]
    watches: Mapping[str, int]
    feeds: Mapping[str, int]
    failing: tuple[FailingFeed, ...]
    subscriptions: Mapping[str, int]
    silent: int
    workers: tuple[WorkerStep, ...]
    articles: int
    alerts: int
    newest_article: datetime | None
    newest_alert: datetime | None
    alarms: tuple[AlarmView, ...]
