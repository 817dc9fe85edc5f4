"""Pushes: documents that WebSub hubs send."""

from dataclasses import dataclass
from datetime import datetime

from dyadwatch.model.feeds import ListRule


@dataclass(frozen=True, slots=True)
class ClaimedPush:
    """A push to read like a document of the feed fetched from `base`; `host` is the feed's, `number` counts
    the attempts to read it, this one included."""

    id: int
    turn: int
    host: str
    feed: int
    base: str
    list_rule: ListRule | None
    content_type: str | None
    body: bytes
    received_at: datetime
    number: int

    @property
    def owner(self) -> None:
        return None
