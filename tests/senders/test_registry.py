"""The scheme of a subscription's URL chooses its channel."""

import math
from datetime import UTC, datetime

import pytest

from dyadwatch.errors import WebError
from dyadwatch.model.deliveries import AttemptOutcome
from dyadwatch.senders import Message, Senders, Transports, registry


class _Recorder:
    """A channel that records the messages that it is to send."""

    def __init__(self, _http):
        self.messages = []

    def check(self, url):
        if "@" not in url:
            raise WebError("the address has no @", code="url_invalid", permanent=True)

    def send(self, message):
        self.messages.append(message)
        return AttemptOutcome(delivered=True, status=250)


@pytest.fixture
def senders(monkeypatch):
    """The shipped channels and one more."""
    monkeypatch.setattr(registry, "CHANNELS", {**registry.CHANNELS, "mailto": _Recorder})
    return Senders(Transports(None))


def _message(url):
    return Message(
        id="msg_1", url=url, secrets=["whsec_"], body=b"{}", attempted_at=datetime.now(UTC), until=math.inf
    )


@pytest.mark.parametrize("scheme", ["mailto", "MAILTO"])
def test_a_message_goes_by_the_channel_of_its_scheme(senders, scheme):
    outcome = senders.send(_message(f"{scheme}:desk@paper.example"))
    assert (outcome.delivered, outcome.status) == (True, 250)


def test_each_channel_checks_its_own_urls(senders):
    senders.check("mailto:desk@paper.example")
    with pytest.raises(WebError, match="no @"):
        senders.check("mailto:desk")


@pytest.mark.parametrize("url", ["ftp://a.test/", "a.test", "", "://"])
def test_a_url_without_a_channel_is_refused_for_good(senders, url):
    with pytest.raises(WebError, match="http, https, mailto"):
        senders.check(url)
    outcome = senders.send(_message(url))
    assert (outcome.delivered, outcome.error, outcome.permanent) == (False, "url_invalid", True)
