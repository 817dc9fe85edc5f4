"""What happened to feeds, beside the polls that went as ever."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

FeedEventKind = Literal["added", "paused", "resumed", "gone", "moved", "failing", "recovered"]


@dataclass(frozen=True, slots=True)
class FeedEventView:
    """An event of a feed. `failing` comes once for each kind of failure in a row, with its `code`; `detail`
    is why, or of `added` and `moved` the address."""

    id: int
    feed: int
    kind: FeedEventKind
    code: str | None
    detail: str | None
    created_at: datetime
