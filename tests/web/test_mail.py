"""Mail goes to the server that the operator named, guarded and within a deadline."""

import math
import socket
import ssl
import threading
import time
from ipaddress import ip_network

import pytest
import trustme
from mail_server import LocalMailServer

from dyadwatch.errors import BlockedAddress, WebError
from dyadwatch.web import MailServer, mail

LOOPBACK = (ip_network("127.0.0.0/8"),)
MESSAGE = b"Subject: Hello\r\n\r\nText.\r\n"
LOGIN = (b"me", b"pa:ss@word")


@pytest.fixture
def serve():
    """Starts mail servers, and stops them."""
    servers = []

    def start(**options):
        servers.append(LocalMailServer(**options))
        servers[-1].start()
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def tls(monkeypatch):
    """The context of a server that clients trust."""
    authority = trustme.CA()
    server, client = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(server)
    authority.configure_trust(client)
    client.sslsocket_class = mail.tls_context().sslsocket_class
    monkeypatch.setattr(mail, "tls_context", lambda: client)
    return server


@pytest.fixture
def send():
    """Sends one message by the server at a URL."""

    def send(url, *, deadline=10.0, allowed=LOOPBACK):
        server = MailServer(url, allow_private=allowed)
        return server.send("news@our.test", "you@paper.test", MESSAGE, deadline=deadline, until=math.inf)

    return send


def test_a_message_is_handed_over(serve, send):
    server = serve()
    assert send(f"smtp+insecure://127.0.0.1:{server.port}").status == 250
    ((sender, recipient, message),) = server.mailbox.mails
    assert (sender, recipient, message["Subject"]) == ("news@our.test", "you@paper.test", "Hello")


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_login_is_sent_by_tls_alone(serve, send, tls, scheme):
    server = serve(**({"starttls": tls} if scheme == "smtp" else {"implicit_tls": tls}), login=LOGIN)
    assert send(f"{scheme}://me:pa%3Ass%40word@127.0.0.1:{server.port}").status == 250
    with pytest.raises(WebError) as raised:
        send(f"{scheme}://me:wrong@127.0.0.1:{server.port}")
    assert raised.value.code == "mail_login_failed"
    assert "wrong" not in raised.value.detail
    assert len(server.mailbox.mails) == 1


def test_without_starttls_nothing_is_sent(serve, send):
    server = serve()
    with pytest.raises(WebError) as raised:
        send(f"smtp://127.0.0.1:{server.port}")
    assert (raised.value.code, server.mailbox.mails) == ("tls_failed", [])


def test_a_certificate_that_nobody_vouches_for_is_refused(serve, send, tls, monkeypatch):
    monkeypatch.undo()
    server = serve(implicit_tls=tls)
    with pytest.raises(WebError) as raised:
        send(f"smtps://127.0.0.1:{server.port}")
    assert raised.value.code.startswith("tls_")


def test_refusals_are_replies(serve, send):
    server = serve()
    url = f"smtp+insecure://127.0.0.1:{server.port}"
    server.mailbox.refuse_recipient = "550 no such user"
    assert (send(url).status, send(url).text) == (550, "no such user")
    server.mailbox.refuse_recipient, server.mailbox.refuse_message = None, "451 later"
    assert send(url).status == 451


def test_the_guard_applies_to_the_server(serve, send):
    server = serve()
    with pytest.raises(BlockedAddress):
        send(f"smtp+insecure://127.0.0.1:{server.port}", allowed=())
    assert server.mailbox.mails == []


def test_a_server_that_drips_or_speaks_no_smtp_is_given_up(send):
    listener = socket.create_server(("127.0.0.1", 0))
    words = [b"220-hello\r\n" * 50, b"HTTP/1.1 400 Bad Request\r\n\r\n"]

    def answer(dripping):
        connection, _ = listener.accept()
        with connection:
            try:
                while dripping:
                    connection.sendall(b"220-x\r\n")
                    time.sleep(0.05)
                connection.sendall(words[1])
            except OSError:
                return

    url = f"smtp+insecure://127.0.0.1:{listener.getsockname()[1]}"
    for dripping, code in ((True, "deadline_exceeded"), (False, "protocol_error")):
        thread = threading.Thread(target=answer, args=(dripping,))
        thread.start()
        with pytest.raises(WebError) as raised:
            send(url, deadline=0.5)
        assert raised.value.code == code
        thread.join()
    listener.close()
