"""Heads of responses as servers write them, made into what http.client reads.

http.client takes an interim answer other than 100 for the answer, refuses more than 100 header lines, and
loses all that follow one without a colon. MAX_HEAD in `web.sockets` bounds what is read here.
"""

import re
from http.client import HTTPException
from typing import BinaryIO

_INTERIM = re.compile(rb"HTTP/1\.\d[ \t]+1(?!01)\d\d\b")  # 101 ends HTTP: nobody asked for that
_SETTINGS_OF_HTTP_2 = re.compile(rb"\x00\x00[^\n]\x04\x00\x00\x00\x00\x00")  # the first frame of a server
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*:(.*)", re.DOTALL)
_NO_VALUE = re.compile(rb"[\r\x00]")
_END = (b"\r\n", b"\n", b"")
_PIECE = 32 * 1024  # bytes, half of what http.client takes for a line that is too long


class SpeaksHTTP2(HTTPException):
    """The server speaks HTTP/2 to whom did not offer it."""


class Head:
    """The file of a response up to its body: the status line of the final answer, then its fields."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._fields: bytes | None = None

    def readline(self, _limit: int) -> bytes:
        """The status line, then the fields in few large pieces, since http.client counts how often it asks,
        then an empty line. Raises SpeaksHTTP2."""
        if self._fields is None:
            line = self._status_line()
            self._fields = _clean(self._lines())
            return line
        piece, self._fields = self._fields[:_PIECE], self._fields[_PIECE:]
        return piece or b"\r\n"

    def close(self) -> None:
        """Closes the whole response."""
        self._file.close()

    def _status_line(self) -> bytes:
        while True:
            line = self._file.readline()
            if _SETTINGS_OF_HTTP_2.match(line):
                raise SpeaksHTTP2("frames of HTTP/2")
            if _INTERIM.match(line):
                self._lines()
            elif line not in _END[:2]:  # an empty one is left from a body that was longer than stated
                return line

    def _lines(self) -> list[bytes]:
        lines = []
        while (line := self._file.readline()) not in _END:
            lines.append(line)
        return lines


def _clean(lines: list[bytes]) -> bytes:
    """The lines that are fields, each on one line and its name up to the colon. What continues another line
    is left out as that line is."""
    fields: list[bytes] = []
    is_field = False
    for line in lines:
        text = _NO_VALUE.sub(b" ", line.rstrip(b"\r\n"))
        if text[:1] in (b" ", b"\t"):
            if is_field:
                fields[-1] += b" " + text.strip()
            continue
        match = _FIELD.fullmatch(text)
        is_field = match is not None
        if match:
            fields.append(match[1] + b": " + match[2].strip())
    return b"".join(field + b"\r\n" for field in fields)
