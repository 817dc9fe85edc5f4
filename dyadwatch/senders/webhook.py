"""Webhooks: the body as an HTTP POST, signed by Standard Webhooks.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from urllib.parse import urlsplit

from dyadwatch.errors import WebError
from dyadwatch.model.deliveries import AttemptOutcome
from dyadwatch.senders import signatures
from dyadwatch.senders.channel import Message, Transports, answer, failure
from dyadwatch.subscriptions.confirmations import HANDSHAKE

RESPONSE_LIMIT = 16 * 2**10  # bytes of a response that are kept
_NO_NAME = "dyadwatch"  # how we call ourselves to endpoints without a public URL
_MAX_NAME = 300  # characters
_MAX_DIGITS = 6  # of a rate
_MIN_RATE = 0.01  # a second, as slow as a subscription may be
DEADLINE = 15.0  # seconds for one attempt; the specification recommends 15 to 30


class Webhook:
    """The channel of http and https URLs. Only 2xx delivers; a redirect
    is a failure, and 410 says that the receiver is gone for good."""

    def __init__(self, transports: Transports) -> None:
        self._http = transports.http
        self._origin = urlsplit(transports.public_url or "").hostname or _NO_NAME

    def check(self, url: str) -> None:
        """Raises WebError for a URL that is malformed or leads into a private network."""
        self._http.check(url)

    def send(self, message: Message) -> AttemptOutcome:
        """One signed POST, or the OPTIONS that asks whether any may come."""
        if message.event_type == HANDSHAKE:
            return self._ask(message)
        timestamp = int(message.attempted_at.timestamp())
        headers = {
            **message.headers,
            "content-type": message.content_type,
            "webhook-sequence": str(message.sequence),
            **signatures.headers(message.secrets, message.id, timestamp, message.body),
        }
        try:
            response = self._http.post(
                message.url,
                message.body,
                headers=headers,
                limit=RESPONSE_LIMIT,
                deadline=DEADLINE,
                until=message.until,
            )
        except WebError as error:
            return failure(error)
        return answer(response, recipient="receiver")

    def _ask(self, message: Message) -> AttemptOutcome:
        """Delivered where the endpoint names us, or everybody, as who may send (CloudEvents Web Hooks 4)."""
        headers = {"webhook-request-origin": self._origin}
        try:
            response = self._http.options(
                message.url, headers=headers, limit=RESPONSE_LIMIT, deadline=DEADLINE, until=message.until
            )
        except WebError as error:
            return failure(error)
        allowed = response.headers.get("webhook-allowed-origin", "").strip().lower()
        may_send = 200 <= response.status < 300 and allowed in {"*", self._origin}
        return AttemptOutcome(
            delivered=may_send,
            status=response.status,
            response=f"WebHook-Allowed-Origin: {allowed[:_MAX_NAME]}" if allowed else "",
            permanent=200 <= response.status < 300 and not may_send,
            allowed_per_second=_rate(response.headers.get("webhook-allowed-rate")),
        )


def _rate(per_minute: str | None) -> float | None:
    """Requests a second of a WebHook-Allowed-Rate, which is for a minute; None for any number."""
    text = (per_minute or "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS) or int(text) == 0:
        return None
    return max(int(text) / 60, _MIN_RATE)
