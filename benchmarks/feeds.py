"""Milliseconds to read a feed: our reader (fast path, feedparser where it refuses) beside feedparser alone,
in one run.

Synthetic news feeds by default; with a directory, every file in it (bytes as served). CPU time, best of five
rounds. Every synthetic feed must give the same number of entries both ways.

    .venv/bin/python benchmarks/feeds.py [DIRECTORY]
"""

import io
import random
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import mean, median

import feedparser
from checks import check

from dyadwatch import feeds
from dyadwatch.errors import FeedError

NOW = datetime(2024, 6, 15, 12, tzinfo=UTC)
URL = "https://news.example/feed"
WORDS = [
    "minister",
    "port",
    "talks",
    "water",
    "heat",
    "grain",
    "strike",
    "court",
    "vote",
    "bridge",
    "archive",
    "mayor",
    "border",
    "winter",
    "price",
    "train",
]
BODY = 900  # characters of a full text in a feed of 52 kB


def prose(rng, characters):
    words = []
    while sum(map(len, words)) + len(words) < characters:
        words.append(rng.choice(WORDS))
    return " ".join(words)


def rss(rng, entries, body):
    items = "".join(
        f"<item><title>{prose(rng, 60)} &amp; more</title><link>https://news.example/2024/06/{number}?utm_source=rss</link>"
        f'<guid isPermaLink="false">https://news.example/?p={number}</guid><dc:creator><![CDATA[Ann Example]]></dc:creator>'
        f"<pubDate>{(NOW - timedelta(minutes=17 * number)).strftime('%a, %d %b %Y %H:%M:%S +0000')}</pubDate>"
        f"<category>world</category><description><![CDATA[<p>{prose(rng, 220)}</p>]]></description>"
        f"<content:encoded><![CDATA[<p>{prose(rng, body)}</p>]]></content:encoded><slash:comments>0</slash:comments>"
        f'<media:content url="https://news.example/{number}.jpg" medium="image"/></item>'
        for number in range(entries)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
        ' xmlns:media="http://search.yahoo.com/mrss/"><channel><title>News</title><link>https://news.example/</link>'
        f"<language>en</language>{items}</channel></rss>"
    ).encode()


def atom(rng, entries, body):
    items = "".join(
        f'<entry><title type="html">{prose(rng, 60)}</title><id>urn:{number}</id><link rel="alternate" type="text/html"'
        f' href="https://news.example/{number}"/><published>2024-06-14T10:{number % 60:02}:00Z</published>'
        f"<updated>2024-06-14T11:{number % 60:02}:00Z</updated><author><name>Ann Example</name></author>"
        f'<summary type="html">{prose(rng, 220)}</summary><content type="html">&lt;p&gt;{prose(rng, body)}&lt;/p&gt;</content></entry>'
        for number in range(entries)
    )
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><id>urn:n</id>{items}</feed>'.encode()
    )


def synthetic():
    rng = random.Random(1)
    return {
        "rss, 52 kB": rss(rng, 30, BODY),
        "atom, 52 kB": atom(rng, 30, BODY),
        "rss, summaries only": rss(rng, 30, 0),
        "rss, 200 kB": rss(rng, 60, 2_600),
        "left to feedparser": rss(rng, 30, BODY).replace(
            b"<channel>", b'<channel xml:base="https://news.example/">'
        ),
    }


def ours(body):
    return len(feeds.parse(body, url=URL, content_type=None, now=NOW).entries)


def is_readable(body):
    try:
        return ours(body) > 0
    except FeedError:
        return False


def theirs(body, **switches):
    headers = {"content-type": "application/xml"}
    return len(feedparser.parse(io.BytesIO(body), response_headers=headers, **switches).entries)


def lean(body):
    return theirs(body, sanitize_html=False, resolve_relative_uris=False)


def cpu(read, body):
    best = float("inf")
    for _ in range(5):
        started = time.process_time()
        read(body)
        best = min(best, time.process_time() - started)
    return 1000 * best


def readable_files(directory):
    files = {path.name: path.read_bytes() for path in sorted(directory.iterdir()) if path.is_file()}
    return {name: body for name, body in files.items() if is_readable(body)}


def check_documents(documents):
    """The documents, once every reader has given the same entries for each."""
    for name, body in documents.items():
        counts = ours(body), lean(body), theirs(body)
        check(len(set(counts)) == 1 and counts[0] >= 30, f"{name} gave {counts} entries")
    return documents


def print_row(name, size, a, b, c):
    print(
        f"{name:<26} {size / 1000:>5.0f}  {a:>6.2f}  {b:>10.2f} ({b / a:>4.1f} x)       "
        f"{c:>13.2f} ({c / a:>4.1f} x)"
    )


def main():
    directory = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    documents = readable_files(directory) if directory else check_documents(synthetic())
    check(documents, "no feed can be read")
    rows = {name: [cpu(read, body) for read in (ours, lean, theirs)] for name, body in documents.items()}
    print("feed                          kB    ours  feedparser without cleaning      feedparser   ms of CPU")
    for name, times in rows.items() if directory is None else ():
        print_row(name, len(documents[name]), *times)
    sizes = [len(body) for body in documents.values()]
    for name, average in (("mean", mean), ("median", median)):
        print_row(name, average(sizes), *map(average, zip(*rows.values(), strict=True)))


if __name__ == "__main__":
    main()
