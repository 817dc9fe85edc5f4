"""The guard on what is dialled: names, rebinding, redirects, and networks that were opened."""

import socket
from ipaddress import ip_network

import pytest

from dyadwatch.errors import BlockedAddress, WebError
from dyadwatch.web import Client

PUBLIC = "93.184.215.14"


def _get(client, url, **options):
    return client.get(url, **{"limit": 10_000, "deadline": 2, **options})


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1", "::ffff:10.0.0.1", "64:ff9b::1"]
)
def test_a_name_that_leads_inside_is_not_dialled(serve, reply, guarded, names, dials, address):
    """It is refused after DNS, before a connection."""
    names["inside.test"] = [[address]]
    dialled = dials(serve(reply()))
    with pytest.raises(BlockedAddress) as raised:
        _get(guarded, "http://inside.test/")
    assert dialled == []
    assert address not in raised.value.detail


def test_of_several_addresses_only_public_ones_are_dialled(serve, reply, guarded, names, dials):
    """A private address beside a public one is passed over."""
    names["both.test"] = [["10.0.0.7", "64:ff9b::1", PUBLIC]]
    dialled = dials(serve(reply(b"ok")))
    assert _get(guarded, "http://both.test/").body == b"ok"
    assert dialled == [PUBLIC]


def test_rebinding_changes_nothing(serve, reply, guarded, names, dials):
    """The address that was checked is the one dialled, and a kept connection stays with it."""
    names["rebind.test"] = [[PUBLIC], ["127.0.0.1"]]
    dialled = dials(serve(reply(b"ok")))
    _get(guarded, "http://rebind.test/")
    _get(guarded, "http://rebind.test/")
    guarded.close()
    with pytest.raises(BlockedAddress):
        _get(guarded, "http://rebind.test/")
    assert dialled == [PUBLIC]


def test_a_kept_connection_is_not_used_for_another_name(serve, reply, guarded, names, dials):
    """Two names on one address have a connection each."""
    names.update({"one.test": [[PUBLIC]], "two.test": [[PUBLIC]]})
    server = serve(reply(b"ok"))
    dialled = dials(server)
    for url in ("http://one.test/", "http://two.test/", "http://one.test/"):
        _get(guarded, url)
    assert dialled == [PUBLIC, PUBLIC]
    assert [request.split(b"\r\n")[1].lower() for request in server.requests] == [
        b"host: one.test",
        b"host: two.test",
        b"host: one.test",
    ]


def test_an_address_that_does_not_answer_gives_way_to_the_next(serve, reply, client, names):
    """All addresses of a name are tried in turn."""
    server = serve(reply(b"ok"))
    names["several.test"] = [["127.0.0.2", "127.0.0.1"]]  # the server listens on the second only
    assert _get(client, f"http://several.test:{server.port}/").body == b"ok"


def test_both_kinds_of_addresses_get_a_turn(serve, reply, client, names, dials):
    """A name with more IPv6 addresses than are tried, on a machine that reaches only the IPv4 one."""
    server = serve(reply(b"ok"))
    names["both.test"] = [[*(f"2606:4700::{n}" for n in range(1, 7)), PUBLIC]]
    dialled = dials(server, unroutable=socket.AF_INET6)
    assert _get(client, "http://both.test/").body == b"ok"
    assert dialled == ["2606:4700::1", PUBLIC]


@pytest.mark.parametrize(
    ("addresses", "code"), [(["2606:4700::1", "2606:4700::2"], "ipv6_unreachable"), ([], "dns_failed")]
)
def test_a_machine_without_ipv6_says_so(serve, reply, client, names, dials, addresses, code):
    """It is not the publisher's fault."""
    names["six.test"] = [addresses]
    dials(serve(reply(b"ok")), unroutable=socket.AF_INET6)
    with pytest.raises(WebError) as raised:
        _get(client, "http://six.test/")
    assert (raised.value.code, raised.value.permanent) == (code, False)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_and_listed(serve, reply, client, status):
    """Each redirect is in `hops` with its status, and `url` is where the answer came from."""
    end = serve(reply(b"end"))
    start = serve(reply(b"moved", status, location=end.url + "/there#part"))
    answer = _get(client, start.url + "/here")
    assert (answer.body, answer.url, answer.hops) == (
        b"end",
        end.url + "/there",
        ((status, start.url + "/here"),),
    )


