"""What WebSub hubs push."""

from dataclasses import dataclass
from datetime import datetime

from dyadwatch.model.feeds import ListRule


@dataclass(frozen=True, slots=True)
class ClaimedPush:
    """What a hub pushed, to be read like a document of the feed found at `base`; `host` is the feed's,
    `number` counts the turns, this one included."""

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
