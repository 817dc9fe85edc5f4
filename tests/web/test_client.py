"""What the client gives for well-meant answers, and what its errors are called."""

import socket
import zlib
from contextlib import suppress
from datetime import UTC, datetime
from time import monotonic

import brotli
import pytest
from backports import zstd

from dyadwatch.errors import BlockedAddress, WebError
from dyadwatch.web import Client

BODY = "Здравствуй, мир. ".encode() * 500


def _deflated(body):
    squeeze = zlib.compressobj(wbits=-15)
    return squeeze.compress(body) + squeeze.flush()


def _gzipped(body):
    squeeze = zlib.compressobj(wbits=31)
    return squeeze.compress(body) + squeeze.flush()


def _get(client, url, **options):
    return client.get(url, **{"limit": 1_000_000, "deadline": 5, **options})


def test_an_answer_is_complete(serve, client, reply):
    """Status, headers in lower case with repeats joined, body, URL and times are those of the answer."""
    server = serve(reply(b"hello", 203, ETag='"1"', X_A="1", x_a="2"))
    before, started = datetime.now(UTC), monotonic()
    answer = _get(client, server.url + "/p?q=1#part")
    after, taken = datetime.now(UTC), monotonic() - started
    assert before <= answer.received_at <= after
    assert 0 < answer.seconds <= taken
    assert (answer.status, answer.body, answer.url, answer.hops) == (203, b"hello", server.url + "/p?q=1", ())
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["x-a"] == "1, 2"


@pytest.mark.parametrize(
    ("coding", "encode"),
    [
        ("gzip", _gzipped),
        ("x-gzip", _gzipped),
        ("deflate", zlib.compress),
        ("deflate", _deflated),
        ("br", brotli.compress),
        ("zstd", zstd.compress),
        ("gzip, br", lambda body: brotli.compress(_gzipped(body))),
        ("identity", bytes),
    ],
)
def test_bodies_come_decoded(serve, client, reply, coding, encode):
    """Every coding that the client asks for is undone, and the limit holds for the decoded body."""
    server = serve(reply(encode(BODY), content_encoding=coding))
    assert _get(client, server.url).body == BODY
    assert _get(client, server.url, limit=len(BODY)).body == BODY
    with pytest.raises(WebError) as raised:
        _get(client, server.url, limit=len(BODY) - 1)
    assert raised.value.code == "body_too_large"


def test_a_body_that_is_not_encoded_as_it_says_is_taken_as_it_is(serve, client, reply):
    """Asked for again without an encoding, in case that it is that which fails. After a POST it is no
    matter."""
    server = serve(reply(b"plainly not gzip", content_encoding="gzip"))
    assert _get(client, server.url).body == b"plainly not gzip"
    assert [b"accept-encoding: identity" in head.lower() for head in server.requests] == [False, True]
    answer = client.post(server.url, b"{}", headers={}, limit=100, deadline=5)
    assert (answer.status, answer.body) == (200, b"")


WHOLE = {
    "page": b"<html><body><p>News</body></html>",
    "page, blanks after it": b"<HTML><p>News</HTML>\n\n",
    "feed": b"<rss><channel><title>News</title></channel></rss>",
    "sitemap": b"<urlset></urlset >",
}
CUT = {
    "page": b"<html><body><p>Ne",
    "feed": b"<rss><channel><title>News</title></channel>",
    "other": b'{"a": 1}',
}


def _short(body, chunked=False):
    """An answer that ends before what it announces."""
    size = b"transfer-encoding: chunked\r\n" if chunked else b"content-length: %d\r\n" % (len(body) + 20)
    data = b"%x\r\n%s\r\n" % (len(body), body) if chunked else body

    def handler(connection, _head):
        connection.sendall(b"HTTP/1.1 200 OK\r\nconnection: close\r\n" + size + b"\r\n" + data)
        connection.close()

    return handler


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("body", WHOLE.values(), ids=WHOLE)
def test_a_document_that_has_its_end_is_whole_though_more_was_announced(serve, client, body, chunked):
    assert _get(client, serve(_short(body, chunked)).url).body == body


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("body", CUT.values(), ids=CUT)
def test_one_that_lacks_its_end_broke_off(serve, client, body, chunked):
    with pytest.raises(WebError) as raised:
        _get(client, serve(_short(body, chunked)).url)
    assert raised.value.code == "protocol_error"


def test_the_request_says_who_asks_and_nothing_else(serve, client, reply, monkeypatch, tmp_path):
    """User agent, codings and the caller's headers are sent;
    netrc, cookies and proxies of the environment are not."""
    server = serve(reply(b"", set_cookie="a=b"))
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    for _ in range(2):
        _get(client, server.url, headers={"if-none-match": '"x"'})
    for request in server.requests:
        lines = request.decode().lower().split("\r\n")
        assert "user-agent: dyadwatch-test" in lines
        assert "accept-encoding: gzip, deflate, br, zstd" in lines
        assert 'if-none-match: "x"' in lines
        assert not any(line.startswith(("cookie", "authorization")) for line in lines)


def test_connections_are_kept_for_the_same_host(serve, client, reply):
    """Several requests need one connection, errors and empty answers included."""
    server = serve(reply(b"x" * 100_000))
    empty = reply(status=304)
    for handler in (server.handler, reply(b"", 404), empty, server.handler):
        server.handler = handler
        _get(client, server.url)
    assert server.connections == 1


def test_a_kept_connection_that_died_is_replaced(serve, client):
    """A request that finds its kept connection closed is sent once more, on a new one."""

    def once_per_connection(connection, head):
        if head.startswith(b"GET /second") and server.connections == 1:
            # Reset, after the request: what a server does that has just given up an idle connection.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            connection.close()
            raise OSError
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")

    server = serve(once_per_connection)
    assert _get(client, server.url + "/first").body == b"ok"
    assert _get(client, server.url + "/second").body == b"ok"
    assert server.connections == 2


