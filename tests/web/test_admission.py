"""`admit` is entered at each hop, may wait or refuse, and is left when the response has been read."""

import time
from contextlib import contextmanager

import pytest

from dyadwatch.errors import DyadwatchError, WebError


@pytest.fixture
def gate():
    """gate(url) notes what is entered and left; `gate.seen` holds it, in order."""

    @contextmanager
    def admit(url):
        admit.steps.append(("in", url))
        try:
            yield
        finally:
            admit.steps.append(("out", url))

    admit.steps = []
    return admit


def _ask(client, method, url, **options):
    options = {"limit": 99, "deadline": 5} | options
    return client.get(url, **options) if method == "get" else client.post(url, b"", headers={}, **options)


def test_each_hop_is_admitted_before_it_is_dialled(serve, client, reply, gate):
    """The first URL is left before the second is entered, and none is requested outside."""
    target = serve(reply(b"there"))
    first = serve(reply(b"", 302, location=target.url + "/x"))
    response = client.get(first.url, limit=99, deadline=5, admit=gate)
    assert response.body == b"there"
    start, end = first.url + "/", target.url + "/x"
    assert gate.steps == [("in", start), ("out", start), ("in", end), ("out", end)]


def test_a_failed_request_is_left_too(serve, client, gate):
    """An answer that breaks off gives back its place."""
    server = serve(lambda connection, head: connection.shutdown(2))
    with pytest.raises(WebError):
        client.get(server.url, limit=99, deadline=5, admit=gate)
    assert [step for step, _ in gate.steps] == ["in", "out"]


def test_a_refusal_passes_through_and_nothing_is_sent(serve, client, reply):
    """What `admit` raises is what the caller sees."""
    server = serve(reply())
    refusal = DyadwatchError("not now", code="later")

    def refuse(url):
        raise refusal

    with pytest.raises(DyadwatchError) as raised:
        client.get(server.url, limit=99, deadline=5, admit=refuse)
    assert raised.value is refusal
    assert server.requests == []


@pytest.fixture
def slow_admission(monkeypatch):
    """An admission that takes 1,000 s by the client's clock."""
    waited = []
    monkeypatch.setattr("dyadwatch.web.client.monotonic", lambda: time.monotonic() + sum(waited))

    @contextmanager
    def admit(url):
        waited.append(1_000)
        yield

    return admit


def test_waiting_to_be_admitted_takes_nothing_from_the_deadline(serve, client, reply, slow_admission):
    """The deadline is for the servers, whose fault the waiting is not."""
    server = serve(reply(b"ok"))
    response = client.get(server.url, limit=99, deadline=60, admit=slow_admission)
    assert response.status == 200
    assert response.seconds < 1_000


def test_waiting_to_be_admitted_counts_against_the_time_by_which_all_must_end(
    serve, client, reply, slow_admission
):
    """However often a server redirects: a claimed row has one lease."""
    server = serve(reply(b"ok"))
    with pytest.raises(WebError) as raised:
        client.get(server.url, limit=99, deadline=60, until=time.monotonic() + 500, admit=slow_admission)
    assert raised.value.code == "deadline_exceeded"
    assert server.requests == []


def test_what_is_forbidden_is_not_even_admitted(guarded, gate):
    """A URL that could never be requested takes no place."""
    with pytest.raises(WebError):
        guarded.get("http://10.0.0.1/", limit=99, deadline=5, admit=gate)
    assert gate.steps == []
