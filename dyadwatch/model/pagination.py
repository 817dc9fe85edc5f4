"""Pages of lists."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class ListPage(Generic[Item]):
    """Some items of a list in order, and the opaque cursor that leads on, None at the end."""

    data: tuple[Item, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Changes(Generic[Item]):
    """Some items in the order of their last change. `position` leads on; `more` says
    whether there is more already. Whatever changed until `as_of` is among these, before them or in what there
    is more; `removed` are the ids of alerts that have changed and do not pass the filters."""

    data: tuple[Item, ...]
    position: int
    more: bool
    as_of: datetime | None = None
    removed: tuple[int, ...] = ()
