"""How much space an article takes, what of it expires, and what a year comes to.

    python benchmarks/size.py [ARTICLES]      600 without argument

Articles go through all steps, from the feed to a delivered webhook; every fifth raises an alert. Space is
that of tables with their indexes after a vacuum: what the last two thirds of the articles add, divided by
their number. Then all ages by 40 days and `retain` does its round: what is left stays. Pages of publishers
are larger than these.
"""

import sys
import zlib
from collections.abc import Mapping

import psycopg
from checks import check
from news_site import NewsSite, article
from servers import servers, subscribe

from dyadwatch import bootstrap, logs
from dyadwatch.model.feeds import NewFeed
from dyadwatch.model.sources import NewSource
from dyadwatch.store import sources

AGED = {
    "snapshots": ("fetched_at",),
    "entries": ("first_seen_at", "last_seen_at"),
    "alert_events": ("created_at",),
    "attempts": ("at",),
    "robots": ("expires_at",),
}
SIZES = """
SELECT relname, pg_total_relation_size(oid) FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""


def sizes(url: str) -> Mapping[str, int]:
    """Bytes of each table, its indexes and its long values, without what is free in them."""
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("VACUUM FULL")
        return dict(db.execute(SIZES).fetchall())


def main(count: int) -> None:
    with servers() as settings:
        url = settings.database_url.get_secret_value()
        site = NewsSite(feeds=count // 20, articles=20)
        logs.start(settings)
        product = bootstrap.build(settings)
        subscribe(settings, [], f"{site.host(0)}/hook")
        measured = []
        for feeds in (site.feeds[: count // 60], site.feeds[count // 60 :]):
            with product.store.begin() as db:
                for feed in feeds:
                    sources.create(db, NewSource(name=feed, feeds=(NewFeed(feed),)))
            product.pipeline.run_until_idle()
            measured.append(sizes(url))
        with psycopg.connect(url, autocommit=True) as db:
            for table, columns in AGED.items():
                changes = ", ".join(f"{column} = {column} - interval '40 days'" for column in columns)
                db.execute(f"UPDATE {table} SET {changes}")
            alerts, articles = db.execute(
                "SELECT (SELECT count(*) FROM alerts), (SELECT count(*) FROM articles)"
            ).fetchone()
        check((alerts, articles) == (count // 5, count), f"{articles} articles, {alerts} alerts of {count}")
        product.pipeline.expire()
        left = sizes(url)
        product.close()
        site.close()
    before, full = measured
    new = count - count // 3
    print(f"{'bytes an article':24}{'new':>8}{'later':>8}")
    total = [0.0, 0.0]
    for table in sorted(full, key=lambda one: before.get(one, 0) - full[one]):
        each = [(full[table] - before[table]) / new, max(0, left[table] - before[table]) / new]
        total = [sum(pair) for pair in zip(total, each, strict=True)]
        if each[0] >= 1:
            print(f"{table:24}{each[0]:8.0f}{each[1]:8.0f}")
    print(f"{'all':24}{total[0]:8.0f}{total[1]:8.0f}")
    pages = [article(number, about_watch=False).encode() for number in range(20)]
    packed = sum(len(zlib.compress(page)) for page in pages) / len(pages)
    print(f"a page has {sum(map(len, pages)) / len(pages):.0f} bytes, {packed:.0f} compressed")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 600)
