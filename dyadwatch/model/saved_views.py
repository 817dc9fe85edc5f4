"""Saved views: lists of alerts that a reader comes back to."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SavedView:
    """A list of alerts under a name of the reader's: `query` is that of `GET /v1/alerts`, its filters and
    `sort`."""

    id: int
    name: str
    query: str
    created_at: datetime
