"""Values: dataclasses that mypy alone keeps from being changed.

At run time a frozen dataclass sets each field by a call, which makes it four times as dear as one that is
not: this is for what is made by the dozen for each text.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as valueclass
else:

    def valueclass(*, frozen: bool, slots: bool, kw_only: bool = False) -> Callable[[type], type]:
        """A dataclass that is `frozen` to mypy, and has the hash of one."""
        return dataclass(slots=slots, unsafe_hash=frozen, kw_only=kw_only)


__all__ = ["valueclass"]
