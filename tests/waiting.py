"""Waiting for a state, never for a time: a loaded machine makes a test slow, not red."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

GENEROUS = 60.0  # seconds; only a test that fails takes them


def eventually(condition: Callable[[], T], *, within: float = GENEROUS) -> T:
    """The first true value of `condition`; an AssertionError where there is none in time."""
    deadline = time.monotonic() + within
    pause = 0.001
    while not (value := condition()):
        assert time.monotonic() < deadline, f"still {value!r} after {within:g} s"
        time.sleep(pause)
        pause = min(2 * pause, 0.02)
    return value
