"""Feeds to be polled, from a process of its own: `python benchmarks/feed_server.py PORT`.

Every address of 127.0.0.0/8 answers at PORT. /feed/N is an RSS feed of 24 entries, about 52 kB, gzipped, with
an ETag. /changed/SHARE sets the share of later requests, evenly by feed, that get one new entry. It writes
raw bytes, to be faster than what is measured.
"""

import asyncio
import gzip
import sys
from collections import Counter
from random import Random
from typing import ClassVar

ENTRIES = 24
_WORDS = (
    "council",
    "port",
    "budget",
    "railway",
    "minister",
    "wheat",
    "harbour",
    "inquiry",
    "loan",
    "water",
    "talks",
)


def _entry(feed: int, number: int) -> str:
    random = Random(feed * 100_003 + number)
    text = " ".join(random.choices(_WORDS, k=280))
    return (
        f"<item><title>Feed {feed} reports item {number}</title><link>http://feeds.test/{feed}/{number}</link>"
        f"<guid>{feed}-{number}</guid><pubDate>Mon, 02 Mar 2026 {number // 60 % 24:02}:{number % 60:02}:00 GMT</pubDate>"
        f"<description>&lt;p&gt;{text}&lt;/p&gt;</description></item>"
    )


def _document(feed: int, version: int) -> bytes:
    items = "".join(_entry(feed, number) for number in range(version + ENTRIES - 1, version - 1, -1))
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Feed {feed}</title>{items}</channel></rss>'.encode()


class _Feeds(asyncio.Protocol):
    versions: ClassVar[Counter[int]] = Counter()
    requests: ClassVar[Counter[int]] = Counter()
    share: ClassVar[float] = 0.0

    def connection_made(self, transport):
        self._transport = transport
        self._buffer = b""

    def data_received(self, data):
        self._buffer += data
        while b"\r\n\r\n" in self._buffer:
            head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
            self._transport.write(self._response(head))

    def _response(self, head: bytes) -> bytes:
        _, kind, value = head.split(b" ", 2)[1].decode().split("/")
        if kind == "changed":
            _Feeds.share = float(value)
            return b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
        feed = int(value)
        _Feeds.requests[feed] += 1
        every = round(1 / self.share) if self.share else 0
        if every and (self.requests[feed] + feed) % every == 0:
            _Feeds.versions[feed] += 1
        version = self.versions[feed]
        etag = b'"%d"' % version
        if b": " + etag in head:
            return b"HTTP/1.1 304 Not Modified\r\netag: " + etag + b"\r\n\r\n"
        body = gzip.compress(_document(feed, version), 6)
        start = b"HTTP/1.1 200 OK\r\ncontent-type: application/rss+xml\r\ncontent-encoding: gzip\r\n"
        return start + b"etag: %b\r\ncontent-length: %d\r\n\r\n" % (etag, len(body)) + body


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(_Feeds, "0.0.0.0", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
