"""Articles per second through fetch and tag on loopback, and where the time goes.

usage: python benchmarks/throughput.py [ARTICLES]

First inline in one process, with a clock around each part; then under the workers, on all cores. The news
site runs in a thread of this process, and is part of the time of fetch. Every article must end as an article
with its text, every fifth in an alert; else nothing is printed.
"""

import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import psutil
from checks import check
from news_site import NewsSite
from servers import processes, servers, subscribe
from sqlalchemy import text

from dyadwatch import bootstrap, logs, stories
from dyadwatch.model.steps import Step
from dyadwatch.pipeline import tag
from dyadwatch.store import Store
from dyadwatch.tagging import Tagger

_seconds: Counter[str] = Counter()
_returned: Counter[str] = Counter()


def with_clock(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with the seconds it takes and the calls that return counted under a name."""

    def wrapper(*arguments: Any, **options: Any) -> Any:
        started = time.perf_counter()
        try:
            result = function(*arguments, **options)
        finally:
            _seconds[name] += time.perf_counter() - started
        _returned[name] += 1
        return result

    return wrapper


def check_articles(store: Store, site: NewsSite, count: int) -> None:
    """That every page of the site became an article with its text, and those about the watch are in
    alerts."""
    with store.begin() as db:
        articles, alerts = db.execute(
            text(
                "SELECT (SELECT count(DISTINCT article_id) FROM article_versions WHERE length(text) > 3000),"
                " (SELECT count(*) FROM alerts)"
            )
        ).one()
    check(articles == count, f"{articles} of {count} articles have their text")
    check(alerts == len(site.about_watch), f"{alerts} alerts for {len(site.about_watch)} articles")


def inline(count: int) -> float:
    """Seconds of CPU per article, inline."""
    tag._extract = with_clock("extraction, in child processes", tag._extract)
    stories.signature = with_clock("signature", stories.signature)
    Tagger.tag = with_clock("tagging", Tagger.tag)
    tag._save = with_clock("SQL of tag (article, story, taggings, alert, outbox)", tag._save)
    with servers() as settings:
        site = NewsSite(feeds=count // 20, articles=20)
        subscribe(settings, site.feeds)
        logs.start(settings)
        product = bootstrap.build(settings)
        product.pipeline.run(Step.POLL, 60)
        product.tagger().tag("warm")
        _seconds.clear()
        _returned.clear()
        before = cpu_here()
        started = time.perf_counter()
        fetched = product.pipeline.run(Step.FETCH, 600)
        middle = time.perf_counter()
        tagged = product.pipeline.run(Step.TAG, 600)
        ended = time.perf_counter()
        cpu = cpu_here() - before
        check(fetched == tagged == count, f"{fetched} pages fetched, {tagged} tagged, of {count}")
        for name in _seconds:
            check(_returned[name] == count, f"{name} returned for {_returned[name]} of {count} articles")
        check(len(_seconds) == 4, f"only {', '.join(_seconds)} were called")
        check_articles(product.store, site, count)
        product.close()
        site.close()
    print(
        f"inline: {tagged} articles, {tagged / (ended - started):.1f} articles/s, {cpu / tagged * 1000:.1f} ms CPU each"
    )
    parts = {"fetch (HTTP, its SQL, the news site itself)": middle - started, **_seconds}
    parts["the rest of tag (claim, decompress, log)"] = (ended - middle) - sum(_seconds.values())
    for name, seconds in sorted(parts.items(), key=lambda part: -part[1]):
        print(f"  {seconds / (ended - started):6.1%}  {seconds / tagged * 1000:7.2f} ms  {name}")
    return cpu / tagged


def cpu_here() -> float:
    """Seconds of CPU that this process and its live children have used."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime + cpu(psutil.Process().children())


def cpu(parents: list[Any]) -> float:
    """Seconds of CPU that processes and their children have used."""
    trees = [psutil.Process(parent.pid) for parent in parents]
    times = [one.cpu_times() for tree in trees for one in (tree, *tree.children(recursive=True))]
    return sum(spent.user + spent.system for spent in times)


def under_workers(count: int, inline_cpu: float) -> None:
    site = NewsSite(feeds=count // 20, articles=20)
    with servers() as settings, processes(settings, "network", "tag", "scheduler") as running:
        workers = [*running.by_name.values()]
        time.sleep(12)  # until they are at rest
        idle = cpu(workers)
        time.sleep(5)
        idle = (cpu(workers) - idle) / 5
        subscribe(settings, site.feeds)
        store = Store(settings.database_url.get_secret_value())
        before = cpu(workers)
        started = first = time.perf_counter()
        tagged = 0
        while tagged < count and time.perf_counter() - started < 600:
            time.sleep(0.1)
            with store.begin() as db:
                tagged = db.execute(text("SELECT count(*) FROM articles")).scalar()
            if not tagged:
                first = time.perf_counter()
        ended = time.perf_counter()
        used = cpu(workers) - before
        check_articles(store, site, count)
        store.close()
    site.close()
    print(f"workers: {tagged} articles, {tagged / (ended - first):.1f} articles/s from the first to the last")
    each = used / tagged
    print(
        f"  {each * 1000:.1f} ms CPU each in the workers, inline {inline_cpu * 1000:.1f} ms (with the site): "
        f"Celery and waiting {(each - inline_cpu) / each:.0%}; {idle:.1%} of a core while nothing is due"
    )


if __name__ == "__main__":
    articles = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    check(
        articles >= 20 and articles % 20 == 0,
        "ARTICLES must be a multiple of 20, one feed each",
    )
    under_workers(articles, inline(articles))
