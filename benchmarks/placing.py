"""Articles placed per second by four processes, under one lock for all and under locks by similarity.

usage: python benchmarks/placing.py [ARTICLES]

Each process places its share of ARTICLES (default 1,200) of different stories, every fifth with an alert and
its delivery, into a database that holds 20,000 articles of the last days; reading and tagging are done
before. The database is the local one with its disk, and the same one hop away: behind a relay that holds each
message for half a millisecond. Prints the rate under one lock, which is how articles were placed before, the
rate under locks by similarity, and their ratio; every article must end in a story of its own.
"""

import multiprocessing as mp
import random
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from checks import check
from servers import servers
from sqlalchemy import make_url, text

from dyadwatch import stories
from dyadwatch.model.alerts import ALERT_EVENT_TYPES
from dyadwatch.model.articles import ExtractedArticle, ReadArticle
from dyadwatch.model.subscriptions import NewSubscription
from dyadwatch.pipeline import placing
from dyadwatch.pipeline.tagger_cache import CompiledWatches, TaggerCache
from dyadwatch.senders.signatures import new_secret
from dyadwatch.settings import Settings
from dyadwatch.store import Store, queries, snapshots, subscriptions
from dyadwatch.store import stories as story_rows

PROCESSES = 4
STORED = 20_000
HOP = 0.0005  # seconds that the relay holds each message
VISIT = "Syrian President Bashar al-Assad met Iranian Supreme Leader Ali Khamenei in Tehran on Monday, the presidency said."

_FILL = """
WITH story AS (INSERT INTO stories (title) SELECT 'Old ' || n FROM generate_series(1, :n) AS n RETURNING id, title),
article AS (
    INSERT INTO articles (url, story_id, version, title, title_key, signature, first_seen_at)
    SELECT 'https://old.test/' || id, id, 1, title, lower(title) || ' words of it', ''::bytea,
           now() - make_interval(secs => id % 600000) FROM story RETURNING id
), version AS (
    INSERT INTO article_versions (article_id, number, title, text, text_hash)
    SELECT id, 1, 'Old', repeat('Old text. ', 300), 'x' FROM article
)
INSERT INTO article_shingles (key, article_id)
SELECT hashint8extended(id, number), id FROM article, generate_series(1, 24) AS number
"""
_PAGE = "INSERT INTO pages (url, host) VALUES (:url, 'new.test') RETURNING id"


def article(number: int, compiled: CompiledWatches) -> Any:
    """An article that is like no other, as `tag` has read it."""
    words = random.Random(number)
    body = " ".join(f"{words.randrange(10**6):x}" for _ in range(300))
    title = f"Report number {number} of today"
    content = "\n\n".join([title, *([VISIT] if number % 5 == 0 else []), body])
    tagged = compiled.tagger.tag(content, title=title, language="en")
    signature = stories.signature(content)
    read = ReadArticle(
        url=f"https://new.test/{number}",
        extracted=ExtractedArticle(title=title, text=content),
        text=content,
        publication=None,
        modified_at=None,
        language="en",
        title_key=stories.title_key(title),
        signature=signature,
        shingles=stories.shingle_keys(content),
        claim=stories.claim_origin(f"https://new.test/{number}", None),
    )
    return placing.Reading(read, tagged.watches, compiled)


def place(url: str, numbers: range, lock: str, barrier: Any, ended: Any) -> None:
    """One process: reads and tags, waits for the others, then places."""
    store = Store(url)
    if lock == "one lock":
        one = queries.Query(text("SELECT pg_advisory_xact_lock(1)"), {}, queries.nothing)
        story_rows.lock_similar_query = lambda _: one
    compiled = TaggerCache(store).current()
    results = [article(number, compiled) for number in numbers]
    for number in numbers:
        with store.begin() as db:
            page = db.execute(text(_PAGE), {"url": f"https://new.test/{number}"}).scalar_one()
            now = datetime.now(UTC)
            new = snapshots.NewSnapshot(
                page, "page", f"https://new.test/{number}", 200, {}, b"%d" % number, now
            )
            snapshots.add(db, new)
    barrier.wait()
    with store.begin() as db:
        claimed = snapshots.claim(db, limit=len(numbers))
    check(len(claimed) == len(numbers), "not all snapshots were claimed")
    context: Any = SimpleNamespace(store=store)
    barrier.wait()
    for snapshot, result in zip(claimed, results, strict=True):
        placing.place(context.store, snapshot, result)
    ended.put(time.monotonic())


def rate(settings: Settings, url: str, count: int, lock: str) -> float:
    """Articles per second."""
    own = Store(settings.database_url.get_secret_value())
    with own.begin() as db:
        db.execute(
            text(
                "TRUNCATE pages, stories, article_shingles, subscriptions, alert_events RESTART IDENTITY CASCADE"
            )
        )
        db.execute(text(_FILL), {"n": STORED})
        subscriptions.create(
            db,
            NewSubscription(url="http://127.0.0.1:8099/", events=ALERT_EVENT_TYPES, filter={}),
            new_secret(),
        )
    with own._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.execute(text("VACUUM ANALYZE"))
    spawn = mp.get_context("spawn")
    barrier, ended = spawn.Barrier(PROCESSES + 1), spawn.SimpleQueue()
    share = count // PROCESSES
    running = [
        spawn.Process(target=place, args=(url, range(n * share, (n + 1) * share), lock, barrier, ended))
        for n in range(PROCESSES)
    ]
    for process in running:
        process.start()
    barrier.wait(120)
    barrier.wait(120)
    started = time.monotonic()
    for process in running:
        process.join(300)
        check(process.exitcode == 0, "a process failed")
    seconds = max(ended.get() for _ in running) - started
    with own.begin() as db:
        placed = db.execute(
            text(
                "SELECT (SELECT count(DISTINCT story_id) FROM articles) - :old, (SELECT count(*) FROM alerts),"
                " (SELECT count(*) FROM deliveries)"
            ),
            {"old": STORED},
        ).one()
    own.close()
    check(tuple(placed) == (count, count // 5, count // 5), f"{placed} stories, alerts, deliveries")
    return count / seconds


@contextmanager
def relay(url: str) -> Iterator[str]:
    """The URL of the same database behind a relay that holds each message for HOP seconds."""
    target = make_url(url)
    path = f"{target.query['host']}/.s.PGSQL.{target.port or 5432}"
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                backend = socket.socket(socket.AF_UNIX)
                backend.connect(path)
                for source, sink in ((client, backend), (backend, client)):
                    threading.Thread(target=_forward, args=(source, sink), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        host, port = server.getsockname()
        yield target.set(host=host, port=port, query={}).render_as_string(hide_password=False)


def _forward(source: socket.socket, sink: socket.socket) -> None:
    with source, sink:
        while data := source.recv(65536):
            time.sleep(HOP)
            sink.sendall(data)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_200
    check(count % (5 * PROCESSES) == 0, f"ARTICLES must be a multiple of {5 * PROCESSES}")
    with servers() as settings:
        local = settings.database_url.get_secret_value()
        report("on this machine", lambda lock: rate(settings, local, count, lock))
        with relay(local) as url:
            report("one hop away", lambda lock: rate(settings, url, count, lock))


def report(name: str, measure: Callable[[str], float]) -> None:
    before, after = measure("one lock"), measure("locks by similarity")
    print(
        f"{name}: {before:.0f} articles/s under one lock, {after:.0f} by similarity, x {after / before:.2f}"
    )


if __name__ == "__main__":
    main()
