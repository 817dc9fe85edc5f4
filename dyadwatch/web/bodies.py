"""Reads response bodies within a limit of decoded bytes."""

from contextlib import suppress

from urllib3 import BaseHTTPResponse
from urllib3.exceptions import DecodeError, ProtocolError

from dyadwatch.errors import WebError

CHUNK = 64 * 1024


def read_body(response: BaseHTTPResponse, limit: int) -> bytes:
    """The whole body. Raises WebError where it is larger than `limit`."""
    declared = response.length_remaining
    if declared is not None and declared > limit:
        raise _too_large(limit)
    chunks: list[bytes] = []
    size = 0
    for chunk in response.stream(CHUNK):
        chunks.append(chunk)
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
    return b"".join(chunks)


def read_beginning(response: BaseHTTPResponse, limit: int) -> bytes:
    """The body up to `limit` bytes, or to where it breaks off or cannot be decoded."""
    chunks: list[bytes] = []
    size = 0
    with suppress(DecodeError, ProtocolError):
        for chunk in response.stream(CHUNK):
            chunks.append(chunk)
            size += len(chunk)
            if size > limit:
                break
    return b"".join(chunks)[:limit]


def _too_large(limit: int) -> WebError:
    return WebError(f"the answer is larger than {limit} bytes", code="body_too_large", permanent=True)
