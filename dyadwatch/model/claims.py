"""Rows that a step has claimed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
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
    @property
    def owner(self) -> int | None:
        """The source or subscription that it is worked for, None where only hosts are bounded."""


@dataclass(frozen=True, slots=True)
class Busy:
    """Hosts and owners that may have no more rows under way, how many the others have, and, unless None, the
    only hosts that may have more."""

    hosts: Collection[str] = ()
    owners: Collection[int] = ()
    only_hosts: Collection[str] | None = None
    host_counts: Mapping[str, int] = field(default_factory=dict)
    owner_counts: Mapping[int, int] = field(default_factory=dict)
