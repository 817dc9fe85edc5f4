"""The words of a text as comparisons see them."""

import re
import unicodedata

from dyadwatch.text.folding import UNSPACED

# What copies of one text add or leave out: Arabic vowel signs, the superscript alef, the stretching tatweel,
# and invisible marks of writing direction.
_IGNORED = re.compile("[\u064b-\u065f\u0670\u0640\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_WORD = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+")


def words(text: str) -> list[str]:
    """Runs of letters and digits in NFKC, casefolded, without vowel signs and marks of direction; of Chinese
    and Japanese, which set no spaces, each character."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _IGNORED.sub("", text))
    return _WORD.findall(text.casefold())


def word_key(text: str) -> str:
    """The words of `text`, single-spaced: equal for texts that differ only in case, punctuation, spacing or
    signs."""
    return " ".join(words(text))
