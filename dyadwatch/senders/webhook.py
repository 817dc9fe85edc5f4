"""Webhooks: the body as an HTTP POST, signed by Standard Webhooks.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from dyadwatch.errors import WebError
from dyadwatch.model.deliveries import AttemptOutcome
from dyadwatch.senders import signatures
from dyadwatch.senders.channel import Message, Transports

RESPONSE_LIMIT = 16 * 2**10  # bytes of a response that are kept
DEADLINE = 15.0  # seconds for one attempt; the specification recommends 15 to 30


class Webhook:
    """The channel of http and https URLs. Only 2xx delivers; a redirect
    is a failure, and 410 says that the receiver is gone for good."""

    def __init__(self, transports: Transports) -> None:
        self._http = transports.http

    def check(self, url: str) -> None:
        """Raises WebError for a URL that is malformed or leads into a private network."""
        self._http.check(url)

    def send(self, message: Message) -> AttemptOutcome:
        """One signed POST."""
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
            return AttemptOutcome(error=error.code, detail=error.detail, permanent=error.permanent)
        return AttemptOutcome(
            delivered=200 <= response.status < 300,
            status=response.status,
            response=response.body.decode("utf-8", "replace").replace("\0", ""),
            retry_after=response.headers.get("retry-after"),
            gone="the receiver answered 410 Gone" if response.status == 410 else None,
        )
