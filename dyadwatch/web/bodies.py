"""Reads response bodies within a limit of decoded bytes."""

import re
from contextlib import suppress

from urllib3 import BaseHTTPResponse
from urllib3.exceptions import DecodeError, ProtocolError

from dyadwatch.errors import WebError

CHUNK = 64 * 1024
_END_OF_DOCUMENT = re.compile(rb"</(?:html|rss|feed|rdf:rdf|urlset|sitemapindex)\s*>\s*\Z", re.IGNORECASE)


def read_body(response: BaseHTTPResponse, limit: int, *, decoded: bool = True) -> bytes:
    """The whole body, or as it was sent, not `decoded`. One that has the end of its document is whole though
    more was announced. Raises WebError where it is larger than `limit`."""
    declared = response.length_remaining
    if declared is not None and declared > limit:
        raise _too_large(limit)
    chunks: list[bytes] = []
    size = 0
    broken: ProtocolError | None = None
    try:
        for chunk in response.stream(CHUNK, decode_content=decoded):
            chunks.append(chunk)
            size += len(chunk)
            if size > limit:
                raise _too_large(limit)
    except ProtocolError as error:
        broken = error
    body = b"".join(chunks)
    is_short = broken is not None or (response.length_remaining or 0) > 0
    if is_short and not _END_OF_DOCUMENT.search(body, max(0, len(body) - 200)):
        raise broken or ProtocolError("the body is shorter than was announced")
    return body


def read_beginning(response: BaseHTTPResponse, limit: int, *, decoded: bool = True) -> bytes:
    """The body up to `limit` bytes, or to where it breaks off or cannot be decoded."""
    chunks: list[bytes] = []
    size = 0
    with suppress(DecodeError, ProtocolError):
        for chunk in response.stream(CHUNK, decode_content=decoded):
            chunks.append(chunk)
            size += len(chunk)
            if size > limit:
                break
    return b"".join(chunks)[:limit]


def _too_large(limit: int) -> WebError:
    return WebError(f"the answer is larger than {limit} bytes", code="body_too_large", permanent=True)
