"""What is lost when messages are flushed and workers killed: nothing may be.

usage: python benchmarks/losses.py [ARTICLES]

Runs the workers over a synthetic news site, empties Valkey six times and kills a worker with SIGKILL twice on
the way, waits for the leases to end, and compares entries, alerts and deliveries with what the site
published.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Callable

import redis
from checks import check
from news_site import NewsSite
from servers import processes, servers, subscribe
from sqlalchemy import text

from dyadwatch.store import Store

_COUNTS = """
SELECT (SELECT count(*) FROM entries) AS entries, (SELECT count(*) FROM articles) AS articles,
       (SELECT count(*) FROM alerts) AS alerts, (SELECT count(*) FROM alert_events) AS events,
       (SELECT count(*) FROM deliveries) AS deliveries,
       (SELECT count(*) FROM deliveries WHERE state = 'delivered') AS delivered
"""


def wait_until_settled(counts: Callable[[], dict[str, int]], expected: dict[str, int]) -> dict[str, int]:
    """The counts once all that is expected is there, or after five minutes; what comes too often shows after
    three seconds."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        now = counts()
        if all(now[name] >= number for name, number in expected.items()):
            break
        time.sleep(1)
    time.sleep(3)
    return counts()


def main(count: int) -> int:
    site = NewsSite(feeds=count // 20, articles=20)
    with servers() as settings, processes(settings, "network", "tag", "scheduler") as workers:
        broker = redis.Redis.from_url(settings.redis_url.get_secret_value())
        store = Store(settings.database_url.get_secret_value())
        time.sleep(10)
        subscribe(settings, site.feeds, site.hook)

        def counts() -> dict[str, int]:
            with store.begin() as db:
                return dict(db.execute(text(_COUNTS)).mappings().one())

        started = time.monotonic()
        articles_before = []
        for disaster in ("flush", "kill tag", "flush", "flush", "kill network", "flush", "flush", "flush"):
            time.sleep(3)
            articles_before.append(counts()["articles"])
            what, _, name = disaster.partition(" ")
            if what == "flush":
                broker.flushall()
            else:
                workers.kill(name)
            print(f"{time.monotonic() - started:5.1f} s  {disaster:13}{counts()}")
        check(
            articles_before[1] < count,
            "the work was done before the first worker was killed: give more ARTICLES",
        )
        expected = {
            "entries": count,
            "articles": count,
            "alerts": len(site.about_watch),
            "delivered": len(site.about_watch),
        }
        now = wait_until_settled(counts, expected)
        print(f"{time.monotonic() - started:5.1f} s  at the end   {now}")
        store.close()
        broker.close()
    site.close()
    return compare(site, expected, now)


def compare(site: NewsSite, expected: dict[str, int], now: dict[str, int]) -> int:
    """Prints what differs; the exit status is 0 where nothing does."""
    bodies = defaultdict(set)
    for webhook_id, body in site.received:
        bodies[webhook_id].add(body)
    different = sum(len(versions) > 1 for versions in bodies.values())
    print(f"published {expected}")
    print(f"received {len(site.received)} webhooks with {len(bodies)} ids, {different} ids with two bodies")
    repeated = sum(times > 1 for path, times in site.fetched.items() if "article" in path)
    print(f"pages fetched more than once: {repeated}")
    missing = [name for name, number in expected.items() if now[name] != number]
    print("missing or too many: " + (", ".join(missing) or "nothing"))
    return 1 if missing or different or len(bodies) != len(site.about_watch) else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 400))
