"""Who hangs, or has much to be done, delays others by less than one deadline."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import text

from dyadwatch.model.alerts import ALERT_EVENT_TYPES
from dyadwatch.model.steps import Step
from dyadwatch.model.subscriptions import NewSubscription
from dyadwatch.senders.signatures import new_secret
from dyadwatch.store import subscriptions

DUE = 40


@pytest.fixture
def receiver() -> Iterator[str]:
    """A receiver that hangs at /hang until something was posted to /good."""
    good = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/good":
                good.set()
            good.wait(60)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    good.set()
    server.shutdown()
    server.server_close()
    thread.join()


def owe(db, url: str, count: int) -> None:
    """A subscription with deliveries that are due, each a second after those of the one before."""
    new = NewSubscription(url=url, events=ALERT_EVENT_TYPES, filter={})
    subscription = subscriptions.create(db, new, new_secret()).id
    db.execute(
        text("""
        WITH event AS (
            INSERT INTO alert_events (type, webhook_id, body)
            SELECT 'alert.created', 'msg_' || :id || '_' || n, '{}' FROM generate_series(1, :count) AS n RETURNING id
        )
        INSERT INTO deliveries (event_id, subscription_id, host, due_at)
        SELECT id, :id, '127.0.0.1', now() - interval '1 hour' + make_interval(secs => :id) FROM event
        """),
        {"id": subscription, "count": count},
    )


def test_an_endpoint_that_hangs_keeps_no_thread_from_another_on_its_host(product, receiver):
    """Had the hanging ones been waited for, they would have ended at their deadline."""
    with product.store.begin() as db:
        owe(db, f"{receiver}/hang", DUE)
        owe(db, f"{receiver}/good", 1)
    product.pipeline.run(Step.DELIVER, 30)
    with product.store.begin() as db:
        outcomes = db.execute(text("SELECT status, count(*) FROM attempts GROUP BY status")).all()
    assert [tuple(row) for row in outcomes] == [(204, DUE + 1)]
