"""TLS: the certificate is checked for the name, while the checked address is dialled."""

import socket
import ssl
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
import trustme

from dyadwatch.errors import WebError
from dyadwatch.web import Client
from dyadwatch.web.error_translation import insecure


@pytest.fixture
def secure(serve, certificates):
    """A server over TLS whose certificate names secure.test."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificates.server.configure_cert(context)

    def start(handler):
        server = serve(handler)
        server.tls = context
        return server

    return start


@pytest.fixture
def trusting(monkeypatch, certificates):
    """A client as shipped, which trusts the test's authority because the operator added it."""
    monkeypatch.setenv("SSL_CERT_FILE", certificates.authority)
    instance = Client(user_agent="dyadwatch-test")
    yield instance
    instance.close()


def _get(client, url, **options):
    return client.get(url, **{"limit": 10_000_000, "deadline": 2, **options})


def test_the_certificate_is_checked_for_the_name(secure, reply, trusting, names, dials):
    """The right name passes on whatever address it has; another name on the same server does not."""
    names.update({"secure.test": [["93.184.215.14"]], "other.test": [["93.184.215.14"]]})
    server = secure(reply(b"x" * 1_000_000))
    dialled = dials(server)
    for _ in range(2):
        assert len(_get(trusting, "https://secure.test/").body) == 1_000_000
    assert server.connections == 1
    with pytest.raises(WebError) as raised:
        _get(trusting, "https://other.test/")
    assert raised.value.code == "tls_failed"
    assert "other.test" in raised.value.detail
    assert dialled == ["93.184.215.14"] * 2


def test_an_unknown_authority_is_refused(secure, reply, guarded, names, dials):
    """Without the test's authority the same server is not trusted."""
    names["secure.test"] = [["93.184.215.14"]]
    dials(secure(reply(b"ok")))
    with pytest.raises(WebError) as raised:
        _get(guarded, "https://secure.test/")
    assert (raised.value.code, raised.value.permanent) == ("tls_chain_incomplete", False)
    assert "SSL_CERT_FILE" in raised.value.detail


def test_an_expired_certificate_is_said_to_be_one(serve, reply, names, dials, monkeypatch, tmp_path):
    """Its publisher must renew it."""
    authority, now = trustme.CA(), datetime.now(UTC)
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    old = {"not_before": now - timedelta(days=40), "not_after": now - timedelta(days=3)}
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("secure.test", **old).configure_cert(context)
    server = serve(reply(b"ok"))
    server.tls = context
    names["secure.test"] = [["93.184.215.14"]]
    dials(server)
    with closing(Client(user_agent="dyadwatch-test")) as client, pytest.raises(WebError) as raised:
        _get(client, "https://secure.test/")
    assert (raised.value.code, raised.value.permanent) == ("tls_expired", False)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("WRONG_VERSION_NUMBER", "what answers there does not speak TLS"),
        ("TLSV1_ALERT_PROTOCOL_VERSION", "it speaks an old version of TLS only, which is not safe"),
        ("DECRYPT_ERROR", "DECRYPT_ERROR"),
        (None, "the handshake failed"),
    ],
)
def test_what_tls_fails_for_is_said_in_words(reason, words):
    """Where OpenSSL has a name for it that few would guess it from."""
    error = ssl.SSLError(1, "[SSL]")
    error.reason = reason
    failure = insecure("a.test", error)
    assert (failure.code, failure.detail) == ("tls_failed", f"no secure connection to a.test: {words}")


def test_a_chain_is_complete_once_the_operator_adds_what_the_server_leaves_out(
    serve, reply, names, dials, monkeypatch, tmp_path
):
    """A server that sends only its own certificate, and the authority between that and a known one."""
    root = trustme.CA()
    between = root.create_child_ca()
    leaf = between.issue_cert("secure.test")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with leaf.private_key_pem.tempfile() as key, leaf.cert_chain_pems[0].tempfile() as own:
        context.load_cert_chain(own, key)
    server = serve(reply(b"ok"))
    server.tls = context
    names["secure.test"] = [["93.184.215.14"]]
    dials(server)
    known = tmp_path / "known.pem"
    known.write_bytes(root.cert_pem.bytes())
    monkeypatch.setenv("SSL_CERT_FILE", str(known))
    with pytest.raises(WebError, match="leaves out an intermediate certificate") as raised:
        _get(Client(user_agent="dyadwatch-test"), "https://secure.test/")
    assert raised.value.code == "tls_chain_incomplete"
    known.write_bytes(root.cert_pem.bytes() + between.cert_pem.bytes())
    assert _get(Client(user_agent="dyadwatch-test"), "https://secure.test/").body == b"ok"


def _refuse_protocols(listener):
    connection, _ = listener.accept()
    connection.recv(65536)
    connection.sendall(bytes.fromhex("15030300020278"))  # fatal alert 120: no application protocol
    connection.close()


def test_a_server_that_insists_on_http_2_is_named_so_in_its_handshake(client):
    """It refuses who offers HTTP/1.1."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_refuse_protocols, args=(listener,), daemon=True).start()
        with pytest.raises(WebError, match="speaks HTTP/2 only") as raised:
            _get(client, f"https://127.0.0.1:{listener.getsockname()[1]}/")
    assert raised.value.code == "http2_required"


def test_a_name_that_leads_inside_gets_no_handshake(secure, reply, trusting, names, dials):
    """A valid certificate opens nothing."""
    names["secure.test"] = [["10.0.0.1"]]
    dialled = dials(secure(reply(b"ok")))
    with pytest.raises(WebError) as raised:
        _get(trusting, "https://secure.test/")
    assert raised.value.code == "blocked_address"
    assert dialled == []


@pytest.mark.parametrize(
    "attack_name", ["endless body", "endless 100 Continue", "a byte at a time", "slow headers"]
)
def test_attacks_over_tls_end_in_time(secure, hostile, trusting, names, dials, attack_name):
    """The bounds hold above TLS as they do below."""
    names["secure.test"] = [["93.184.215.14"]]
    dials(secure(hostile(attack_name)))
    with pytest.raises(WebError):
        _get(trusting, "https://secure.test/", limit=100_000, deadline=0.4)


def test_a_handshake_that_never_ends_is_cut_off(serve, hostile, trusting, names, dials):
    """A server that accepts and stays silent costs the deadline."""
    names["secure.test"] = [["93.184.215.14"]]
    dials(serve(hostile("silence")))
    with pytest.raises(WebError) as raised:
        _get(trusting, "https://secure.test/", deadline=0.4)
    assert raised.value.code == "deadline_exceeded"
