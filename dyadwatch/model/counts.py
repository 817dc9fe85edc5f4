"""Numbers of rows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are, or about how many where there are very many."""

    value: int
    is_estimate: bool
