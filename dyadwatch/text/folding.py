"""Folding: one spelling for what readers take as the same, with a map back to the original text.

Deletes what is invisible or optional (soft hyphens, joiners, direction marks, tatweel, vowel points,
combining accents), unescapes left-over HTML entities, and unifies case, accents, quotes, hyphens, spaces,
digits and Arabic letter variants one to one. Only deletions and entities shift offsets, so the map back is a
short list of breakpoints.
"""

import functools
import html
import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

# Ranges whose letters occur in names and cues: Latin, Greek, Cyrillic, Hebrew, Arabic and their presentation
# forms.
_RANGES = (
    (0x00, 0x590),
    (0x5D0, 0x600),
    (0x600, 0x780),
    (0x1E00, 0x2000),
    (0xFB1D, 0xFB50),
    (0xFB50, 0xFE00),
    (0xFE70, 0xFF00),
)
_INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b\u200d\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u0640"
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
)
# It begins with a character set, which makes the search fast.
_CHANGES_LENGTH = re.compile(
    f"[&{_INVISIBLE}{_MARKS}]"
    f"(?:(?<=&)(?:#[0-9]{{1,7}}|#[xX][0-9a-fA-F]{{1,6}}|[A-Za-z]{{2,8}});|(?<!&)[{_INVISIBLE}{_MARKS}]*)"
)
_LETTERS = {
    **dict.fromkeys("\u064a\u0649\u0626\u06cc\u06d2\u06d0", "\u064a"),  # yeh in all its forms
    **dict.fromkeys("\u06a9\u06aa", "\u0643"),  # kaf
    **dict.fromkeys("\u0623\u0625\u0622\u0671", "\u0627"),  # alef
    **dict.fromkeys("\u0629\u06c1\u06be\u06d5\u06c0\u06c2", "\u0647"),  # heh, teh marbuta
    "\u0624": "\u0648",
    "\u0131": "i",
    "\u00f8": "o", "\u0142": "l", "\u0111": "d", "\u00f0": "d",
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u02bb\u02bf\u02be\u05f3\u0060\u00b4\u2032\uff07", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u05f4\u2033\uff02", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u05be\uff0d", "-"),
    **dict.fromkeys("\u2013\u2014\u2015\u2212", "\u2014"),
    # a zero-width non-joiner separates the parts of a Persian word as a space would
    **dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
                    "\u202f\u205f\u3000\u200c\t\r\x0b\x0c", " "),
    **dict.fromkeys("\u2028\u2029\x85", "\n"),
}  # fmt: skip

_ODD_ASCII = re.compile(r"[`\t\r\x0b\x0c]")
# What `str.lower` alone does not fold, or what may change the length. It is negated, because a set that has
# all of Unicode is slow.
_ODD = re.compile(r"[^\n -%'-_a-~\x00-\x08\x0e-\x1f\x7f]")
_MAX_ODD = 64  # distinct characters that are replaced one after the other
_MAX_BYTES_PER_CHARACTER = 1.1


@functools.cache
def _table() -> dict[int, str]:
    """The one-to-one map, for `str.translate`."""
    table = {}
    for low, high in _RANGES:
        for code in range(low, high):
            folded = _one(chr(code))
            if folded != chr(code):
                table[code] = folded
    table.update({ord(source): target for source, target in _LETTERS.items()})
    # A lone surrogate is no character; the automaton could not read it.
    table.update(dict.fromkeys(range(0xD800, 0xE000), "\ufffd"))
    return table


def _one(char: str) -> str:
    if char in _LETTERS:
        return _LETTERS[char]
    bare = "".join(part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part))
    if unicodedata.category(char) == "Nd":
        return str(unicodedata.digit(char))
    letter = _LETTERS.get(bare, bare) if len(bare) == 1 else char
    lower = letter.lower()
    return _LETTERS.get(lower, lower) if len(lower) == 1 else letter


@dataclass(frozen=True)
class Folded:
    """A folded text; `source` maps its offsets to code points of the original, `folded` maps them back."""

    text: str
    starts: tuple[int, ...]  # folded offsets at which a shift begins
    shifts: tuple[int, ...]  # original offset minus folded offset, from there on

    @functools.cached_property
    def original_starts(self) -> tuple[int, ...]:
        """Offsets into the original text at which a shift begins."""
        return tuple(map(sum, zip(self.starts, self.shifts, strict=True)))

    def source(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text whose characters fold to text[start:end], which is not empty."""
        if not self.starts:
            return start, end
        return self._back(start), self._back(end - 1) + 1

    def _back(self, offset: int) -> int:
        index = bisect_right(self.starts, offset) - 1
        return offset + (self.shifts[index] if index >= 0 else 0)

    def folded(self, offset: int) -> int:
        """The first folded offset that comes from `offset` of the original text or later."""
        if not self.starts:
            return offset
        index = bisect_right(self.original_starts, offset) - 1
        following = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.text)
        return min(offset - (self.shifts[index] if index >= 0 else 0), following)


def fold(text: str) -> Folded:
    """`text` folded, with its map back."""
    odd = _odd_characters(text)
    if odd is not None and "&" not in odd and not _CHANGES_LENGTH.search(odd):
        return Folded(_translate(text, odd), (), ())
    pieces: list[str] = []
    starts: list[int] = []
    shifts: list[int] = []
    length = position = 0
    for match in _CHANGES_LENGTH.finditer(text):
        piece, entity = text[position : match.start()], _entity(match.group())
        pieces += (piece, entity)
        length += len(piece)
        for index in range(len(entity)):  # every character of an entity comes from its first
            starts.append(length + index)
            shifts.append(match.start() - length - index)
        length += len(entity)
        position = match.end()
        starts.append(length)
        shifts.append(position - length)
    pieces.append(text[position:])
    joined = "".join(pieces)
    return Folded(_translate(joined, _odd_characters(joined)), tuple(starts), tuple(shifts))


def _odd_characters(text: str) -> str | None:
    """The distinct characters of mostly ASCII text that are odd; None for other text."""
    if len(text.encode("utf-8", "surrogatepass")) > len(text) * _MAX_BYTES_PER_CHARACTER:
        return None
    odd = "".join(dict.fromkeys(_ODD.findall(text)))
    return odd if len(odd) <= _MAX_ODD else None


def _translate(text: str, odd: str | None) -> str:
    """`text` through the table; of mostly ASCII text the odd characters alone, because a dictionary lookup
    per character is slow."""
    table = _table()
    if odd is None:
        return text.translate(table)
    for character in odd:
        text = text.replace(character, table.get(ord(character), character))
    return text.lower()


def _entity(piece: str) -> str:
    """The character that an entity stands for, or nothing where it is invisible, as for a run of invisible
    characters; `piece` itself where it is no entity."""
    if piece[0] != "&":
        return ""
    plain = html.unescape(piece)
    if len(plain) != 1:
        return piece
    return "" if _CHANGES_LENGTH.match(plain) else plain


def fold_surface(text: str) -> str:
    """A surface form of a watch or lexicon as it is searched for: folded, with single spaces."""
    if text.isascii() and not _ODD_ASCII.search(text) and "&" not in text:
        folded = text.lower()
    elif _CHANGES_LENGTH.search(text):
        folded = fold(text).text
    else:  # as `fold`, without the map back
        folded = _translate(text, _odd_characters(text))
    return " ".join(folded.split())
