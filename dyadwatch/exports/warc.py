"""WARC 1.1 (ISO 28500): pages as they were fetched, a response record each, for archives and replay tools.

Bodies are stored with their content encoding removed, so the headers that name one are left out.
"""

import io
from collections.abc import Iterable
from datetime import UTC
from http import HTTPStatus
from typing import BinaryIO

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from dyadwatch.model.snapshots import FetchedPage

_OF_TRANSFER = frozenset({"content-encoding", "transfer-encoding", "content-length", "connection"})


def write_all(pages: Iterable[FetchedPage], software: str, file: BinaryIO) -> int:
    """Writes any number of pages, each compressed on its own, and returns how many. `software` is named in
    the first record."""
    writer = WARCWriter(file, gzip=True, warc_version="WARC/1.1")
    writer.write_record(
        writer.create_warcinfo_record(None, {"software": software, "format": "WARC File Format 1.1"})
    )
    count = 0
    for page in pages:
        headers = [(name, value) for name, value in page.headers.items() if name not in _OF_TRANSFER]
        headers.append(("content-length", str(len(page.body))))
        record = writer.create_warc_record(
            page.url,
            "response",
            payload=io.BytesIO(page.body),
            http_headers=StatusAndHeaders(_status(page.status), headers, protocol="HTTP/1.1"),
            warc_headers_dict={"WARC-Date": f"{page.fetched_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"},
        )
        writer.write_record(record)
        count += 1
    return count


def _status(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} Unknown"
