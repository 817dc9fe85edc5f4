"""Pages of lists."""

from dataclasses import dataclass
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
    whether there is more already."""

    data: tuple[Item, ...]
    position: int
    more: bool
