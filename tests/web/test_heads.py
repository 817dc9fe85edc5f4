"""Heads of responses as servers write them."""

import socket

import pytest

from dyadwatch.errors import WebError

OK = b"HTTP/1.1 200 OK\r\n"
LENGTH = b"content-length: 2\r\n\r\nok"


@pytest.fixture
def answered(serve, client):
    """answered(bytes): what the client makes of an answer, twice on one connection."""

    def answered(answer):
        server = serve(lambda connection, head: connection.sendall(answer))
        responses = [client.get(server.url, limit=1000, deadline=5) for _ in range(2)]
        assert server.connections == 1
        assert {(response.status, response.body) for response in responses} == {(200, b"ok")}
        return responses[0].headers

    return answered


@pytest.mark.parametrize(
    "interim",
    [
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 102 Processing\r\n\r\n" * 3,
        b"HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\nlink: </b.css>; rel=preload\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\ncontent-length: 9\r\n\r\n",
        b"\r\n\n",
    ],
)
def test_what_comes_before_the_final_answer_is_passed_over(answered, interim):
    """Interim answers with or without fields, and line ends left from the answer before."""
    headers = answered(interim + OK + b"x-mine: 1\r\n" + LENGTH)
    assert headers == {"x-mine": "1", "content-length": "2"}


def test_a_change_of_protocol_that_was_not_asked_for_is_refused(serve, client):
    """After 101 the connection speaks no HTTP any more."""
    answer = b"HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\n\r\n"
    server = serve(lambda connection, head: connection.sendall(answer))
    with pytest.raises(WebError) as raised:
        client.get(server.url, limit=1000, deadline=5)
    assert raised.value.code == "protocol_error"


@pytest.mark.parametrize("count", [101, 2_000])
def test_headers_are_bounded_by_their_bytes_and_not_by_their_number(answered, count):
    """As of a network that sets a cookie for each of its parts."""
    headers = answered(OK + b"".join(b"x-part-%d: %d\r\n" % (n, n) for n in range(count)) + LENGTH)
    assert len(headers) == count + 1
    assert headers[f"x-part-{count - 1}"] == str(count - 1)


def test_a_header_line_longer_than_a_piece_stays_whole(answered):
    """Longer than http.client reads at all, as policies for content are."""
    headers = answered(OK + b"x-policy: " + b"a b; " * 20_000 + b"end\r\n" + LENGTH)
    assert headers["x-policy"] == "a b; " * 20_000 + "end"


@pytest.mark.parametrize(
    "odd",
    [
        b"HTTP/1.1 200 OK",  # again
        b"a line without its end of the name",
        b": no name",
        b"two words: 1",
        "x-größe: 1".encode(),
        b"\x00\x01\x02",
        b" a continuation of nothing",
    ],
)
def test_an_odd_line_costs_no_other(answered, odd):
    """What is no field is left out; those before and behind it count."""
    assert answered(OK + odd + b"\r\nx-kept: 1\r\n" + LENGTH)["x-kept"] == "1"
    assert answered(OK + b"x-kept: 1\r\n" + odd + b"\r\n" + LENGTH)["x-kept"].startswith("1")


@pytest.mark.parametrize("odd", [b"two words: 1", b"a line without its end of the name"])
def test_the_continuation_of_an_odd_line_changes_no_other(answered, odd):
    headers = answered(OK + b"content-type: text/html\r\n" + odd + b"\r\n and more\r\n\tof it\r\n" + LENGTH)
    assert headers == {"content-type": "text/html", "content-length": "2"}


def test_a_field_is_read_as_it_was_meant(answered):
    """A blank before the colon, a value on two lines, one with a carriage return in it, bare line ends."""
    odd = b'content-type : text/html\r\nx-long: one\r\n\t two\r\nx-turn: a\rx-other: b\netag:  "1"  \n'
    assert answered(OK + odd + LENGTH) == {
        "content-type": "text/html",
        "x-long": "one two",
        "x-turn": "a x-other: b",
        "etag": '"1"',
        "content-length": "2",
    }


def test_frames_of_http_2_are_named_so(serve, client):
    """A server that begins with its settings, whatever it was asked."""

    def handle(connection, head):
        connection.sendall(bytes.fromhex("000006040000000000000300000064"))
        connection.shutdown(socket.SHUT_RDWR)

    with pytest.raises(WebError) as raised:
        client.get(serve(handle).url, limit=1000, deadline=5)
    assert raised.value.code == "http2_required"
