"""How well articles are collapsed onto their origins and joined to stories, on labelled articles; B³ of both.

usage: python benchmarks/stories.py [FILE] [--held in|out|all] [--orders N] [--errors N]

FILE holds records (see story_records.py), by default our own set, of which the fifth held back by hash of
family is left out; `--held in` measures that alone. Every article goes through the tag step into a local
database, as a page that says what the record says, with the shipped watches, the examples and those of the
tests' corpus that the records name. The database's clock is that of the articles' arrival, which follows
publication by a random time, another in each of N orders (default 5). Beside it in the same run: titles of a
similarity of .8 or more within 7 days joined, and MinHash of .8 or more. Prints the mean and the worst order,
an interval of 95 % by resampling families, figures by language and pair, and what placing takes.
"""

import argparse
import html
import os
import random
import statistics
import time
import zlib
from collections import Counter, defaultdict
from datetime import timedelta
from difflib import SequenceMatcher
from pathlib import Path

import labelled
import story_records
from checks import check
from servers import servers
from sqlalchemy import text

from dyadwatch import bootstrap, logs, stories
from dyadwatch.model.feeds import NewFeed
from dyadwatch.model.sources import NewSource
from dyadwatch.model.steps import Step
from dyadwatch.pipeline import tag
from dyadwatch.store import sources, watches

WINDOW = timedelta(days=7)  # within which the baselines join
ALIKE = 0.8
RESAMPLED = 1_000
# now() of the product's statements is the moment of arrival: a schema before pg_catalog holds another now().
_CLOCK = """
CREATE SCHEMA replay;
CREATE TABLE replay.clock (at timestamptz NOT NULL);
INSERT INTO replay.clock VALUES (now());
CREATE FUNCTION replay.now() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT at FROM replay.clock';
"""
_SET_CLOCK = text("UPDATE replay.clock SET at = :at")
_EMPTY = text("TRUNCATE pages, stories, alert_events, entries, article_shingles RESTART IDENTITY CASCADE")
_PAGE = text("""
WITH page AS (INSERT INTO pages (url, host, source_id) VALUES (:url, :host, :source) RETURNING id), entry AS (
    INSERT INTO entries (feed_id, key, page_id, url, title, source_name, source_url, content_hash)
    SELECT feeds.id, :url, page.id, :url, :title, :entry_name, :entry_url, '' FROM feeds, page
    WHERE feeds.source_id = :source
)
INSERT INTO snapshots (page_id, kind, url, status, headers, body, sha256, fetched_at, due_at)
SELECT id, 'page', :url, 200, '{"content-type": "text/html; charset=utf-8"}', :body, md5(:url), :at, :at FROM page
""")
_PLACED = text("SELECT * FROM articles")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file", nargs="?", type=Path, default=story_records.FOLDER)
    parser.add_argument("--held", choices=("in", "out", "all"))
    parser.add_argument("--orders", type=int, default=5)
    parser.add_argument("--errors", type=int, default=0)
    options = parser.parse_args()
    records = story_records.read(options.file)
    held = options.held or ("out" if options.file.is_dir() else "all")
    if held != "all":
        records = [one for one in records if story_records.is_held_back(one) == (held == "in")]
    check(records, "no records")
    describe(records)
    runs, milliseconds = place_all(records, options.orders)
    for kind in ("origin", "story"):
        gold = [one[kind] for one in records]
        print(f"\n{kind:8}{'precision':>10}{'recall':>8}{'F1':>8}{'worst':>8}   95 %")
        report("placed", records, gold, [run[kind] for run in runs])
        report(f"title {ALIKE}", records, gold, [cluster(records, alike_titles)])
        report(f"MinHash {ALIKE}", records, gold, [cluster(records, alike_texts())])
        by_group(records, gold, runs[0][kind])
        show_errors(records, gold, runs[0][kind], options.errors)
    ordered = sorted(milliseconds)
    print(
        f"\nplacing an article: {statistics.median(ordered):.1f} ms (median),"
        f" {ordered[int(len(ordered) * 0.95)]:.1f} ms (95 %), all statements included"
    )


