"""The gateway: slow, idle and huge requests cost a socket until a deadline, and never a thread."""

import asyncio
from functools import partial

import orjson
import pytest
from bs4 import BeautifulSoup

from service.app import MAX_BODY, OPERATIONS, THREADS, route
from service.gateway import Gateway, GatewayLimits, Route
from service.refusal_pages import refusal_page
from service.rest.problems import MEDIA_TYPE
from service.websub import MAX_PUSH


def _echo(environ, start_response):
    """Answers with what a WSGI application sees of the request."""
    start_response("200 OK", [("Content-Type", "application/json")])
    seen = {name: value for name, value in environ.items() if isinstance(value, str)}
    return [orjson.dumps({**seen, "body": environ["wsgi.input"].read().decode()})]


def _gateway(app=_echo, *, max_body=100, threads=2, **limits):
    return Gateway(
        app, lambda _method, path: Route("only", max_body, path), GatewayLimits({"only": threads}, **limits)
    )


def _scope(method="POST", path=b"/", query=b"", headers=()):
    return {
        "type": "http",
        "method": method,
        "path": path.decode(),
        "raw_path": path,
        "query_string": query,
        "headers": [(b"host", b"a.test"), *headers],
        "scheme": "http",
        "http_version": "1.1",
        "server": ("127.0.0.1", "80"),
        "client": ("192.0.2.1", "4242"),
    }


async def _request(gateway, *chunks, ends=True, read=orjson.loads, **scope):
    """(status, headers, JSON or what else is read) of a request whose body arrives in chunks, and stalls
    where it does not end."""
    messages = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    messages += [{"type": "http.request", "body": b"", "more_body": False}] if ends else []
    if chunks:
        scope["headers"] = [(b"transfer-encoding", b"chunked"), *scope.get("headers", ())]
    sent = []

    async def receive():
        return messages.pop(0) if messages else await asyncio.Event().wait()

    async def send(message):
        sent.append(message)

    await gateway(_scope(**scope), receive, send)
    head, *bodies = sent
    assert not bodies[-1].get("more_body")
    body = b"".join(message["body"] for message in bodies)
    return head["status"], dict(head["headers"]), read(body)


def test_the_application_sees_the_request_as_it_was_sent():
    headers = [(b"x-a", b"1"), (b"x-a", b"2"), (b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"x_a", b"3")]
    request = _request(_gateway(), b"ab", b"c", path=b"/a%2Fb%ff", query=b"q=%00", headers=headers)
    status, _, seen = asyncio.run(request)
    assert (status, seen["body"], seen["CONTENT_LENGTH"]) == (200, "abc", "3")
    assert (seen["PATH_INFO"], seen["QUERY_STRING"]) == ("/a/b\xff", "q=%00")
    assert (seen["HTTP_X_A"], seen["HTTP_COOKIE"], seen["REMOTE_ADDR"]) == ("1,2", "a=1; b=2", "192.0.2.1")


