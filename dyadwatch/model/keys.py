"""API keys and what they may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dyadwatch.model.alert_triage import Reader

Scope = Literal["read", "subscribe", "curate", "write", "admin"]
SCOPES: tuple[Scope, ...] = ("read", "subscribe", "curate", "write", "admin")
# What each scope allows: `subscribe` subscriptions and their deliveries, `curate` sources, feeds and watches.
_ALLOWED: Mapping[Scope, frozenset[Scope]] = {
    "read": frozenset({"read"}),
    "subscribe": frozenset({"read", "subscribe"}),
    "curate": frozenset({"read", "curate"}),
    "write": frozenset({"read", "subscribe", "curate", "write"}),
    "admin": frozenset(SCOPES),
}


@dataclass(frozen=True, slots=True)
class KeyView:
    """An API key. `prefix` is the beginning of its token, which is stored only as a hash; `owner` says whose
    it is, and after `expires_at` it is not accepted any more. Until `earlier_until` the token from before its
    last rotation is accepted too."""

    id: int
    name: str
    prefix: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    owner: str | None = None
    expires_at: datetime | None = None
    earlier_until: datetime | None = None

    @property
    def reader(self) -> Reader:
        """Who reads with the key: its owner, who may have several, or the key itself without one."""
        if self.owner is None:
            return Reader(f"key {self.id}", self.name)
        return Reader(f"owner {self.owner}", self.owner)

    def allows(self, scope: Scope) -> bool:
        """Whether the key may do what needs `scope`."""
        return any(scope in _ALLOWED[own] for own in self.scopes)
