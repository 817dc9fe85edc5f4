"""What a channel is given, what it may use, and what it must do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from dyadwatch.errors import WebError
from dyadwatch.model.deliveries import AttemptOutcome
from dyadwatch.model.web import MailReply, Response


@dataclass(frozen=True, slots=True)
class Message:
    """One event on its way to one subscriber. `id` is the same in every attempt, so that a receiver can drop
    a repeat, and so is `sequence`, larger for each later event of an alert; `attempted_at` is the time of
    this one, which must end by `until` (`time.monotonic`). `body` is the JSON document {"type", "timestamp",
    "data"}, or what the subscription's template makes of it, or the feed `topic` with it where our WebSub hub
    pushes that, of the media type `content_type`; `url`, `secrets`, the current one first, and `headers` are
    those of the `subscription`.
    """

    id: str
    url: str
    secrets: Sequence[str]
    body: bytes
    attempted_at: datetime
    until: float
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    subscription: int = 0
    topic: str | None = None
    event_type: str = ""
    sequence: int = 0


class HttpClient(Protocol):
    """What a channel may use of `dyadwatch.web.Client`: every
    request passes the guard against private addresses."""

    def check(self, url: str) -> None:
        """Raises WebError for a URL that could never be requested."""

    def get(self, url: str, *, limit: int, deadline: float, until: float, follow: int, cut: bool) -> Response:
        """The response at the end of at most `follow` redirects, its body cut at `limit` bytes where `cut`.
        Raises WebError."""

    def options(
        self, url: str, *, headers: Mapping[str, str], limit: int, deadline: float, until: float
    ) -> Response:
        """The response to OPTIONS, as that of `post`."""

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


class MailServer(Protocol):
    """What a channel may use of `dyadwatch.web.MailServer`."""

    def send(
        self, sender: str, recipient: str, message: bytes, *, deadline: float, until: float
    ) -> MailReply:
        """The server's last reply, an acceptance or a refusal, within `deadline` seconds and by `until`.
        Raises WebError."""


@dataclass(frozen=True, slots=True)
class Transports:
    """What channels send by. Without a `mail` server and `mail_from`, the sender's address, there is no mail;
    `public_url` is where the web service is reached from outside, None where it is not."""

    http: HttpClient
    mail: MailServer | None = None
    mail_from: str | None = None
    public_url: str | None = None


class Channel(Protocol):
    """One way to reach a subscriber, chosen by the scheme of the subscription's URL."""

    def check(self, url: str) -> None:
        """Raises WebError for a URL that nothing could ever be sent to. Asks no network."""

    def send(self, message: Message) -> AttemptOutcome:
        """Makes one attempt. An expected failure is an outcome, an unexpected one is raised."""


def failure(error: WebError) -> AttemptOutcome:
    """An attempt that got no response."""
    return AttemptOutcome(error=error.code, detail=error.detail, permanent=error.permanent)


def response_text(response: Response) -> str:
    """The body as it is stored, and shown to whoever owns the subscription."""
    return response.body.decode("utf-8", "replace").replace("\0", "")


def answer(response: Response, *, recipient: str) -> AttemptOutcome:
    """What an HTTP response says of a POST: 2xx delivers, and 410 that the recipient is gone for good."""
    return AttemptOutcome(
        delivered=200 <= response.status < 300,
        status=response.status,
        response=response_text(response),
        retry_after=response.headers.get("retry-after"),
        gone=f"the {recipient} answered 410 Gone" if response.status == 410 else None,
    )
