"""What a chain of redirects remembers, and pages that lead on by themselves."""

import pytest

from dyadwatch.errors import WebError

HTML = "text/html; charset=utf-8"
ARTICLE = b"<p>" + b"The harbour was closed at noon. " * 20 + b"</p>"


def _get(client, url):
    return client.get(url, limit=1_000_000, deadline=5)


def _path(head):
    return head.split(b" ")[1].decode()


def _cookies(head):
    lines = [
        line.partition(b":")[2].strip() for line in head.split(b"\r\n") if line[:7].lower() == b"cookie:"
    ]
    return lines[0].decode() if lines else None


@pytest.fixture
def pages(serve, reply):
    """pages({path: handler}): a server of them."""
    return lambda handlers: serve(lambda connection, head: handlers[_path(head)](connection, head))


def _gate(reply):
    """A page for those who bring back the cookie that it sets."""
    closed = reply(status=302, location="/gate", set_cookie="pass=7; Path=/; HttpOnly; Max-Age=600")
    opened = reply(b"the story")
    return lambda connection, head: (opened if _cookies(head) else closed)(connection, head)


def test_a_cookie_lasts_as_long_as_its_chain(pages, client, reply):
    """It is sent back within the chain, and the next request begins without it."""
    server = pages({"/gate": _gate(reply)})
    for _ in range(2):
        assert _get(client, server.url + "/gate").body == b"the story"
    assert [_cookies(head) for head in server.requests] == [None, "pass=7"] * 2


def test_no_other_host_gets_a_cookie(serve, client, reply, names, dials):
    """Not even one of the same site that the cookie's Domain names; back at the first, it is there again."""
    steps = {
        "www.desk.test": reply(status=302, location="http://desk.test/", set_cookie="a=1; Domain=desk.test"),
        "desk.test": reply(status=302, location="http://www.desk.test/end", set_cookie="b=2"),
    }

    def handle(connection, head):
        host = head.lower().partition(b"\r\nhost: ")[2].partition(b"\r\n")[0].decode()
        (reply(b"end") if _path(head) == "/end" else steps[host])(connection, head)

    names.update({"www.desk.test": [["93.184.215.14"]], "desk.test": [["93.184.215.14"]]})
    server = serve(handle)
    dials(server)
    assert _get(client, "http://www.desk.test/").body == b"end"
    assert [_cookies(head) for head in server.requests] == [None, None, "a=1"]


def test_a_cookie_stays_under_its_path_and_can_be_taken_back(pages, client, reply):
    """As RFC 6265 has it."""
    server = pages(
        {
            "/a/1": reply(
                status=302, location="/a/2", set_cookie="deep=1; Path=/a\r\nset-cookie: top=1; Path=/"
            ),
            "/a/2": reply(status=302, location="/b", set_cookie="old=1; Path=/; Max-Age=0"),
            "/b": reply(b"end"),
        }
    )
    assert _get(client, server.url + "/a/1").body == b"end"
    assert [_cookies(head) for head in server.requests] == [None, "deep=1; top=1", "top=1"]


REFRESHES = {
    "element": b'<html><head><meta http-equiv="refresh" content="0; url=/new"></head></html>',
    "upper case, no quotes": b"<META CONTENT=0;URL=/new HTTP-EQUIV=Refresh>",
    "quoted address": b"<meta http-equiv='refresh' content=\"0;URL='/new'\">",
    "without url=": b'<meta http-equiv="refresh" content="0; /new">',
    "within a page": ARTICLE + b'<meta http-equiv="refresh" content="0;url=/new">',
    "for readers without scripts": b'<noscript><META http-equiv="refresh" content="0;URL=/new"></noscript>'
    b"<title>https://desk.test/new</title><script>location.replace('/new')</script>",
    "escaped": b'<meta http-equiv="refresh" content="0;url=&#47;new">',
    "a little later, nothing else to be read": b'<title>Moved</title><meta http-equiv="refresh" content="3; url=/new">'
    b"<p>You are being taken to the article.",
    "later, without scripts": b'<noscript><meta http-equiv="refresh" content="1;url=/new"></noscript>',
    "script": b"<html><head><script>window.location.replace('/new');</script></head><body></body></html>",
    "script that sets it": b'<script type="text/javascript"> top.location.href = "/new" </script><p>One moment.',
    "script with slashes escaped": b'<title>x</title><script>location="\\/new"</script>',
}