REFUSED = {
    "stalls": ({"ends": False}, {"body_seconds": 0.05}, 408, "body_timeout"),
    "is longer than it may be": ({}, {"max_body": 3}, 413, "body_too_large"),
    "says that it will be": ({"headers": [(b"content-length", b"101")]}, {}, 413, "body_too_large"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_body_is_refused_that(name):
    request, limits, status, code = REFUSED[name]
    answer = asyncio.run(_request(_gateway(**limits), b"ab", b"cd", **request))
    assert (answer[0], answer[2]["code"], answer[2]["status"]) == (status, code, status)
    assert answer[1][b"content-type"].decode() == MEDIA_TYPE
    assert answer[1][b"connection"] == b"close"


def test_all_bodies_together_have_a_bound_that_small_ones_are_spared():
    async def requests():
        gateway = _gateway(max_body=100_000, buffered_bytes=60_000)
        first = asyncio.create_task(_request(gateway, b"a" * 50_000, ends=False))
        await asyncio.sleep(0)
        large, small = [await _request(gateway, b"a" * size) for size in (20_000, 1_000)]
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        return large, small, await _request(gateway, b"a" * 20_000)

    large, small, later = asyncio.run(requests())
    assert (large[0], large[2]["code"], large[1][b"retry-after"]) == (503, "overloaded", b"5")
    assert (small[0], later[0]) == (200, 200)


def test_who_waits_too_long_for_a_thread_is_asked_to_come_again():
    async def requests():
        started, release = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()

        def block(environ, start_response):
            loop.call_soon_threadsafe(started.set)
            asyncio.run_coroutine_threadsafe(release.wait(), loop).result()
            return _echo(environ, start_response)

        gateway = _gateway(block, threads=1, queue_seconds=0.05)
        first = asyncio.create_task(_request(gateway))
        await started.wait()
        second = await _request(gateway)
        release.set()
        return await first, second

    first, second = asyncio.run(requests())
    assert (first[0], second[0], second[2]["code"]) == (200, 503, "overloaded")


def test_a_short_body_need_not_wait_for_long_ones():
    async def requests():
        paths = lambda _method, path: Route("long", 100_000, path, short_lane="short")  # noqa: E731
        gateway = Gateway(_echo, paths, GatewayLimits({"long": 1, "short": 1}, queue_seconds=0.01))
        await gateway._lanes["long"].acquire()
        return await _request(gateway, b"a"), await _request(gateway, b"a" * 20_000)

    short, long = asyncio.run(requests())
    assert (short[0], long[0]) == (200, 503)


def test_a_client_that_leaves_is_sent_nothing():
    async def receive():
        return {"type": "http.disconnect"}

    scope = _scope(headers=[(b"content-length", b"1")])
    asyncio.run(_gateway()(scope, receive, pytest.fail))


@pytest.mark.parametrize(("method", "path"), [("PUT", "/v1/watches/a"), ("POST", "/x")])
def test_a_body_too_long_for_its_path_is_refused(method, path):
    too_long = [(b"content-length", str(route(method, path).max_body + 1).encode())]
    counts, sent = [], []
    gateway = Gateway(
        pytest.fail, route, GatewayLimits(THREADS), count=lambda *request: counts.append(request[:3])
    )

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    asyncio.run(gateway(_scope(method, path.encode(), headers=too_long), receive, send))
    assert (sent[0]["status"], dict(sent[0]["headers"])[b"content-type"].decode()) == (413, MEDIA_TYPE)
    assert counts == [(method, "refused", 413)]


def test_people_read_in_their_language_why_a_form_is_refused(app):
    gateway = Gateway(pytest.fail, route, GatewayLimits(THREADS), error_page=partial(refusal_page, app))
    headers = [(b"content-length", b"99999"), (b"accept-language", b"fa")]
    status, sent, body = asyncio.run(_request(gateway, path=b"/login", headers=headers, read=bytes))
    assert (status, sent[b"connection"], sent[b"content-length"]) == (413, b"close", b"%d" % len(body))
    assert b"style-src 'self'" in sent[b"content-security-policy"]
    page = BeautifulSoup(body, "lxml")
    assert (page.html["lang"], page.h1.text) == ("fa", "این بیش از اندازه است")
    assert str(route("POST", "/login").max_body) in page.find(role="alert").text


def test_a_path_whose_response_never_changes_takes_no_thread():
    async def requests():
        gateway = Gateway(
            _echo, lambda _method, path: Route("only", 0, path), GatewayLimits({"only": 1}), constant=["/a"]
        )
        await gateway._lanes["only"].acquire()
        return await asyncio.wait_for(_request(gateway, method="GET", path=b"/a"), 10)

    status, _, seen = asyncio.run(requests())
    assert (status, seen["PATH_INFO"]) == (200, "/a")


def test_a_refused_client_may_send_on_for_a_moment_and_reads_why():
    announced = [(b"content-length", b"400")]
    answer = asyncio.run(_request(_gateway(), *[b"a" * 100] * 4, headers=announced))
    assert (answer[0], answer[2]["code"]) == (413, "body_too_large")


def test_each_path_has_its_lane_and_its_length_of_body():
    assert route("GET", "/healthz") == Route("default", MAX_BODY, "/healthz")
    assert route("POST", "/v1/tag").short_lane == "default"
    assert route("POST", "/v1/tag").lane == route("PUT", "/v1/watches/a").lane == "cpu"
    assert route("POST", "/v1/subscriptions/1/test").lane == "network"
    assert route("POST", "/websub/token") == Route("default", MAX_PUSH, "/websub/…")
    assert route("POST", "/login").max_body < 10_000
    assert route("POST", "/login").is_page
    assert {operation.lane for operation in OPERATIONS} | {"mcp"} == set(THREADS)
