"""Headers of subscriptions: what a message or its connection needs is not theirs to set."""

import pytest

from dyadwatch.errors import InvalidInput
from dyadwatch.subscriptions import check_headers


def test_names_are_lower_case():
    assert check_headers({"Authorization": "Bearer a b", "X-Key": "~"}) == {
        "authorization": "Bearer a b",
        "x-key": "~",
    }


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        *(({name: "x"}, "not_allowed") for name in (
            "Host", "content-length", "Content-Type", "Transfer-Encoding", "Connection", "TE", "Upgrade",
            "Proxy-Authorization", "webhook-signature", "Webhook-Id", "Webhook_Id", "content.length", "User-Agent", "Expect",
        )),
        ({"a b": "x"}, "malformed"),
        ({"": "x"}, "malformed"),
        ({"a:": "x"}, "malformed"),
        ({"x" * 101: "x"}, "malformed"),
        *(({"x-key": value}, "malformed") for value in ("", " a", "a ", "a\r\nHost: b", "a\0", "schlüssel", "x" * 4_001)),
        ({"x-key": "a", "X-Key": "b"}, "repeated"),
        ({f"x-{number}": "a" for number in range(21)}, "too_long"),
        ({f"x-{number}": "a" * 3_000 for number in range(3)}, "too_long"),
    ],
)  # fmt: skip
def test_a_header_that_cannot_be_sent_is_refused_and_its_value_not_shown(headers, code):
    with pytest.raises(InvalidInput) as raised:
        check_headers(headers)
    assert code in {error.code for error in raised.value.errors}
    assert all(error.pointer.startswith("/headers") for error in raised.value.errors)
    assert "schlüssel" not in raised.value.report()
