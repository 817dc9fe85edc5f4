"""API keys and what they may do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Scope = Literal["read", "write", "admin"]
SCOPES: tuple[Scope, ...] = ("read", "write", "admin")


@dataclass(frozen=True, slots=True)
class KeyView:
    """An API key. `prefix` is the beginning of its token, which is stored only as a hash."""

    id: int
    name: str
    prefix: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