@pytest.mark.parametrize(
    "answer", [b"", b"not HTTP\r\n\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx"]
)
def test_a_broken_answer_is_a_protocol_error(serve, client, answer):
    """A connection that closes before, instead of, or within an answer."""

    def handle(connection, head):
        connection.sendall(answer)
        connection.shutdown(socket.SHUT_RDWR)

    with pytest.raises(WebError) as raised:
        _get(client, serve(handle).url)
    assert (raised.value.code, raised.value.permanent) == ("protocol_error", False)


def test_a_closed_port_and_a_silent_one_look_the_same(client, monkeypatch):
    """Refused and filtered give one text and one code, so that a caller learns nothing about ports."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = listener.getsockname()[1]
    errors = []
    with pytest.raises(WebError) as raised:
        _get(client, f"http://127.0.0.1:{closed}/")
    errors.append(raised.value)

    def filtered(self, address):
        raise TimeoutError("timed out")

    monkeypatch.setattr(socket.socket, "connect", filtered)
    with pytest.raises(WebError) as raised:
        _get(client, f"http://127.0.0.1:{closed}/")
    errors.append(raised.value)
    assert {(error.code, error.detail, error.permanent) for error in errors} == {
        ("connect_failed", f"no connection to 127.0.0.1 port {closed}", False)
    }


def test_no_time_is_no_request(serve, client, reply):
    """A deadline that has passed sends nothing."""
    server = serve(reply())
    with pytest.raises(WebError) as raised:
        _get(client, server.url, deadline=0)
    assert raised.value.code == "deadline_exceeded"
    assert server.requests == []


def test_a_post_sends_its_bytes_and_follows_nothing(serve, client, reply):
    """The body arrives as it is, a redirect is an answer, and its target sees nothing."""
    target = serve(reply())
    server = serve(reply(b"0123456789", 307, location=target.url))
    answer = client.post(
        server.url, b'{"a": "\xd8\xa7"}', headers={"content-type": "application/json"}, limit=4, deadline=5
    )
    assert (answer.status, answer.body, answer.headers["location"]) == (307, b"0123", target.url)
    assert server.requests[0].endswith(b'\r\n\r\n{"a": "\xd8\xa7"}')
    assert b"content-type: application/json" in server.requests[0]
    assert target.requests == []


def test_a_post_that_answers_shortly_keeps_its_status(serve, client):
    """A body that breaks off does not undo the status that came before it."""

    def handle(connection, head):
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx")
        connection.shutdown(socket.SHUT_RDWR)

    assert client.post(serve(handle).url, b"{}", headers={}, limit=99, deadline=5).status == 200


def test_a_closed_client_opens_new_connections(serve, client, reply):
    """close() gives back the sockets; a later request is no error."""
    server = serve(reply(b"ok"))
    _get(client, server.url)
    client.close()
    assert _get(client, server.url).body == b"ok"
    assert server.connections == 2


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/",
        "https://a.localhost:8080/",
        "http://10.0.0.1/",
        "http://[::1]/",
        "http://168.63.129.16/",
    ],
)
def test_check_refuses_without_network(guarded, names, url):
    """A literal or local address is refused as soon as it is written, and the text names the setting only."""
    with pytest.raises(BlockedAddress) as raised:
        guarded.check(url)
    assert "DYADWATCH_ALLOW_PRIVATE_NETWORKS" in raised.value.detail
    assert raised.value.permanent


def test_check_passes_what_may_be_public(guarded, client, names):
    """Names are left to the moment of dialling; opened networks pass."""
    guarded.check("https://example.org/feed")
    client.check("http://localhost:8000/")
    with pytest.raises(WebError) as raised:
        guarded.check("ftp://example.org/")
    assert raised.value.code == "url_invalid"


def test_many_threads_share_one_client(serve, client, reply):
    """Requests at once from several threads each get their own answer."""
    import threading

    def echo(connection, head):
        reply(head.split(b" ")[1])(connection, head)

    server = serve(echo)
    bodies = {}

    def ask(number):
        bodies[number] = [_get(client, f"{server.url}/{number}-{turn}").body for turn in range(10)]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert bodies == {number: [f"/{number}-{turn}".encode() for turn in range(10)] for number in range(8)}
    assert server.connections <= 8


def test_a_server_that_closes_each_time_is_served_well(serve, client):
    """`Connection: close` without a length ends the body with the connection."""

    def handle(connection, head):
        connection.sendall(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nall of it")
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)

    server = serve(handle)
    assert [_get(client, server.url).body for _ in range(2)] == [b"all of it"] * 2


def test_the_client_reads_no_environment_for_proxies(monkeypatch, serve, reply):
    """A client made under HTTP_PROXY goes straight to its target."""
    from ipaddress import ip_network

    server, other = serve(reply(b"target")), serve(reply(b"proxy"))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, other.url)
    instance = Client(allow_private=[ip_network("127.0.0.1/32")], user_agent="x")
    assert _get(instance, server.url).body == b"target"
    instance.close()


def test_a_post_too_survives_a_kept_connection_that_died(serve, client):
    """A receiver that closed an idle connection is sent the same bytes once more."""

    def once_per_connection(connection, head):
        if head.startswith(b"POST /second") and server.connections == 1:
            connection.shutdown(socket.SHUT_RDWR)
            raise OSError
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")

    server = serve(once_per_connection)
    for path in ("/first", "/second"):
        assert client.post(server.url + path, b"{}", headers={}, limit=9, deadline=5).status == 200
    assert [request.split(b" ")[1] for request in server.requests] == [b"/first", b"/second", b"/second"]
