"""What `extract` and `tag` read: a file, the standard input, or a page of the web."""

import codecs
import contextlib
import gzip
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import click

from dyadwatch import articles
from dyadwatch.errors import InvalidInput, WebError
from dyadwatch.settings import Settings
from dyadwatch.text import encodings, language

_DEADLINE = 20.0  # seconds for a page, redirects included
_ACCEPT = {"accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"}
_START = rb"\s*(?:\xef\xbb\xbf)?\s*<(?:"
_HTML = re.compile(_START + rb"!doctype\s+html|html|head|body)\b", re.IGNORECASE)
# An element of a text: a block, whose end may be left out, or one within a line, with its end.
_FRAGMENT = re.compile(
    _START + rb"(?:article|main|section|div|p|h[1-6]|blockquote|[uo]l|li|br)\b[^<>]*>"
    rb"|(?:span|a|b|i|em|strong)\b[^<>]*>[^<]*</)",
    re.IGNORECASE,
)

_SAMPLE = 10_000  # characters by which a charset is judged
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]")
_MOST_STRANGE = 0.1  # of the characters of a text in UTF-8: letters of UTF-16 are valid UTF-8 too
_LEAST_COMMON = 0.1  # of the words: nine in ten sentences of news have more, bytes by chance have none


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes as they were read, with the address and media type where they came from the web."""

    body: bytes
    url: str = ""
    content_type: str | None = None
    name: str = "-"

    @property
    def is_html(self) -> bool:
        """Whether it is a page rather than plain text: it came from the web, is named so, or begins so."""
        named = self.name.removesuffix(".gz").lower().endswith((".html", ".htm", ".xhtml"))
        return bool(self.url) or named or _HTML.match(self.body) is not None

    @property
    def is_fragment(self) -> bool:
        """Whether it is no page, but text with the markup of one, as from a clipboard."""
        return not self.is_html and _FRAGMENT.match(self.body) is not None

    def text(self) -> str:
        """The text of bytes that are no page: in UTF-8 or with a byte order mark, else in the charset that
        their letters tell. Raises InvalidInput file_unreadable where they tell none."""
        marked = encodings.decode_by_mark(self.body)
        if marked is not None:
            return marked
        text = next(_readings(self.body), None)
        if text is None:
            detail = f"{self.name!r} is not UTF-8, and what else is not sure: convert it"
            raise InvalidInput(detail, code="file_unreadable")
        return text


def read_document(name: str | None) -> Document:
    """What FILE, URL, - or nothing (the standard input) holds; .gz is unpacked. At most one byte more than
    the extractor accepts. Raises InvalidInput file_unreadable, WebError, and a usage error at a terminal,
    where nobody means to type a page."""
    if name is None and sys.stdin.isatty():
        raise click.UsageError("give a FILE or URL, or a text on stdin")
    if name in {None, "-"}:
        return Document(sys.stdin.buffer.read(articles.MAX_BYTES + 1))
    if str(name).lower().startswith(("http://", "https://")):
        return _get(str(name))
    return Document(read_file(Path(str(name))), name=str(name))


def read_file(path: Path) -> bytes:
    """A file's bytes, unpacked where its name ends in .gz. Raises InvalidInput file_unreadable."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            return file.read(articles.MAX_BYTES + 1)
    except (OSError, EOFError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InvalidInput(f"{str(path)!r} cannot be read: {reason}", code="file_unreadable") from error


def read_text(file: IO[str], limit: int) -> str:
    """At most `limit` characters of a file that is open as text. Raises InvalidInput file_unreadable."""
    try:
        return file.read(limit)
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{file.name!r} is not UTF-8: {error}", code="file_unreadable") from error


def _readings(body: bytes) -> Iterator[str]:
    """The texts that bytes without a mark may be, the likeliest first: UTF-8, else what is prose in UTF-16 or
    in the charset that feeds are read in where nothing states one."""
    with contextlib.suppress(UnicodeDecodeError):
        # The last character of what was cut off at the limit may be incomplete.
        text = codecs.getincrementaldecoder("utf-8")().decode(body, final=len(body) <= articles.MAX_BYTES)
        if len(_NO_TEXT.findall(text)) <= _MOST_STRANGE * len(text):
            yield text
    from dyadwatch.feeds import charset  # noqa: PLC0415  # few texts need it

    wide = (body.decode(codec, "replace") for codec in ("utf-16-le", "utf-16-be"))
    yield from filter(_is_prose, (*wide, charset.decode(body, None)))


def _is_prose(text: str) -> bool:
    """Whether a text has no characters that no text has, only letters of its language, and words of it."""
    sample = text[:_SAMPLE].lower()
    code = language.identify(sample) or ""
    return (
        not _NO_TEXT.search(text)
        and language.common_shares(sample).get(code, 0.0) >= _LEAST_COMMON
        and not language.foreign_share(sample, code)
    )


def _get(url: str) -> Document:
    """A page that a person asked for by name: one request, through the egress guard."""
    # Pages of the web alone need a network.
    from dyadwatch.bootstrap import standalone_web  # noqa: PLC0415
    from dyadwatch.local.local_settings import with_local_web  # noqa: PLC0415

    with standalone_web(with_local_web(Settings.from_environ())) as web:
        response = web.get(url, headers=_ACCEPT, limit=articles.MAX_BYTES, deadline=_DEADLINE)
    if response.status != 200:
        raise WebError(f"{url} answers {response.status}", code=f"http_{response.status}")
    return Document(response.body, response.url, response.headers.get("content-type"), url)
