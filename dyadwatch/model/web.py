"""HTTP responses and robots.txt records, as `dyadwatch.web` and the crawl gate pass them to the steps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Response:
    """One complete HTTP response. `headers` have lower-case names (repeated ones joined by ", "); `body` is decoded
    and bounded; `url` is the last one of `hops`, (status, url) of each redirect that led here, in order."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime
    seconds: float
    hops: tuple[tuple[int, str], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Robots:
    """What is known of an origin's robots.txt: the `status` it was answered with (None: no answer), its text, since
    when it is `failing` to be reached, and until when that holds."""

    status: int | None
    body: str
    failing_since: datetime | None
    expires_at: datetime
