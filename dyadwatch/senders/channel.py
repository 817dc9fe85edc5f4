"""What a channel is given, what it may use, and what it must do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from dyadwatch.model.deliveries import AttemptOutcome
from dyadwatch.model.web import Response


@dataclass(frozen=True, slots=True)
class Message:
    """One event on its way to one subscriber. `id` is the same in every attempt, so that a receiver can drop
    a repeat; `attempted_at` is the time of this one, which must end by `until` (`time.monotonic`). `body` is
    the JSON document {"type", "timestamp", "data"}, or what the subscription's template makes of it, of the
    media type `content_type`; `url`, `secrets`, the current one first, and `headers` are the subscription's.
    """

    id: str
    url: str
    secrets: Sequence[str]
    body: bytes
    attempted_at: datetime
    until: float
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


class HttpClient(Protocol):
    """What a channel may use of `dyadwatch.web.Client`: every
    request passes the guard against private addresses."""

    def check(self, url: str) -> None:
        """Raises WebError for a URL that could never be requested."""

    def post(
        self,
        url: str,
        body: bytes,
        *,
        headers: Mapping[str, str],
        limit: int,
        deadline: float,
        until: float,
    ) -> Response:
        """The response, its body cut at `limit` bytes, within `deadline` seconds and by `until`. Raises
        WebError."""


class Channel(Protocol):
    """One way to reach a subscriber, chosen by the scheme of the subscription's URL."""

    def check(self, url: str) -> None:
        """Raises WebError for a URL that nothing could ever be sent to. Asks no network."""

    def send(self, message: Message) -> AttemptOutcome:
        """Makes one attempt. An expected failure is an outcome, an unexpected one is raised."""
