"""Responses compressed as the client asks, zstd before gzip.

Only what programs read is compressed, and never a response with a secret beside words of the request, from
whose length the secret could be guessed. A strong entity tag stands for exact bytes: each coding has its own.
"""

import sys
import zlib
from collections.abc import Callable, Mapping

from flask import Response, request

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_MIN_BYTES = 1_024
_MEDIA = frozenset(
    {
        "application/json", "application/feed+json", "application/atom+xml", "application/rss+xml",
        "application/stix+json", "application/vnd.misp+json",
        "text/csv", "text/x-opml", "text/css", "text/javascript",
    }
)  # fmt: skip
_LEVEL = 1  # of gzip: higher ones take several times as long for a tenth of the bytes


def _gzip(body: bytes) -> bytes:
    compressor = zlib.compressobj(_LEVEL, wbits=zlib.MAX_WBITS | 16)
    return compressor.compress(body) + compressor.flush()


_CODINGS: Mapping[str, Callable[[bytes], bytes]] = {"zstd": zstd.compress, "gzip": _gzip}


VARY = "Accept-Encoding"


def concerns(media: str) -> bool:
    """Whether a response of a media type is compressed where a client wants that."""
    return media in _MEDIA


def compress(response: Response) -> None:
    """Compresses the body of a response where it may be and the client reads it."""
    if response.mimetype not in _MEDIA or "no-store" in _caching(response):
        return
    add_vary(response, VARY)
    coding = _coding()
    if coding is None or response.status_code != 200 or "Content-Encoding" in response.headers:
        return
    is_file = response.direct_passthrough  # one that pages load: style sheets and scripts
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) < _MIN_BYTES:
        return
    response.set_data(_CODINGS[coding](body))
    response.headers["Content-Encoding"] = coding
    etag, is_weak = response.get_etag()
    if etag is not None:
        response.set_etag(f"{etag}-{coding}", weak=bool(is_weak))
    if is_file:  # was compared with what the client has under its plain tag, and offered in parts
        response.headers.pop("Accept-Ranges", None)
        response.make_conditional(request)


def add_vary(response: Response, name: str) -> None:
    """Says that a response is another for another value of a request header."""
    before = response.headers.get("Vary")
    if before is None:
        response.headers["Vary"] = name
    elif name not in before.split(", "):
        response.headers["Vary"] = f"{before}, {name}"


def variants(etag: str) -> tuple[str, ...]:
    """The tags that a client may know a representation by."""
    return etag, *(f"{etag}-{coding}" for coding in _CODINGS)


def _coding() -> str | None:
    """The coding that the client likes best."""
    accepted = request.accept_encodings
    if not accepted:
        return None
    best = max(_CODINGS, key=accepted.quality)
    return best if accepted.quality(best) >= max(accepted.quality("identity"), 0.001) else None


def _caching(response: Response) -> str:
    return response.headers.get("Cache-Control", "")
