"""Every channel, by the scheme of the URLs that it serves."""

from collections.abc import Callable, Mapping

from dyadwatch.errors import WebError
from dyadwatch.model.deliveries import AttemptOutcome
from dyadwatch.senders.channel import Channel, Message, Transports, failure
from dyadwatch.senders.mail import Mail
from dyadwatch.senders.webhook import Webhook
from dyadwatch.senders.websub import WebSub

CHANNELS: Mapping[str, Callable[[Transports], Channel]] = {
    "http": Webhook,
    "https": Webhook,
    "mailto": Mail,
}


class Senders:
    """All channels as one: each URL is served by the channel of its scheme."""

    def __init__(self, transports: Transports) -> None:
        self._channels = {scheme: make(transports) for scheme, make in CHANNELS.items()}
        self._hub = WebSub(transports)

    def check(self, url: str) -> None:
        """Raises WebError for a URL that nothing could ever be sent to."""
        self._channel(url).check(url)

    def send(self, message: Message) -> AttemptOutcome:
        """Makes one attempt by the channel of the message's URL, or by our hub."""
        if message.topic is not None:
            return self._hub.send(message, message.topic)
        try:
            channel = self._channel(message.url)
        except WebError as error:
            return failure(error)
        return channel.send(message)

    def _channel(self, url: str) -> Channel:
        channel = self._channels.get(url.partition(":")[0].lower())
        if channel is None:
            schemes = ", ".join(self._channels)
            raise WebError(f"the URL's scheme is not one of: {schemes}", code="url_invalid", permanent=True)
        return channel
