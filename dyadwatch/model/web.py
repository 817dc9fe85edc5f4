"""Requests and answers, as `dyadwatch.web` gives them to the steps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """One complete HTTP answer. `headers` have lower-case names (repeated ones joined by ", "); `body` is decoded
    and bounded; `url` is the last one of `hops`, (status, url) of each redirect that led here, in order."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime
    seconds: float
    hops: tuple[tuple[int, str], ...] = field(default=())
