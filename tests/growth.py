"""How work grows with what it is given: what can be said of speed on any machine, however slow or busy."""

import gc
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

_FACTOR = 8
_LIMIT = 24  # between 8, for what is linear, and 64, for what is quadratic
_TRIES = 5
# Numbers added up in the time that is the least to count: below it, a page that the system gives costs more.
_NOTICED = 50_000


def assert_linear(work: Callable[[T], R], make: Callable[[int], T], size: int) -> R:
    """What `work` gives of `make(size)`. Fails where that takes out of all proportion longer than with an
    eighth of it.

    Only processor time counts, and what a busy machine adds is tried again. `size` should be the largest that
    the product reads: quadratic work shows where it hurts, and not beside what any work costs.
    """
    small, large = make(size // _FACTOR), make(size)
    work(small)  # imports and fills caches
    ratios: list[float] = []
    while not ratios or (ratios[-1] > _LIMIT and len(ratios) < _TRIES):
        smalls = (_timed(work, small)[0] for _ in range(3))
        least = max(min(smalls), _timed(sum, range(_NOTICED))[0])
        seconds, result = _timed(work, large)
        ratios.append(seconds / least)
    assert ratios[-1] <= _LIMIT, (
        f"{_FACTOR} times the size, {[round(ratio) for ratio in ratios]} times the work"
    )
    return result


def _timed(work: Callable[[T], R], value: T) -> tuple[float, R]:
    """Seconds of this thread's processor time, without what the collector spends on everything else in
    memory, and what came of it."""
    gc.disable()
    try:
        started = time.thread_time()
        result = work(value)
        return time.thread_time() - started, result
    finally:
        gc.enable()