@pytest.mark.parametrize("page", REFRESHES.values(), ids=REFRESHES)
def test_a_page_that_is_left_at_once_is_a_redirect(pages, client, reply, page):
    """It is listed with its own status, so that no feed moves for good because of it."""
    server = pages({"/old": reply(page, content_type=HTML), "/new": reply(b"the story")})
    response = _get(client, server.url + "/old")
    assert (response.body, response.url) == (b"the story", server.url + "/new")
    assert response.hops == ((200, server.url + "/old"),)


def test_the_header_says_the_same(pages, client, reply):
    """What the element imitates."""
    server = pages(
        {"/old": reply(b"", content_type=HTML, refresh="0; url=/new"), "/new": reply(b"the story")}
    )
    assert _get(client, server.url + "/old").body == b"the story"


STAYING = {
    "loads again later": b'<meta http-equiv="refresh" content="300">',
    "leads on later": ARTICLE + b'<meta http-equiv="refresh" content="5; url=/new">',
    "leads on much later": b'<meta http-equiv="refresh" content="60; url=/new">',
    "script under a condition": b"<script>if (!ok) { location.href = '/new' }</script><div id=root></div>",
    "script of an article": ARTICLE + b"<script>location.href = '/new'</script>",
    "script that loads again": b"<script>location.reload()</script>",
    "script to itself": b"<script>location.href = '/old'</script>",
    "itself": b'<meta http-equiv="refresh" content="0; url=/old">',
    "itself, implied": b'<meta http-equiv="refresh" content="0">',
    "in a comment": b'<!-- <meta http-equiv="refresh" content="0; url=/new"> -->',
    "in a script": b'<script>w(\'<meta http-equiv="refresh" content="0; url=/new">\')</script>',
    "another element": b'<meta name="refresh" content="0; url=/new">',
    "for readers without scripts": b'<noscript><meta http-equiv="refresh" content="0;url=/new"></noscript>'
    + ARTICLE,
    "no web address": b'<meta http-equiv="refresh" content="0; url=javascript:alert(1)">',
}


@pytest.mark.parametrize("page", STAYING.values(), ids=STAYING)
def test_other_pages_are_the_answer(pages, client, reply, page):
    """Nothing else is requested."""
    server = pages({"/old": reply(page, content_type=HTML)})
    assert _get(client, server.url + "/old").body == page
    assert len(server.requests) == 1


def test_what_is_no_page_leads_nowhere(pages, client, reply):
    """A feed may quote such an element."""
    page = REFRESHES["element"]
    server = pages(
        {"/feed": reply(page, content_type="application/xml"), "/gone": reply(page, 404, content_type=HTML)}
    )
    assert _get(client, server.url + "/feed").body == page
    assert _get(client, server.url + "/gone").status == 404


def test_a_page_sets_a_cookie_and_leads_to_itself(pages, client, reply):
    """Once: the same page again is the answer."""
    closed = reply(b'<meta http-equiv=refresh content="0;url=/gate">', content_type=HTML, set_cookie="p=1")
    opened = reply(b"the story", content_type=HTML)
    server = pages(
        {"/gate": lambda connection, head: (opened if _cookies(head) else closed)(connection, head)}
    )
    assert _get(client, server.url + "/gate").body == b"the story"
    server = pages({"/gate": closed})
    _get(client, server.url + "/gate")
    assert len(server.requests) == 2


def test_a_page_that_leads_inside_is_refused(serve, reply, guarded, names, dials):
    """As any redirect is."""
    names["desk.test"] = [["93.184.215.14"]]
    page = b'<meta http-equiv="refresh" content="0; url=http://10.0.0.1/">'
    dialled = dials(serve(reply(page, content_type=HTML)))
    with pytest.raises(WebError) as raised:
        _get(guarded, "http://desk.test/")
    assert raised.value.code == "blocked_address"
    assert dialled == ["93.184.215.14"]


@pytest.mark.parametrize(
    ("asked", "probe", "address"),
    [
        ("/gate", "/gate?check=1", "/gate"),
        ("/gate?c=1", "/gate?c=2", "/gate"),
        ("/gate?id=5", "/gate?id=5&check=1", "/gate?id=5"),
        ("/gate?id=5", "/gate?id=77", "/gate?id=77"),
        ("/old?id=5", "/gate?id=5", "/gate?id=5"),
    ],
)
def test_a_parameter_that_looks_for_a_cookie_is_no_part_of_the_address(
    pages, client, reply, asked, probe, address
):
    """What names a page is."""
    steps = {asked: reply(status=302, location=probe, set_cookie="pass=7"), probe: reply(b"the story")}
    server = pages(steps)
    assert _get(client, server.url + asked).url == server.url + address
