"""What placing an article costs beside 10,000, 200,000 and 2,000,000 stored ones.

usage: python benchmarks/placing_growth.py [SIZES...]

Fills one database for each size, all of whose articles are of the last month, and so are compared with; one
in fifty has a sentence that many share, one in a hundred reports an event of the shipped watch. Then articles
are placed in each database in turns: every second is a copy of an earlier one, cut and led anew, every fifth
has an alert, and each has two keys of the shared sentences. Prints the median and the mean of the
milliseconds that a transaction took, and of the blocks of 8 kB that it touched, with the ratios to the
smallest database: read the blocks where the machine is not idle. Names the tables that were read whole, as
small ones are. Two million take some 12 GB of disk and some minutes.
"""

import dataclasses
import statistics
import sys
import time
from datetime import UTC, datetime
from typing import Any

from checks import check
from placing import article
from servers import servers
from sqlalchemy import text

from dyadwatch import stories, tagging
from dyadwatch.pipeline import placing
from dyadwatch.pipeline.tagger_cache import TaggerCache
from dyadwatch.store import Store, schema, snapshots, watches

SIZES = (10_000, 200_000, 2_000_000)
ROUNDS, ROUND = 12, 20
HOT_KEYS = (1, 2)  # of a stock sentence
# Triggers (of foreign keys) and secondary indexes would make filling take an hour.
_FILL = """
SET session_replication_role = replica;
INSERT INTO stories (title) SELECT 'Old' FROM generate_series(1, {n});
INSERT INTO articles (url, story_id, version, title, title_key, signature, first_seen_at, origin_key, origin_name, origin_known,
                      copy_of)
SELECT 'https://old.test/' || g, g, 1, 'Old ' || g, 'old words of it ' || g, ''::bytea,
       now() - make_interval(secs => 2500000.0 * ({n} - g) / {n}), 'site:old.test', 'old.test', false,
       CASE WHEN g % 4 = 0 THEN g - 1 END
FROM generate_series(1, {n}) AS g;
INSERT INTO article_versions (article_id, number, title, text, text_hash)
SELECT g, 1, 'Old', repeat('Old text. ', 30), 'x' FROM generate_series(1, {n}) AS g;
INSERT INTO article_shingles (key, article_id)
SELECT hashint8extended(g, number), g FROM generate_series(1, {n}) AS g, generate_series(1, 22) AS number
UNION ALL SELECT key, g FROM generate_series(50, {n}, 50) AS g, unnest(ARRAY[1, 2]) AS key;
INSERT INTO article_events (article_id, watch_id, number, day, main, occasion)
SELECT g, 'assad-khamenei', 1, current_date - CAST(29.0 * ({n} - g) / {n} AS integer), true, jsonb_build_object(
    'event_type', 'CONSULT', 'mode', null, 'direction', 'mutual', 'modality', 'asserted', 'retrospective', false,
    'first', current_date - CAST(29.0 * ({n} - g) / {n} AS integer),
    'last', current_date - CAST(29.0 * ({n} - g) / {n} AS integer), 'basis', 'date', 'place', 'sy/damascus',
    'others', '[]', 'numbers', '[]', 'weight', 1)
FROM generate_series(100, {n}, 100) AS g;
SET session_replication_role = DEFAULT;
"""
_INDEXES = text("""
SELECT indexname, indexdef, conname, pg_get_constraintdef(pg_constraint.oid) AS condef
FROM pg_indexes LEFT JOIN pg_constraint ON conname = indexname
WHERE schemaname = 'public' AND tablename = ANY(ARRAY['articles', 'article_versions', 'article_shingles', 'stories'])
    AND (conname IS NULL OR tablename = 'article_shingles')
""")
_TOUCHED = "SELECT blks_hit + blks_read FROM pg_stat_database WHERE datname = current_database()"
_SCANNED = """
SELECT relname FROM pg_stat_user_tables WHERE seq_scan > 0 AND relname = ANY(ARRAY[
    'articles', 'article_versions', 'article_shingles', 'article_events', 'stories'])
"""
_PAGE = text("INSERT INTO pages (url, host) VALUES (:url, 'new.test') RETURNING id")


