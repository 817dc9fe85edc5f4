"""The words of a text as comparisons see them."""

import re
import unicodedata

# What copies of one text add or leave out: Arabic vowel signs, the superscript alef, the stretching tatweel,
# and invisible marks of writing direction.
_IGNORED = dict.fromkeys(
    [*range(0x064B, 0x0660), 0x0670, 0x0640, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
_WORD = re.compile(r"\w+")


def words(text: str) -> list[str]:
    """Runs of letters and digits in NFKC, casefolded, without vowel signs and marks of direction."""
    return _WORD.findall(unicodedata.normalize("NFKC", text.translate(_IGNORED)).casefold())


def word_key(text: str) -> str:
    """The words of `text`, single-spaced: equal for texts that differ only in case, punctuation, spacing or
    signs."""
    return " ".join(words(text))
