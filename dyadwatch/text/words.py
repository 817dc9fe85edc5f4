"""The words of a text as comparisons see them."""

import re
import unicodedata

from dyadwatch.text.folding import UNSPACED

# What copies of one text add or leave out: Arabic vowel signs, the superscript alef, the stretching tatweel,
# and invisible marks of writing direction.
_IGNORED = re.compile("[\u064b-\u065f\u0670\u0640\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_UNSPACED = re.compile(f"[{UNSPACED}]")
_RUN = re.compile(f"[{UNSPACED}]+")
_WORD = re.compile(rf"[^\W{UNSPACED}]+|[{UNSPACED}]")
_ASCII_WORD = re.compile(r"\w+")


def words(text: str) -> list[str]:
    """Runs of letters and digits in NFKC, casefolded, without vowel signs and marks of direction; of Chinese
    and Japanese, which set no spaces, each character."""
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    return _WORD.findall(unicodedata.normalize("NFKC", _IGNORED.sub("", text)).casefold())


def word_key(text: str) -> str:
    """The words of `text`, single-spaced: equal for texts that differ only in case, punctuation, spacing or
    signs."""
    return " ".join(words(text))


def spaced(text: str) -> str:
    """`text` with each character of Chinese and Japanese set off as a word, for whoever finds words by their
    spaces."""
    return _UNSPACED.sub(r" \g<0> ", text) if _UNSPACED.search(text) else text


def spaced_query(query: str) -> str:
    """Words to search for with each run of such characters a phrase of them; what is in quotes is one
    already."""
    parts = query.split('"')
    parts[::2] = [_RUN.sub(lambda run: f'"{" ".join(run.group())}"', part) for part in parts[::2]]
    parts[1::2] = [spaced(part) for part in parts[1::2]]
    return '"'.join(parts)
