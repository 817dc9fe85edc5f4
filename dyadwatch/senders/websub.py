"""WebSub, as a hub: what is new of a feed as an HTTP POST to who subscribed to it, and the question whether
they did.

https://www.w3.org/TR/websub/
"""

import hmac

import orjson

from dyadwatch.errors import WebError
from dyadwatch.model.deliveries import AttemptOutcome
from dyadwatch.senders.channel import Message, Transports, answer, failure, response_text
from dyadwatch.senders.webhook import DEADLINE, RESPONSE_LIMIT
from dyadwatch.subscriptions import hub

HUB = "/hub"  # where readers subscribe, below the public URL


class WebSub:
    """The channel of those who subscribed at our hub. Refused where the hub has no public URL."""

    def __init__(self, transports: Transports) -> None:
        self._http, self._site = transports.http, transports.public_url

    def send(self, message: Message, topic: str) -> AttemptOutcome:
        """One question, or one push."""
        try:
            if message.event_type == hub.VERIFICATION:
                return self._verify(message, topic)
            return self._push(message, topic)
        except WebError as error:
            return failure(error)

    def _verify(self, message: Message, topic: str) -> AttemptOutcome:
        """Delivered where the callback echoes the challenge; any other answer is for good (section 5.3)."""
        asked = orjson.loads(message.body)["data"]
        url = hub.verification_url(
            message.url,
            mode=asked["mode"],
            topic=topic,
            challenge=asked["challenge"],
            lease=asked["lease"],
        )
        response = self._http.get(
            url, limit=RESPONSE_LIMIT, deadline=DEADLINE, until=message.until, follow=0, cut=True
        )
        echoed = hmac.compare_digest(response.body, asked["challenge"].encode())
        confirmed = 200 <= response.status < 300 and echoed
        return AttemptOutcome(
            delivered=confirmed,
            status=response.status,
            response=response_text(response),
            permanent=not confirmed,
        )

    def _push(self, message: Message, topic: str) -> AttemptOutcome:
        if self._site is None:
            raise WebError("the hub has no DYADWATCH_PUBLIC_URL", code="hub_not_set_up")
        headers = {"content-type": message.content_type, "link": hub.links(self._site + HUB, topic)}
        for secret in message.secrets:
            headers["x-hub-signature"] = hub.signature(secret, message.body)
        response = self._http.post(
            message.url,
            message.body,
            headers=headers,
            limit=RESPONSE_LIMIT,
            deadline=DEADLINE,
            until=message.until,
        )
        return answer(response, recipient="reader")