def test_a_relative_location_in_utf8_is_resolved(serve, reply, client):
    """Locations are resolved against the page, and unescaped UTF-8 is escaped."""

    def handle(connection, head):
        if b"GET /a/b" in head:
            connection.sendall("HTTP/1.1 302 X\r\nlocation: خبر?q=1\r\ncontent-length: 0\r\n\r\n".encode())
        else:
            reply(head.split(b" ")[1])(connection, head)

    server = serve(handle)
    assert _get(client, server.url + "/a/b").body == b"/a/%D8%AE%D8%A8%D8%B1?q=1"
    assert server.connections == 1


def test_a_redirect_without_location_is_an_answer(serve, reply, client):
    """There is nowhere to go, so the answer stands."""
    assert _get(client, serve(reply(b"", 302)).url).status == 302


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("http://10.0.0.1/", "blocked_address"),
        ("//169.254.169.254/latest/meta-data/", "blocked_address"),
        ("http://[::1]/", "blocked_address"),
        ("http://localhost:6380/", "blocked_address"),
        ("http://2130706433/", "redirect_invalid"),
        ("file:///etc/passwd", "redirect_invalid"),
        ("gopher://127.0.0.1:6379/_x", "redirect_invalid"),
        ("http://public.test@127.0.0.1/", "redirect_invalid"),
        ("http://[broken/", "redirect_invalid"),
        ("http://name.test:notaport/", "redirect_invalid"),
    ],
)
def test_a_redirect_inside_is_refused(serve, reply, guarded, names, dials, location, code):
    """Every hop is a new URL and passes the same gate; only the first server is dialled."""
    names["public.test"] = [[PUBLIC]]
    dialled = dials(serve(reply(b"", 302, location=location)))
    with pytest.raises(WebError) as raised:
        _get(guarded, "http://public.test/")
    assert raised.value.code == code
    assert dialled == [PUBLIC]


def test_a_chain_that_ends_inside_is_refused(serve, reply, guarded, names, dials):
    """Also the second hop, and also by name."""
    names.update({"one.test": [[PUBLIC]], "two.test": [[PUBLIC]], "inside.test": [["192.168.1.1"]]})

    def handle(connection, head):
        onward = b"http://two.test/" if b"one.test" in head else b"http://inside.test/"
        reply(b"", 302, location=onward.decode())(connection, head)

    dialled = dials(serve(handle))
    with pytest.raises(BlockedAddress):
        _get(guarded, "http://one.test/")
    assert dialled == [PUBLIC, PUBLIC]


def test_a_loop_ends_at_the_bound(serve, reply, client):
    """`follow` redirects are followed and not one more."""
    server = serve(reply(b"", 301, location="/again"))
    with pytest.raises(WebError) as raised:
        _get(client, server.url, follow=3)
    assert raised.value.code == "too_many_redirects"
    assert len(server.requests) == 4


def test_slow_redirects_share_one_deadline(serve, reply, client):
    """A chain takes no longer than a single request may."""
    import time

    def handle(connection, head):
        time.sleep(0.15)
        reply(b"", 302, location="/again")(connection, head)

    with pytest.raises(WebError) as raised:
        _get(client, serve(handle).url, deadline=0.5)
    assert raised.value.code == "deadline_exceeded"


def test_only_the_opened_network_may_be_reached(serve, reply):
    """127.0.0.2/32 opens that address and no neighbour."""
    server = serve(reply(b"ok"))
    opened = Client(allow_private=[ip_network("127.0.0.1/32")], user_agent="x")
    closed = Client(allow_private=[ip_network("127.0.0.2/32")], user_agent="x")
    assert _get(opened, server.url).body == b"ok"
    with pytest.raises(BlockedAddress):
        _get(closed, server.url)
    opened.close()
    closed.close()


def test_dialling_ends_with_the_deadline(client, names, monkeypatch):
    """Addresses that swallow all the time there is leave none for the next."""
    import socket
    import time

    dialled = []

    def swallow(self, address):
        dialled.append(address)
        time.sleep(0.15)
        raise TimeoutError

    monkeypatch.setattr(socket.socket, "connect", swallow)
    names["several.test"] = [["127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4"]]
    with pytest.raises(WebError) as raised:
        _get(client, "http://several.test/", deadline=0.2)
    assert raised.value.code == "connect_failed"
    assert 1 <= len(dialled) <= 2


@pytest.mark.parametrize(
    ("url", "confidential"),
    [
        ("https://hub.example/", True),
        ("http://hub.example/", False),
        ("http://127.0.0.1/", True),
        ("http://localhost/", True),
        ("http://1.1.1.1/", False),
    ],
)
def test_what_is_confidential_is_https_or_inside(url, confidential):
    client = Client(allow_private=[ip_network("127.0.0.0/8")], user_agent="test")
    assert client.is_confidential(url) is confidential
