"""HTTP responses, robots.txt records, and what admits a request: what `dyadwatch.web`, the crawl gate and the
steps pass to each other."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime

# Entered with a URL before it is requested, left when its response has been read; may wait, and raise.
Admit = Callable[[str], AbstractContextManager[object]]


@dataclass(frozen=True, slots=True)
class Response:
    """One complete HTTP response. `headers` have lower-case names (repeated
    ones joined by ", "); `body` is decoded and bounded; `url` is where it was
    answered, without the parameters by which a redirect looked for its
    cookies; `hops` are (status, url) of each redirect that led here, in order."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime
    seconds: float
    hops: tuple[tuple[int, str], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class MailReply:
    """A mail server's last reply to a message: its status (RFC 5321 4.2), 2xx where it takes it, and text."""

    status: int
    text: str


@dataclass(frozen=True, slots=True)
class RobotsTxt:
    """The robots.txt of an origin as last requested: its `status` (None: no response), its text, since when
    it has been unreachable, and until when the record holds."""

    status: int | None
    body: str
    failing_since: datetime | None
    expires_at: datetime
