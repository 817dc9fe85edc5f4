"""Servers that mean harm: each is cut off in time, and costs little memory."""

import threading
import tracemalloc
from contextlib import suppress

import pytest

from dyadwatch.errors import WebError

DEADLINE = 0.4
AMPLE = 60  # seconds: a deadline that is never the reason
LIMIT = 1_000_000


@pytest.mark.no_cover
def test_every_attack_ends_within_the_deadline_and_in_little_memory(serve, client, hostile, attack):
    """None of them ends by itself, so that coming back at all shows the deadline; and none is held beyond its
    limit."""
    server = serve(hostile(attack))
    tracemalloc.start()
    try:
        with pytest.raises(WebError) as raised:
            client.get(server.url, limit=LIMIT, deadline=DEADLINE)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10 * LIMIT
    assert raised.value.code in {"deadline_exceeded", "body_too_large", "protocol_error", "encoding_invalid"}


def test_a_post_is_cut_off_too(serve, client, hostile, attack):
    """A receiver's answer is bounded in time and size as well;
    an answer that is only too long still counts."""
    server = serve(hostile(attack))
    with suppress(WebError):
        answer = client.post(server.url, b"{}", headers={}, limit=1000, deadline=DEADLINE)
        assert answer.status == 200
        assert len(answer.body) <= 1000


@pytest.mark.parametrize(
    ("attack_name", "code", "deadline"),
    [
        ("endless body", "body_too_large", AMPLE),
        ("gzip bomb", "body_too_large", AMPLE),
        ("zstd bomb", "body_too_large", AMPLE),
        ("endless 100 Continue", "protocol_error", AMPLE),
        ("endless headers", "protocol_error", AMPLE),
        ("endless empty gzip members", "deadline_exceeded", DEADLINE),
        ("a byte at a time", "deadline_exceeded", DEADLINE),
        ("silence", "deadline_exceeded", DEADLINE),
    ],
)
def test_the_code_says_what_was_wrong(serve, client, hostile, attack_name, code, deadline):
    """Too much, nonsense and too slow have different codes."""
    server = serve(hostile(attack_name))
    with pytest.raises(WebError) as raised:
        client.get(server.url, limit=LIMIT, deadline=deadline)
    assert raised.value.code == code


def test_a_declared_length_beyond_the_limit_is_not_even_read(serve, client, hostile):
    """A Content-Length that is too large ends the request at once, and for good."""
    server = serve(hostile("a byte at a time"))
    with pytest.raises(WebError) as raised:
        client.get(server.url, limit=100, deadline=AMPLE)
    assert (raised.value.code, raised.value.permanent) == ("body_too_large", True)


def test_a_slow_server_holds_up_nobody_else(serve, client, reply):
    """While one request waits, another thread's goes through the same client."""
    requested, answered = threading.Event(), threading.Event()

    def wait(connection, head):
        requested.set()
        assert answered.wait(AMPLE)
        reply(b"late")(connection, head)

    slow, quick = serve(wait), serve(reply(b"ok"))
    bodies = []
    waiting = threading.Thread(
        target=lambda: bodies.append(client.get(slow.url, limit=LIMIT, deadline=AMPLE).body)
    )
    waiting.start()
    assert requested.wait(AMPLE)
    assert client.get(quick.url, limit=LIMIT, deadline=AMPLE).body == b"ok"
    answered.set()
    waiting.join()
    assert bodies == [b"late"]
