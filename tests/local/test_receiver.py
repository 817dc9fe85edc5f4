"""The demo's receiver: shows what is signed, refuses what is not."""

import json
import urllib.request
from datetime import UTC, datetime

import pytest

from dyadwatch import subscriptions
from dyadwatch.local.demo import receiver
from dyadwatch.senders import signatures

SECRET = signatures.new_secret()
ALERT = {
    "watch": "assad-khamenei",
    "score": 0.91,
    "articles": [{"title": "A visit\x1b[2J", "source": "The Harbour Ledger"}],
    "evidence": [{"evidence": {"quote": "They met in Tehran."}}],
}


def _signed(data):
    now = datetime.now(UTC)
    body = subscriptions.envelope("alert.created", now, data)
    return signatures.headers([SECRET], "msg_1", int(now.timestamp()), body), body


def _answer(headers, body):
    status, line = receiver.handle(SECRET, headers, body, now=datetime.now(UTC))
    return status, line.plain


def test_a_signed_alert_is_one_line_with_its_score_title_and_source():
    assert _answer(*_signed(ALERT)) == (
        204,
        "● new alert  0.91  A visit\ufffd[2J  (The Harbour Ledger)  signature verified",
    )


def test_an_event_without_articles_is_shown_too():
    assert _answer(*_signed({"test": True})) == (204, "● new alert  signature verified")


def test_a_changed_body_is_refused():
    headers, body = _signed(ALERT)
    status, line = _answer(headers, body + b" ")
    assert (status, line.partition(";")[0]) == (
        400,
        "refused a webhook: no signature matches (signature_invalid)",
    )


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b'{"type":"subscription.test"}', "subscription.test"),
        (b'{"type":"\\u001b[2J"}', "\ufffd[2J"),
        (b'{"type":1}', "something that is no event"),
        (b"[", "something that is no event"),
    ],
)
def test_what_is_for_a_subscription_of_ones_own_is_shown_and_not_verified(body, shown):
    status, line = receiver.handle(None, {}, body, now=datetime.now(UTC))
    assert (status, line.plain) == (204, f"● {shown}  for a subscription of yours, not verified")


def test_it_answers_over_http():
    lines = []
    server = receiver.serve("127.0.0.1", 0, SECRET, lines.append)
    try:
        headers, body = _signed(ALERT)
        request = urllib.request.Request(server.url, data=body, headers=headers)
        assert urllib.request.urlopen(request).status == 204
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.request.Request(server.url, data=json.dumps({}).encode()))
        assert refused.value.code == 400
        assert urllib.request.urlopen(urllib.request.Request(server.yours, data=b"{}")).status == 204
    finally:
        server.close()
    assert len(lines) == 3
