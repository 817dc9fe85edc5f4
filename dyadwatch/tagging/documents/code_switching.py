"""Texts in more than one language: which paragraphs are in another than the text as a whole."""

from dyadwatch.tagging.lexicons.language import identify, lexicon_language
from dyadwatch.tagging.lexicons.lexicon import Lexicon, lexicon

_LEAST = 100  # characters of a paragraph in which its language shows
_SAMPLE = 400  # characters looked at
_PLAIN = 0.1  # share of a language's small words (markers, articles) from which a paragraph is plainly in it
_MORE = 0.05  # by how much another language's must outweigh them


def other_language(given: str, folded: str, words: Lexicon) -> str | None:
    """The language of a paragraph, as given and folded, where it is not that of `words`: identified as another, with
    more of that one's small words."""
    if len(folded) < _LEAST:
        return None
    tokens = folded[:_SAMPLE].split()
    own = _small(tokens, words)
    if own >= _PLAIN:
        return None
    found = identify(given)
    if found is None or found == words.language or lexicon_language(found) != found:
        return None
    return found if _small(tokens, lexicon(found)) >= own + _MORE else None


def _small(tokens: list[str], words: Lexicon) -> float:
    return sum(map(words.small.__contains__, tokens)) / max(1, len(tokens))
