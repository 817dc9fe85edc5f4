"""Servers that mean harm: each is cut off in time, and costs little memory."""

import threading
import tracemalloc
from contextlib import suppress
from time import monotonic

import pytest

from dyadwatch.errors import WebError

DEADLINE = 0.4
LIMIT = 1_000_000


def test_every_attack_ends_within_the_deadline_and_in_little_memory(serve, client, hostile, attack):
    """No hostile answer is awaited longer than the deadline or held beyond its limit."""
    server = serve(hostile(attack))
    started = monotonic()
    tracemalloc.start()
    try:
        with pytest.raises(WebError) as raised:
            client.get(server.url, limit=LIMIT, deadline=DEADLINE)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert monotonic() - started < DEADLINE + 0.5
    assert peak < 10 * LIMIT
    assert raised.value.code in {"deadline_exceeded", "body_too_large", "protocol_error", "encoding_invalid"}


def test_a_post_is_cut_off_too(serve, client, hostile, attack):
    """A receiver's answer is bounded in time and size as well;
    an answer that is only too long still counts."""
    server = serve(hostile(attack))
    started = monotonic()
    with suppress(WebError):
        answer = client.post(server.url, b"{}", headers={}, limit=1000, deadline=DEADLINE)
        assert answer.status == 200
        assert len(answer.body) <= 1000
    assert monotonic() - started < DEADLINE + 0.5


@pytest.mark.parametrize(
    ("attack_name", "code"),
    [
        ("endless body", "body_too_large"),
        ("gzip bomb", "body_too_large"),
        ("zstd bomb", "body_too_large"),
        ("endless empty gzip members", "deadline_exceeded"),
        ("endless 100 Continue", "protocol_error"),
        ("endless headers", "protocol_error"),
        ("a byte at a time", "deadline_exceeded"),
        ("silence", "deadline_exceeded"),
    ],
)
def test_the_code_says_what_was_wrong(serve, client, hostile, attack_name, code):
    """Too much, nonsense and too slow are told apart."""
    server = serve(hostile(attack_name))
    with pytest.raises(WebError) as raised:
        client.get(server.url, limit=LIMIT, deadline=0.5)
    assert raised.value.code == code


def test_a_declared_length_beyond_the_limit_is_not_even_read(serve, client, hostile):
    """A Content-Length that is too large ends the request at once, and for good."""
    server = serve(hostile("a byte at a time"))
    started = monotonic()
    with pytest.raises(WebError) as raised:
        client.get(server.url, limit=100, deadline=5)
    assert (raised.value.code, raised.value.permanent) == ("body_too_large", True)
    assert monotonic() - started < 1


def test_a_slow_server_holds_up_nobody_else(serve, client, hostile, reply):
    """While one request waits, another thread's goes through the same client."""
    slow, quick = serve(hostile("silence")), serve(reply(b"ok"))

    def wait() -> None:
        with pytest.raises(WebError):
            client.get(slow.url, limit=LIMIT, deadline=1)

    waiting = threading.Thread(target=wait)
    waiting.start()
    assert client.get(quick.url, limit=LIMIT, deadline=1).body == b"ok"
    waiting.join()
