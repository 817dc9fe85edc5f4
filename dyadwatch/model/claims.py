"""Rows that a step has claimed."""

from typing import Protocol


class ClaimedRow(Protocol):
    """A claimed row whose work goes to a host. Saving it names its `turn`, so that a runner whose lease has
    ended changes nothing."""

    @property
    def id(self) -> int: ...
    @property
    def turn(self) -> int: ...
    @property
    def host(self) -> str: ...
