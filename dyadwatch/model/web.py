"""HTTP responses and robots.txt records, as `dyadwatch.web` and the crawl gate pass them to the steps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Response:
    """One complete HTTP response. `headers` have lower-case names (repeated
    ones joined by ", "); `body` is decoded and bounded; `url` is the last
    one of `hops`, (status, url) of each redirect that led here, in order."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime
    seconds: float
    hops: tuple[tuple[int, str], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class RobotsTxt:
    """The robots.txt of an origin as last requested: its `status` (None: no response), its text, since when
    it has been `failing` to be reached, and until when the record holds."""

    status: int | None
    body: str
    failing_since: datetime | None
    expires_at: datetime