def fill(store: Store, size: int) -> None:
    """Stores articles by SQL, and builds the indexes after that."""
    with store._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.exec_driver_sql("SET maintenance_work_mem = '1GB'; SET statement_timeout = 0")
        indexes = db.execute(_INDEXES).all()
        for row in indexes:
            table = row.indexdef.split(" ON ")[1].split()[0]
            drop = f"ALTER TABLE {table} DROP CONSTRAINT" if row.conname else "DROP INDEX"
            db.exec_driver_sql(f"{drop} {row.indexname}")
        for statement in _FILL.format(n=size).split(";\n"):
            if statement.strip():
                db.exec_driver_sql(statement.replace("%", "%%"))
        for row in indexes:
            table = row.indexdef.split(" ON ")[1].split()[0]
            db.exec_driver_sql(
                f"ALTER TABLE {table} ADD CONSTRAINT {row.conname} {row.condef}"
                if row.conname
                else row.indexdef
            )
        db.exec_driver_sql("VACUUM ANALYZE")


def reading(number: int, compiled: Any) -> placing.Reading:
    """Every second article is a copy of the one before, cut and led anew."""
    whole = article(number - number % 2, compiled)
    body = whole.article.extracted.text
    if number % 2:
        body = f"A new lead for number {number} of these.\n\n" + body[: len(body) * 2 // 3]
    keys = stories.shingle_keys(body)
    read = dataclasses.replace(
        whole.article,
        url=f"https://new.test/{number}",
        extracted=dataclasses.replace(whole.article.extracted, text=body),
        text=f"{whole.article.extracted.title}\n\n{body}",
        shingles=(*sorted(HOT_KEYS), *keys[len(HOT_KEYS) :]),
    )
    return dataclasses.replace(whole, article=read)


def place(store: Store, compiled: Any, number: int) -> float:
    """Places an article, and returns the milliseconds that took."""
    result = reading(number, compiled)
    with store.begin() as db:
        page = db.execute(_PAGE, {"url": result.article.url}).scalar_one()
        snapshots.add(
            db,
            snapshots.NewSnapshot(
                page, "page", result.article.url, 200, {}, b"%d" % number, datetime.now(UTC)
            ),
        )
    with store.begin() as db:
        (claimed,) = snapshots.claim(db, limit=1)
    started = time.perf_counter()
    placing.place(store, claimed, result)
    return (time.perf_counter() - started) * 1000


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    with servers() as settings:
        url = settings.database_url.get_secret_value()
        stores = {size: database(url, size) for size in sizes}
        compiled = TaggerCache(stores[sizes[0]]).current()
        for store in stores.values():  # what is read first is not in memory yet
            for number in range(1_000, 1_000 + 2 * ROUND):
                place(store, compiled, number)
            statistics_of(store, "SELECT pg_stat_reset()")
        milliseconds: dict[int, list[float]] = {size: [] for size in sizes}
        for turn in range(ROUNDS):
            for size, store in stores.items():
                numbers = range(10_000 + turn * ROUND, 10_000 + (turn + 1) * ROUND)
                milliseconds[size] += [place(store, compiled, number) for number in numbers]
        report(milliseconds, stores)


def statistics_of(store: Store, query: str) -> list[Any]:
    """What PostgreSQL has counted until now, of this connection too."""
    with store.begin() as db:
        db.execute(text("SELECT pg_stat_force_next_flush()"))
    with store.begin() as db:
        return list(db.execute(text(query)).scalars())


def database(url: str, size: int) -> Store:
    """A database of its own with as many articles."""
    name = f"placing_{size}"
    with Store(url)._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.exec_driver_sql(f"CREATE DATABASE {name}")
    base, _, query = url.partition("?")
    store = Store(f"{base.rpartition('/')[0]}/{name}?{query}")
    schema.migrate(store)
    with store.begin() as db:
        watches.ensure(db, tagging.shipped_watches())
    started = time.monotonic()
    fill(store, size)
    print(f"{size:,} articles stored in {time.monotonic() - started:.0f} s", flush=True)
    return store


def report(milliseconds: dict[int, list[float]], stores: dict[int, Store]) -> None:
    first = milliseconds[min(milliseconds)]
    blocks = {
        size: statistics_of(store, _TOUCHED)[0] / len(milliseconds[size]) for size, store in stores.items()
    }
    for size, values in milliseconds.items():
        with stores[size].begin() as db:
            copies = db.execute(
                text("SELECT count(*) FROM articles WHERE id > :n AND copy_of > :n"), {"n": size}
            )
            check(copies.scalar_one() == len(values) // 2 + ROUND, "not every copy was found")
        median, mean = statistics.median(values), statistics.mean(values)
        print(
            f"{size:>9,}: {median:.2f} ms (median), {mean:.2f} ms (mean);"
            f" x {median / statistics.median(first):.2f} and {mean / statistics.mean(first):.2f};"
            f" {blocks[size]:.0f} blocks, x {blocks[size] / blocks[min(blocks)]:.2f};"
            f" read whole: {', '.join(statistics_of(stores[size], _SCANNED)) or 'none'}"
        )


if __name__ == "__main__":
    main()
