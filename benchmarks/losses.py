"""What is lost when messages are flushed and workers killed: nothing may be.

usage: python benchmarks/losses.py [ARTICLES]

Runs the workers over a synthetic press, empties Valkey six times and kills a worker with SIGKILL twice on the way, waits
for the leases to end, and compares entries, alerts and deliveries with what the press published.
"""

import signal
import sys
import time
from collections import defaultdict

import redis
from press import Press
from servers import servers, subscribe, worker
from sqlalchemy import text

from dyadwatch.store import Store

_COUNTS = """
SELECT (SELECT count(*) FROM entries) AS entries, (SELECT count(*) FROM articles) AS articles,
       (SELECT count(*) FROM alerts) AS alerts, (SELECT count(*) FROM alert_events) AS events,
       (SELECT count(*) FROM deliveries) AS deliveries,
       (SELECT count(*) FROM deliveries WHERE state = 'delivered') AS delivered
"""


def main(count: int) -> int:
    press = Press(feeds=count // 20, articles=20)
    with servers() as settings:
        broker = redis.Redis.from_url(settings.redis_url.get_secret_value())
        store = Store(settings.database_url.get_secret_value())
        processes = {name: worker(settings, name) for name in ("network", "tag", "scheduler")}
        time.sleep(10)
        subscribe(settings, press.feeds, press.hook)

        def counts() -> dict[str, int]:
            with store.begin() as db:
                return dict(db.execute(text(_COUNTS)).mappings().one())

        started = time.monotonic()
        for disaster in ("flush", "kill tag", "flush", "flush", "kill network", "flush", "flush", "flush"):
            time.sleep(3)
            what, _, name = disaster.partition(" ")
            if what == "flush":
                broker.flushall()
            else:
                processes[name].send_signal(signal.SIGKILL)
                processes[name].wait()
                processes[name] = worker(settings, name)
            print(f"{time.monotonic() - started:5.1f} s  {disaster:13}{counts()}")
        wanted = {
            "entries": count,
            "articles": count,
            "alerts": len(press.about),
            "delivered": len(press.about),
        }
        while time.monotonic() - started < 300:
            now = counts()
            if all(now[name] >= number for name, number in wanted.items()):
                break
            time.sleep(1)
        time.sleep(3)
        now = counts()
        print(f"{time.monotonic() - started:5.1f} s  at the end   {now}")
        for process in processes.values():
            process.terminate()
        for process in processes.values():
            process.wait()
        store.close()
        broker.close()
    press.close()
    bodies = defaultdict(set)
    for webhook_id, body in press.received:
        bodies[webhook_id].add(body)
    different = sum(len(seen) > 1 for seen in bodies.values())
    print(
        f"published {wanted}; received {len(press.received)} webhooks with {len(bodies)} ids, {different} ids with two bodies"
    )
    print(
        f"pages fetched more than once: {sum(times > 1 for path, times in press.fetched.items() if 'article' in path)}"
    )
    missing = [name for name, number in wanted.items() if now[name] != number]
    print("missing or too many: " + (", ".join(missing) or "nothing"))
    return 1 if missing or different or len(bodies) != len(press.about) else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 400))
