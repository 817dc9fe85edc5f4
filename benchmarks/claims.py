"""What claiming and saving a poll costs, from 1,000 to 100,000 feeds: rows made, nothing fetched.

usage: python benchmarks/claims.py

For each number of feeds, on publishers of four feeds each, 960 polls are claimed and saved in groups of 32 as
a worker does: with 1,000 feeds due, with all of them due, with all due while two busy hosts have half of
them, the oldest, and while one busy publisher has 99 of 100. Prints milliseconds by the clock and of CPU
(PostgreSQL's and ours) for each poll, the ratio to the smallest, and PostgreSQL's plan: a claim reads
feeds_due in order, a save finds rows by their keys. Every poll must be saved, and none of a busy host or
publisher be claimed.
"""

import time
from datetime import UTC, datetime, timedelta

import psutil
from checks import check
from polling import cpu
from servers import servers
from sqlalchemy import Connection, text

from dyadwatch.model.claims import Busy
from dyadwatch.model.feeds import FeedDecision
from dyadwatch.store import Store, feeds

SIZES = (1_000, 10_000, 100_000)
POLLS, GROUP = 960, 32
BUSY = {"half busy": Busy(hosts=["busy-0.test", "busy-1.test"]), "one owner": Busy(owners=[1])}
OTHERS = {"half busy": 2, "one owner": 100}  # of so many feeds one is not busy

_FEEDS = """
INSERT INTO feeds (source_id, url, host, kind, etag, body_hash, entry_times, last_polled_at, last_status, memory, due_at)
SELECT n / 4 + 1, 'https://h' || n / 4 || '.test/feed/' || n, 'h' || n / 4 || '.test', 'rss', '"' || n || '"', md5(n::text) || md5(n::text),
       array_fill(now(), ARRAY[20]), now(), 304, jsonb_build_object('hours', array_fill(1, ARRAY[168]), 'new_share', 0.1),
       now() + make_interval(secs => 3600 + n % 900)
FROM generate_series(1, :n) AS n
"""
_DUE = {
    "1,000 due": "UPDATE feeds SET due_at = now() - random() * interval '60 s' WHERE id % (:n / 1000) = 0",
    "all due": "UPDATE feeds SET due_at = now() - random() * interval '600 s'",
    "half busy": "UPDATE feeds SET due_at = now() - (random() + 1 - id % 2) * interval '600 s', host = CASE WHEN id % 2 = 0 THEN 'busy-' || id % 4 / 2 || '.test' ELSE host END",
    "one owner": "UPDATE feeds SET due_at = now() - random() * interval '600 s' - CASE WHEN id % 100 = 0 THEN interval '0' ELSE interval '600 s' END, source_id = CASE WHEN id % 100 = 0 THEN 2 + id / 100 % 500 ELSE 1 END",
}


def _fill(db: Connection, size: int, due: str) -> None:
    db.execute(text("TRUNCATE feeds, sources RESTART IDENTITY CASCADE"))
    db.execute(
        text("INSERT INTO sources (name) SELECT 'Publisher ' || n FROM generate_series(0, :n / 4) AS n"),
        {"n": size},
    )
    db.execute(text(_FEEDS), {"n": size})
    db.execute(text(_DUE[due]), {"n": size} if ":n" in _DUE[due] else {})


def _poll(store: Store, busy: Busy, due: int) -> int:
    polled = 0
    while polled < POLLS:
        with store.begin() as db:
            claimed = feeds.claim(db, limit=GROUP, busy=busy)
        if not claimed:
            break
        now = datetime.now(UTC)
        results = [
            feeds.PollResult(
                feed, FeedDecision(feed.memory, now + timedelta(hours=1), "a benchmark"), 304, now
            )
            for feed in claimed
        ]
        with store.begin() as db:
            saved = len(feeds.save_polls(db, results))
        check(saved == len(claimed), f"{saved} of {len(claimed)} polls were saved")
        check(not {feed.host for feed in claimed} & set(busy.hosts), "a feed of a busy host was claimed")
        check(not {feed.source for feed in claimed} & set(busy.owners), "one of a busy publisher was claimed")
        polled += len(claimed)
    check(polled >= min(POLLS, due), f"{polled} polls were claimed of {due} that are due")
    return polled


def _plan(store: Store, busy: Busy) -> str:
    statement = f"EXPLAIN {feeds.QUEUE.claim_statement}"
    with store.begin() as db:
        lines = db.execute(
            text(statement),
            feeds.QUEUE.claim_parameters(GROUP, busy),
        ).scalars()
        return ", ".join(
            line.strip(" ->").split("  (")[0] for line in lines if "Scan" in line and "CTE" not in line
        )


def main() -> None:
    with servers() as settings:
        store = Store(settings.database_url.get_secret_value())
        with store.begin() as db:
            backend = psutil.Process(db.execute(text("SELECT pg_backend_pid()")).scalar_one())
        parts = [backend.parent(), psutil.Process()]
        for due in _DUE:
            first = None
            for size in SIZES:
                busy = BUSY.get(due, Busy())
                with store.begin() as db:
                    _fill(db, size, due)
                _vacuum(store)
                before, started = cpu(parts), time.perf_counter()
                polled = _poll(store, busy, size // OTHERS[due] if due in OTHERS else 1_000)
                clock, spent = (time.perf_counter() - started) / polled, (cpu(parts) - before) / polled
                first = first or spent
                print(
                    f"{due:10} {size:7,} feeds, {polled} polls: {clock * 1000:.2f} ms each, {spent * 1000:.2f} ms CPU, x {spent / first:.2f}"
                )
            print(f"  {_plan(store, busy)}")
        store.close()


def _vacuum(store: Store) -> None:
    with store._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.execute(text("VACUUM ANALYZE feeds"))


if __name__ == "__main__":
    main()
