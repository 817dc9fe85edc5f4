"""How long to wait after failures. Pure: chance is an argument."""

from collections.abc import Callable


def delay(
    failures: int,
    *,
    first: float,
    factor: float = 2.0,
    maximum: float,
    jitter: float = 0.1,
    random: Callable[[], float],
) -> float:
    """Seconds to wait after `failures` failures in a row (1 or more):
    `first * factor ** (failures - 1)`, never above `maximum`, then moved by up
    to `jitter` of itself either way. `random` gives numbers in [0, 1)."""
    steps = max(failures, 1) - 1
    try:
        grown = first * factor**steps
    except OverflowError:
        grown = maximum
    return add_jitter(min(grown, maximum), jitter, random)


def add_jitter(seconds: float, jitter: float, random: Callable[[], float]) -> float:
    """`seconds` moved by up to `jitter` of itself either way, so
    that what failed together does not return together."""
    return seconds * (1 - jitter + 2 * jitter * random())
