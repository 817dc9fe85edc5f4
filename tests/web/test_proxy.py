"""The egress proxy: trusted itself, while what is requested through it is not."""

import base64
import socket
import ssl

import pytest

from dyadwatch.errors import BlockedAddress, WebError
from dyadwatch.web import Client


@pytest.fixture
def through():
    """through(proxy URL): a client as shipped that goes through it."""
    clients = []

    def make(url):
        clients.append(Client(proxy=url, user_agent="dyadwatch-test"))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


def _get(client, url, **options):
    return client.get(url, **{"limit": 10_000, "deadline": 2, **options})


def test_a_proxy_on_a_private_address_carries_requests(serve, reply, through, names):
    """The proxy is dialled wherever it is, gets the whole URL
    and its own credentials, and may know names we do not."""
    proxy = serve(reply(b"carried"))
    client = through(f"http://me:p%40ss@127.0.0.1:{proxy.port}")
    assert _get(client, "http://only.proxy.knows.test/a?b=1").body == b"carried"
    lines = proxy.requests[0].decode().split("\r\n")
    assert lines[0] == "GET http://only.proxy.knows.test/a?b=1 HTTP/1.1"
    assert "host: only.proxy.knows.test" in [line.lower() for line in lines]
    credentials = base64.b64encode(b"me:p@ss").decode()
    assert f"proxy-authorization: basic {credentials}".lower() in [line.lower() for line in lines]


def test_https_goes_through_a_tunnel(serve, through, names, monkeypatch, certificates):
    """A tunnel is requested, and TLS ends at the target, whose certificate is checked."""
    monkeypatch.setenv("SSL_CERT_FILE", certificates.authority)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificates.server.configure_cert(context)

    def tunnel(connection, head):
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with context.wrap_socket(connection, server_side=True) as inner:
            inner.recv(65536)
            inner.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\ninside")
            inner.recv(1)

    proxy = serve(tunnel)
    names["secure.test"] = [["93.184.215.14"]]
    assert _get(through(proxy.url), "https://secure.test/").body == b"inside"
    assert proxy.requests[0].startswith(b"CONNECT secure.test:443 HTTP/1")


def test_a_tunnel_that_is_refused_is_a_failed_connection(serve, reply, through, names):
    """What the proxy answers does not show whether a port is open."""
    proxy = serve(reply(b"no", 403))
    with pytest.raises(WebError) as raised:
        _get(through(proxy.url), "https://secure.test/")
    assert raised.value.code == "connect_failed"


def test_a_dead_proxy_is_a_failed_connection(through, names):
    """The error says so."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(WebError) as raised:
        _get(through(f"http://127.0.0.1:{port}"), "http://name.test/")
    assert raised.value.code == "connect_failed"


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1/", "http://localhost/", "http://inside.test/", "http://mixed.test/"]
)
def test_private_targets_are_refused_before_the_proxy(serve, reply, through, names, url):
    """By their text, and by DNS as far as we have it: the proxy
    picks the address, so each must be permitted."""
    names.update({"inside.test": [["10.0.0.1"]], "mixed.test": [["93.184.215.14", "10.0.0.1"]]})
    proxy = serve(reply(b"carried"))
    with pytest.raises(BlockedAddress):
        _get(through(proxy.url), url)
    assert proxy.requests == []


def test_a_stuck_look_up_ends_in_time_with_a_proxy_too(serve, reply, through, monkeypatch):
    """Only a failed look-up is left to the proxy."""
    import time

    def slow(*_, **__):
        time.sleep(0.5)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    with pytest.raises(WebError) as raised:
        _get(through(serve(reply()).url), "http://name.test/", deadline=0.1)
    assert raised.value.code == "deadline_exceeded"
