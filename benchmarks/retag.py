"""Articles a minute and core that an archive run tags again, and how many rows it writes.

usage: python benchmarks/retag.py [ARTICLES]

Stores ARTICLES (default 3,000) texts of news length, every fifth about the shipped watch. Then there are a
first run, which tags what was never tagged; a dry run under the same versions, which changes nothing; and a
run of a changed watch, which replaces every tagging and keeps the old. The CPU of this process is measured
and that of its database.
"""

import random
import sys
import time
from pathlib import Path

import psutil
import yaml
from checks import check
from servers import servers
from sqlalchemy import text

from dyadwatch import bootstrap, logs
from dyadwatch.model.steps import Step
from dyadwatch.store import archive_runs, watches

CORPUS = Path(__file__).resolve().parent / "stories"
_STORE = text("""
WITH story AS (INSERT INTO stories (title) VALUES (:title) RETURNING id), article AS (
    INSERT INTO articles (url, story_id, version, title, title_key, language, published_at)
    SELECT :url, id, 1, :title, '', 'en', '2022-05-08' FROM story RETURNING id
)
INSERT INTO article_versions (article_id, number, title, text, text_hash)
SELECT id, 1, :title, :text, '' FROM article
""")


def texts(count):
    """Texts of about 400 words, made of paragraphs of our labelled articles in English."""
    families = [
        family
        for path in sorted(CORPUS.glob("*-*.yaml"))
        for family in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    ]
    paragraphs = {True: [], False: []}
    for family in families:
        for item in family["articles"]:
            if item.get("language") == "en" and "text" in item:
                paragraphs[family["watch"] == "assad-khamenei"] += item["text"].strip().split("\n\n")
    chance = random.Random(1)
    for number in range(count):
        own = chance.sample(paragraphs[True], 2) if number % 5 == 0 else []
        yield "\n\n".join(
            [f"Report {number} of today", *own, *chance.sample(paragraphs[False], 10 - len(own))]
        )


def used(product):
    """Seconds of CPU of this process and of its database, with the backends of it that have ended."""
    with product.store.begin() as db:
        folder = db.execute(text("SHOW data_directory")).scalar_one()
    server = psutil.Process(int(Path(folder, "postmaster.pid").read_text(encoding="ascii").split()[0]))
    ended, own = server.cpu_times(), psutil.Process().cpu_times()
    backends = [process.cpu_times() for process in server.children()]
    database = ended.children_user + ended.children_system + sum(one.user + one.system for one in backends)
    return own.user + own.system, database


def measure(product, name, count, *, dry_run=False):
    with product.store.begin() as db:
        run = archive_runs.start(db, watch=None, dry_run=dry_run, notify=False).id
    before, started = used(product), time.monotonic()
    while product.pipeline.run(Step.BACKFILL, 60):
        pass
    seconds, after = time.monotonic() - started, used(product)
    with product.store.begin() as db:
        view = archive_runs.get(db, run)
    check(view.state == "done" and view.counts.read == count, f"{view.counts.read} of {count} were read")
    here, database = (now - then for now, then in zip(after, before, strict=True))
    print(
        f"{name}: {count / (here + database) * 60:,.0f} articles a minute of CPU ({here / count * 1000:.2f} ms here,"
        f" {database / count * 1000:.2f} ms in the database), {count / seconds * 60:,.0f} by the clock; {view.counts}"
    )
    return view.counts


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 3_000
    with servers() as settings:
        logs.start(settings)
        product = bootstrap.build(settings)
        with product.store.begin() as db:
            for number, content in enumerate(texts(count)):
                title = content.partition("\n")[0]
                db.execute(_STORE, {"url": f"https://news.test/{number}", "title": title, "text": content})
        product.tagger().tag("warm")
        first = measure(product, "first run", count)
        check(first.alerts_created > 0, "no alert was raised")
        again = measure(product, "dry run, same versions", count, dry_run=True)
        check(again.changed == 0, f"{again.changed} changed that should not")
        with product.store.begin() as db:
            document = watches.get(db, "assad-khamenei").document
            watches.replace(db, "assad-khamenei", "Changed", {**document, "threshold": 0.9})
            db.execute(text("DELETE FROM archive_runs WHERE kind = 'backfill'"))
        measure(product, "changed watch", count)
        product.close()


if __name__ == "__main__":
    main()
