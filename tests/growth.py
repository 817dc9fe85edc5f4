"""How work grows with what it is given: what can be said of speed on any machine, however slow or busy."""

import gc
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_FACTOR = 8
_LIMIT = 24  # between 8, for what is linear, and 64, for what is quadratic
_TRIES = 5
# Numbers added up in the time that is the least to count: below it, a page that the system gives costs more.
_NOTICED = 50_000


def assert_linear(work: Callable[[T], object], make: Callable[[int], T], size: int) -> None:
    """Fails where `work` takes out of all proportion longer with `make(size)` than with an eighth of it.

    Only processor time counts, and what a busy machine adds is tried again. `size` should be the largest that
    the product reads: quadratic work shows where it hurts, and not beside what any work costs.
    """
    small, large = make(size // _FACTOR), make(size)
    work(small)  # imports and fills caches
    ratios: list[float] = []
    while not ratios or (ratios[-1] > _LIMIT and len(ratios) < _TRIES):
        least = max(min(_seconds(work, small) for _ in range(3)), _seconds(sum, range(_NOTICED)))
        ratios.append(_seconds(work, large) / least)
    assert ratios[-1] <= _LIMIT, (
        f"{_FACTOR} times the size, {[round(ratio) for ratio in ratios]} times the work"
    )


def _seconds(work: Callable[[T], object], value: T) -> float:
    """Of this thread's processor time, without what the collector spends on everything else in memory."""
    gc.disable()
    try:
        started = time.thread_time()
        work(value)
        return time.thread_time() - started
    finally:
        gc.enable()