def describe(records):
    languages = Counter(one["language"] for one in records)
    print(
        f"{len(records)} articles, {len({one['story'] for one in records})} stories,"
        f" {len({one['origin'] for one in records})} origins, {len({one['family'] for one in records})} families,"
        f" {len({one['watch'] for one in records})} pairs;"
        f" {', '.join(f'{name} {count}' for name, count in languages.most_common())}"
    )


def place_all(records, orders):
    """For each order of arrival the clusters of the records; and the milliseconds that placing took."""
    milliseconds = []
    with servers() as settings:
        logs.start(settings)
        product = bootstrap.build(settings)
        tag.place = with_clock(tag.place, milliseconds)
        by_source = prepare(product.store, records)
        product.tagger()
        runs = [run_once(product, records, by_source, seed) for seed in range(orders)]
        product.close()
    return runs, milliseconds


def prepare(store, records):
    """Adds watches and sources and the clock. Returns the ids of sources by name."""
    known = labelled.read_watch_documents(Path(os.environ.get("DYADWATCH_SHARED", "/nowhere")) / "tagging")
    by_source = {}
    with store.begin() as db:
        watches.ensure(db, [known[name] for name in sorted({one["watch"] for one in records} & known.keys())])
        for record in records:
            source = record["source"]
            name = source.get("name")
            if name and name not in by_source:
                by_source[name] = sources.create(db, new_source(source, len(by_source))).id
        db.execute(text(_CLOCK))
        database = db.execute(text("SELECT current_database()")).scalar_one()
        db.execute(text(f'ALTER DATABASE "{database}" SET search_path = replay, pg_catalog, public'))
    store._engine.dispose()  # connections that were open have the old path
    return by_source


def new_source(source, number):
    fields = set(NewSource.__dataclass_fields__) & {"country", "side", "ownership", "language", "family"}
    return NewSource(
        name=source["name"],
        homepage=source.get("url"),
        feeds=(NewFeed(f"https://feeds.example/{number}"),),
        **{name: source[name] for name in fields if source.get(name)},
    )


def run_once(product, records, by_source, seed):
    """The labels of each record when all have arrived in an order of their own."""
    store, chance = product.store, random.Random(seed)
    arrivals = sorted((one["published"] + delay(chance), one["id"], one) for one in records)
    with store.begin() as db:
        db.execute(_EMPTY)
    for at, _, record in arrivals:
        with store.begin() as db:
            db.execute(_SET_CLOCK, {"at": at})
            db.execute(_PAGE, page_values(record, by_source.get(record["source"].get("name")), at))
        check(product.pipeline.run(Step.TAG, 0.001) == 1, f"{record['id']} was not tagged")
    with store.begin() as db:
        rows = {row["url"]: row for row in db.execute(_PLACED).mappings()}
    missing = [one["id"] for one in records if one["url"] not in rows]
    check(not missing, f"not placed: {missing}")
    placed = [rows[one["url"]] for one in records]
    return {
        "story": [row["story_id"] for row in placed],
        "origin": connected(
            [
                {("text", row["copy_of"] or row["id"])}
                | ({(row["story_id"], row["origin_key"])} if row["origin_known"] else set())
                for row in placed
            ]
        ),
    }


def delay(chance):
    """From publication until an article is read: an hour as a rule, a day at most."""
    return timedelta(hours=min(24.0, chance.lognormvariate(0, 1)))


def page_values(record, source, at):
    entry = record.get("entry_source") or {}
    return {
        "url": record["url"],
        "host": record["url"].split("/")[2],
        "source": source,
        "title": record["title"],
        "entry_name": entry.get("name"),
        "entry_url": entry.get("url"),
        "body": zlib.compress(page(record).encode()),
        "at": at,
    }


def page(record):
    """A plain page of a news site."""
    title, canonical = html.escape(record["title"]), html.escape(record.get("canonical") or record["url"])
    site = html.escape(record["source"].get("name") or "")
    paragraphs = "\n".join(f"<p>{html.escape(one)}</p>" for one in record["text"].split("\n\n"))
    return (
        f'<!doctype html><html lang="{record["language"]}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<link rel="canonical" href="{canonical}"><meta property="og:type" content="article">'
        f'<meta property="og:title" content="{title}"><meta property="og:site_name" content="{site}">'
        f'<meta property="article:published_time" content="{record["published"].isoformat()}"></head>'
        f"<body><main><article><h1>{title}</h1>\n{paragraphs}\n</article></main></body></html>"
    )


