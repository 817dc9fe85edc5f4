"""Standard Webhooks, checked against the published vector and against libraries that are not ours."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
import standardwebhooks
import svix.webhooks
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from dyadwatch import subscriptions
from dyadwatch.errors import InvalidInput
from dyadwatch.senders import signatures

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PRIVATE = "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=="
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
BODY = b'{"test": 2432232314}'
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
AT = int(NOW.timestamp())


def test_the_published_vector_comes_out():
    """The example of the specification, byte for byte."""
    assert signatures.sign(SECRET, ID, 1614265330, BODY) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_published_vector_of_a_private_key_comes_out():
    """That of Svix, `worker.rs::test_asymmetric_key_signing`, byte for byte; its public key verifies it."""
    signature = signatures.sign(PRIVATE, ID, 1614265330, BODY)
    assert signature == (
        "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="
    )
    public = Ed25519PublicKey.from_public_bytes(
        base64.b64decode(signatures.public_key(PRIVATE).removeprefix("whpk_"))
    )
    public.verify(base64.b64decode(signature.removeprefix("v1a,")), b"%b.1614265330.%b" % (ID.encode(), BODY))


def test_a_secret_that_receivers_can_use_is_accepted():
    for secret in (SECRET, PRIVATE, signatures.new_secret(), signatures.new_secret("v1a")):
        signatures.check_secret(secret)


@pytest.mark.parametrize(
    "secret",
    [
        "whsec_bWluZQ==",
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsec_" + base64.b64encode(b"x" * 65).decode(),
        "whsk_" + base64.b64encode(b"x" * 32).decode(),
        "whsk_" + base64.b64encode(b"x" * 64).decode(),
    ],
)
def test_a_secret_that_receivers_could_not_use_is_refused(secret):
    """Too short, without a prefix, too long; half of a private key; a public key of another."""
    with pytest.raises(InvalidInput) as raised:
        signatures.check_secret(secret)
    assert raised.value.code == "secret_invalid"


def test_a_receiver_that_shares_a_secret_passes_over_signatures_by_a_private_key():
    """Both libraries find their own among those of other kinds."""
    secret = signatures.new_secret()
    now = int(datetime.now(UTC).timestamp())
    headers = signatures.headers([signatures.new_secret("v1a"), secret], ID, now, BODY)
    assert headers["webhook-signature"].startswith("v1a,")
    standardwebhooks.Webhook(secret).verify(BODY, headers)
    svix.webhooks.Webhook(secret).verify(BODY, headers)


def test_a_new_secret_is_long_and_unlike_the_last():
    """whsec_ and 32 bytes of base64."""
    first, second = signatures.new_secret(), signatures.new_secret()
    assert first != second
    assert first.startswith("whsec_")
    assert len(base64.b64decode(first.removeprefix("whsec_"))) == 32


@pytest.mark.no_cover
@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=20), st.text(max_size=50), max_size=5))
def test_other_libraries_accept_our_signature(data):
    """standardwebhooks and svix verify what we send, whatever letters it has."""
    secret = signatures.new_secret()
    body = subscriptions.envelope("alert.created", NOW, data)
    now = int(datetime.now(UTC).timestamp())
    headers = signatures.headers([secret], "evt_1", now, body)
    assert standardwebhooks.Webhook(secret).verify(body, headers) == json.loads(body)
    svix.webhooks.Webhook(secret).verify(body, headers)
    with pytest.raises(svix.webhooks.WebhookVerificationError):
        svix.webhooks.Webhook(secret).verify(body + b" ", headers)


def test_our_check_accepts_the_signature_of_another_library():
    """What standardwebhooks signs, we verify."""
    signature = standardwebhooks.Webhook(SECRET).sign(ID, NOW, BODY.decode())
    headers = {"Webhook-Id": ID, "Webhook-Timestamp": str(AT), "Webhook-Signature": signature}
    signatures.verify(SECRET, headers, BODY, now=NOW)


def test_both_secrets_of_a_rotation_verify_the_same_delivery():
    """The current secret signs first; a receiver may know either."""
    old, new = signatures.new_secret(), signatures.new_secret()
    headers = signatures.headers([new, old], ID, AT, BODY)
    assert headers["webhook-signature"].split(" ")[0] == signatures.sign(new, ID, AT, BODY)
    for secret in (old, new):
        signatures.verify(secret, headers, BODY, now=NOW)
    with pytest.raises(InvalidInput):
        signatures.verify(signatures.new_secret(), headers, BODY, now=NOW)


def test_the_headers_are_those_of_the_specification():
    """Names and identity; a retry has the same id and a new time and signature."""
    headers = signatures.headers([SECRET], ID, AT, BODY)
    assert set(headers) == {"webhook-id", "webhook-timestamp", "webhook-signature"}
    assert headers["webhook-id"] == ID
    retry = signatures.headers([SECRET], ID, AT + 5, BODY)
    assert retry["webhook-id"] == ID
    assert retry["webhook-signature"] != headers["webhook-signature"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"webhook-id": None}, "signature_missing"),
        ({"webhook-timestamp": None}, "signature_missing"),
        ({"webhook-signature": None}, "signature_missing"),
        ({"webhook-timestamp": "soon"}, "timestamp_invalid"),
        ({"webhook-timestamp": "-1"}, "timestamp_invalid"),
        ({"webhook-timestamp": "9" * 400}, "timestamp_invalid"),
        ({"webhook-timestamp": "٥"}, "timestamp_invalid"),
        ({"webhook-timestamp": str(AT - 301)}, "timestamp_too_old"),
        ({"webhook-timestamp": str(AT + 301)}, "timestamp_too_new"),
        ({"webhook-timestamp": str(AT - 10)}, "signature_invalid"),
        ({"webhook-id": "msg_other"}, "signature_invalid"),
        ({"webhook-signature": ""}, "signature_invalid"),
        ({"webhook-signature": "v1"}, "signature_invalid"),
        ({"webhook-signature": "v1,not base64 é"}, "signature_invalid"),
        ({"webhook-signature": "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5B"}, "signature_invalid"),
    ],
)
def test_a_false_webhook_is_refused_with_a_reason(change, code):
    """Missing, stale, early, altered or foreign: each has its code."""
    headers = signatures.headers([SECRET], ID, AT, BODY)
    changed = {name: value for name, value in (headers | change).items() if value is not None}
    with pytest.raises(InvalidInput) as raised:
        signatures.verify(SECRET, changed, BODY, now=NOW)
    assert raised.value.code == code


def test_a_changed_body_is_refused():
    """One byte is enough."""
    headers = signatures.headers([SECRET], ID, AT, BODY)
    with pytest.raises(InvalidInput) as raised:
        signatures.verify(SECRET, headers, BODY + b" ", now=NOW)
    assert raised.value.code == "signature_invalid"


def test_the_tolerance_can_be_chosen():
    """Replayed tests may allow more."""
    headers = signatures.headers([SECRET], ID, AT, BODY)
    signatures.verify(SECRET, headers, BODY, now=NOW + timedelta(days=1), tolerance=100_000)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_!!", "whsec_ä"])
def test_a_malformed_secret_is_named_and_not_shown(secret):
    """The error does not repeat it."""
    with pytest.raises(InvalidInput) as raised:
        signatures.sign(secret, ID, AT, BODY)
    assert raised.value.code == "secret_invalid"
    assert not secret or secret == "whsec_" or secret not in raised.value.detail


def test_the_envelope_has_type_time_and_data_in_this_order():
    """Compact JSON in UTF-8 with an RFC 3339 time."""
    body = subscriptions.envelope("alert.created", NOW, {"id": 7, "title": "خبر"})
    assert body == (
        b'{"type":"alert.created","timestamp":"2026-11-22T12:00:00+00:00","data":{"id":7,"title":"'
        + "خبر".encode()
        + b'"}}'
    )
