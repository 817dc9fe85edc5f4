"""What the steps work with."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from dyadwatch.model.work import Step
from dyadwatch.pipeline.taggers import Taggers
from dyadwatch.store import Store
from dyadwatch.web import Client


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the work, in seconds and pieces."""

    poll_min: float
    poll_max: float
    threads: int


@dataclass(frozen=True, slots=True)
class Kit:
    """The hands and the chance that the steps are given. `hint` is told of a step that was left new work, and may do
    nothing; `stopping` is set when no more may be claimed."""

    store: Store
    web: Client
    taggers: Taggers
    limits: Limits
    random: Random
    hint: Callable[[Step], object]
    stopping: threading.Event = field(default_factory=threading.Event)
