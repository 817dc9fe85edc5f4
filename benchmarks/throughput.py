"""Articles per second through fetch and tag on loopback, and where the time goes.

usage: python benchmarks/throughput.py [ARTICLES]

First inline in one process, with a clock around each room; then under the workers, on all cores. The synthetic press
runs in a thread of this process: its share is inside "the rest".
"""

import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import psutil
from press import Press
from servers import servers, subscribe, worker
from sqlalchemy import text

from dyadwatch import articles, bootstrap, logs, stories
from dyadwatch.model.steps import Step
from dyadwatch.pipeline import tag
from dyadwatch.store import Store
from dyadwatch.tagging import Tagger

_spent: defaultdict[str, float] = defaultdict(float)


def clocked(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(*arguments: Any, **options: Any) -> Any:
        started = time.perf_counter()
        try:
            return function(*arguments, **options)
        finally:
            _spent[name] += time.perf_counter() - started

    return wrapped


def inline(count: int) -> float:
    """Seconds of CPU per article, inline."""
    articles.extract = clocked("extraction", articles.extract)
    stories.signature = clocked("signature", stories.signature)
    Tagger.tag = clocked("tagging", Tagger.tag)
    tag._save = clocked("SQL of tag (article, story, taggings, alert, outbox)", tag._save)
    with servers() as settings:
        press = Press(feeds=max(1, count // 20), articles=20)
        subscribe(settings, press.feeds)
        logs.start(settings)
        product = bootstrap.build(settings)
        product.pipeline.run(Step.POLL, 60)
        product.tagger().tag("warm")
        before = resource.getrusage(resource.RUSAGE_SELF)
        started = time.perf_counter()
        fetched = product.pipeline.run(Step.FETCH, 600)
        middle = time.perf_counter()
        tagged = product.pipeline.run(Step.TAG, 600)
        ended = time.perf_counter()
        after = resource.getrusage(resource.RUSAGE_SELF)
        product.close()
        press.close()
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(
        f"inline: {tagged} of {fetched} pages, {tagged / (ended - started):.1f} articles/s, {cpu / tagged * 1000:.1f} ms CPU each"
    )
    parts = {"fetch (HTTP, its SQL, the press itself)": middle - started, **_spent}
    parts["the rest of tag (claim, decompress, log)"] = (ended - middle) - sum(_spent.values())
    for name, seconds in sorted(parts.items(), key=lambda part: -part[1]):
        print(f"  {seconds / (ended - started):6.1%}  {seconds / tagged * 1000:7.2f} ms  {name}")
    return cpu / tagged


def cpu(processes: list[Any]) -> float:
    """Seconds of CPU that processes and their children have used."""
    trees = [psutil.Process(process.pid) for process in processes]
    times = [one.cpu_times() for tree in trees for one in (tree, *tree.children(recursive=True))]
    return sum(time_.user + time_.system for time_ in times)


def under_workers(count: int, inline_cpu: float) -> None:
    with servers() as settings:
        press = Press(feeds=max(1, count // 20), articles=20)
        processes = [worker(settings, name) for name in ("network", "tag", "scheduler")]
        time.sleep(12)
        idle = cpu(processes)
        time.sleep(5)
        idle = (cpu(processes) - idle) / 5
        subscribe(settings, press.feeds)
        store = Store(settings.database_url.get_secret_value())
        before = cpu(processes)
        started = first = time.perf_counter()
        done = 0
        while done < count and time.perf_counter() - started < 600:
            time.sleep(0.1)
            with store.begin() as db:
                done = db.execute(text("SELECT count(*) FROM articles")).scalar()
            if not done:
                first = time.perf_counter()
        ended = time.perf_counter()
        used = cpu(processes) - before
        store.close()
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()
        press.close()
    print(f"workers: {done} articles, {done / (ended - first):.1f} articles/s from the first to the last")
    each = used / done
    print(
        f"  {each * 1000:.1f} ms CPU each in the workers, inline {inline_cpu * 1000:.1f} ms (with the press): ",
        end="",
    )
    print(f"Celery and waiting {(each - inline_cpu) / each:.0%}; {idle:.1%} of a core while nothing is due")


if __name__ == "__main__":
    articles_wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    under_workers(articles_wanted, inline(articles_wanted))
