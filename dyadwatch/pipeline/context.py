"""What the steps work with."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from dyadwatch.model.steps import Step
from dyadwatch.pipeline.crawl_gate import CrawlGate
from dyadwatch.pipeline.tagger_cache import TaggerCache
from dyadwatch.sandbox.sandbox import Sandbox
from dyadwatch.senders import Senders
from dyadwatch.store import Store
from dyadwatch.web import Client


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the work, in seconds and pieces. `public_url` is where the web door is reached from outside."""

    poll_min: float
    poll_max: float
    threads: int
    public_url: str | None = None


@dataclass(frozen=True, slots=True)
class StepContext:
    """The hands and the chance that the steps are given. `sandbox` reads documents, which may be hostile; `hint` is told of a step that was left new work, and may do
    nothing; `stopping` is set when no more may be claimed."""

    store: Store
    web: Client
    senders: Senders
    crawl_gate: CrawlGate
    sandbox: Sandbox
    tagger_cache: TaggerCache
    limits: Limits
    random: Random
    hint: Callable[[Step], object]
    stopping: threading.Event = field(default_factory=threading.Event)
