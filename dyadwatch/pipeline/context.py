"""What the steps work with."""

import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

from dyadwatch.model.retention import KeepDays
from dyadwatch.model.steps import Step
from dyadwatch.pipeline.crawl_gate import CrawlGate
from dyadwatch.pipeline.endpoint_pacing import EndpointPacing
from dyadwatch.pipeline.runs import Runs
from dyadwatch.pipeline.tagger_cache import TaggerCache
from dyadwatch.sandbox import Sandbox
from dyadwatch.senders import Senders
from dyadwatch.store import Store, claims
from dyadwatch.subscriptions.retries import SCHEDULE
from dyadwatch.web import Client


@dataclass(frozen=True, slots=True)
class Limits:
    """`poll_min` and `poll_max` bound a feed's interval, in seconds; `threads` is how many rows a step works
    at once; changes of an alert that are not urgent make one event within `coalesce`; `recheck`: articles are
    read again; `keep` says what expires; `public_url` is where hubs reach the web service, None where they
    cannot; `hub_url` is our own hub, where there is one; `retry_schedule` has the seconds from one try of a
    delivery to the next."""

    poll_min: float
    poll_max: float
    threads: int
    coalesce: timedelta = timedelta(minutes=10)
    recheck: bool = True
    keep: KeepDays = field(default_factory=KeepDays)
    public_url: str | None = None
    hub_url: str | None = None
    retry_schedule: Sequence[float] = SCHEDULE


@dataclass(frozen=True, slots=True)
class StepContext:
    """The adapters and limits that every step gets. `sandbox` parses documents,
    which may be hostile, `template_sandbox` renders templates of subscribers;
    `hint` is called with a step that was left new work,
    and may do nothing; once `stopping` is set no more rows are claimed.

    `until`: when the work on a row must end (by `time.monotonic`), whatever it waits for. Each row is worked
    with a context of its own that says so.
    """

    store: Store
    web: Client
    senders: Senders
    crawl_gate: CrawlGate
    endpoint_pacing: EndpointPacing
    sandbox: Sandbox
    template_sandbox: Sandbox
    tagger_cache: TaggerCache
    limits: Limits
    random: Random
    hint: Callable[[Step], object]
    until: float = math.inf
    runs: Runs = field(default_factory=Runs)
    stopping: threading.Event = field(default_factory=threading.Event)

    def for_row(self, claimed_at: float | None = None) -> "StepContext":
        """The context for a row that is claimed now, or was at `claimed_at`."""
        return replace(self, until=claims.work_until(time.monotonic() if claimed_at is None else claimed_at))