def with_clock(function, milliseconds):
    def timed(*arguments, **options):
        started = time.perf_counter()
        result = function(*arguments, **options)
        milliseconds.append((time.perf_counter() - started) * 1000)
        return result

    return timed


def connected(labels):
    """The number of the connected component of each item; items that share a label are connected."""
    parent = list(range(len(labels)))

    def root(item):
        while parent[item] != item:
            item = parent[item]
        return item

    first = {}
    for item, own in enumerate(labels):
        for label in own:
            parent[root(item)] = root(first.setdefault(label, item))
    return [root(item) for item in range(len(labels))]


def cluster(records, alike):
    """A baseline: records of at most WINDOW apart that are alike are joined."""
    pairs = [
        (one, other)
        for other in range(len(records))
        for one in range(other)
        if abs(records[one]["published"] - records[other]["published"]) <= WINDOW
        and alike(records[one], records[other])
    ]
    labels = [{("own", number)} for number in range(len(records))]
    for pair in pairs:
        for number in pair:
            labels[number].add(pair)
    return connected(labels)


def alike_titles(one, other):
    matcher = SequenceMatcher(None, one["title"], other["title"], autojunk=False)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def alike_texts():
    signatures = {}

    def signature(record):
        if record["id"] not in signatures:
            signatures[record["id"]] = stories.signature(record["text"])
        return signatures[record["id"]]

    return lambda one, other: stories.similarity(signature(one), signature(other)) >= ALIKE


def b_cubed(gold, placed):
    """(precision, recall) of each item."""
    of_gold, of_placed = defaultdict(set), defaultdict(set)
    for number, (right, label) in enumerate(zip(gold, placed, strict=True)):
        of_gold[right].add(number)
        of_placed[label].add(number)
    return [
        (len(shared) / len(of_placed[label]), len(shared) / len(of_gold[right]))
        for right, label in zip(gold, placed, strict=True)
        for shared in [of_gold[right] & of_placed[label]]
    ]


def f1(items):
    precision, recall = (statistics.fmean(values) for values in zip(*items, strict=True))
    return 2 * precision * recall / (precision + recall)


def report(name, records, gold, runs):
    scored = [b_cubed(gold, placed) for placed in runs]
    everything = [item for items in scored for item in items]
    precision, recall = (statistics.fmean(values) for values in zip(*everything, strict=True))
    by_family = defaultdict(list)
    for record, item in zip(records, scored[0], strict=True):
        by_family[record["family"]].append(item)
    chance, families = random.Random(0), list(by_family.values())
    resampled = sorted(
        f1([item for family in chance.choices(families, k=len(families)) for item in family])
        for _ in range(RESAMPLED)
    )
    low, high = resampled[RESAMPLED // 40], resampled[-RESAMPLED // 40]
    print(
        f"{name:12}{precision:6.3f}{recall:8.3f}{statistics.fmean(map(f1, scored)):8.3f}"
        f"{min(map(f1, scored)):8.3f}   {low:.3f}-{high:.3f}"
    )


def by_group(records, gold, placed):
    scored = b_cubed(gold, placed)
    for kind in ("language", "watch"):
        groups = defaultdict(list)
        for record, item in zip(records, scored, strict=True):
            groups[record[kind]].append(item)
        print(
            f"  by {kind}: " + ", ".join(f"{name} {f1(items):.2f}" for name, items in sorted(groups.items()))
        )


def show_errors(records, gold, placed, limit):
    """The families that lost most, each with its clusters as they are and as they should be."""
    scored, by_family = b_cubed(gold, placed), defaultdict(list)
    for number, record in enumerate(records):
        by_family[record["family"]].append(number)
    worst = sorted(by_family, key=lambda family: f1([scored[number] for number in by_family[family]]))
    for family in worst[:limit]:
        print(f"  {family}: {f1([scored[number] for number in by_family[family]]):.2f}")
        for number in by_family[family]:
            record = records[number]
            print(
                f"    {placed[number]:>5} {gold[number].rpartition('/')[2]:20} {record['id']:40} {record['title'][:60]}"
            )


if __name__ == "__main__":
    main()
