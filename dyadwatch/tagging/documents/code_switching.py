"""Code switching: paragraphs in another language than the text as a whole."""

from dyadwatch.tagging.lexicons.lexicon import Lexicon, lexicon, lexicon_language
from dyadwatch.text.language import common_shares, identify

MIN_LENGTH = 100  # characters of a paragraph whose language can be identified
_SAMPLE = 400  # characters looked at
_CERTAIN_SHARE = 0.1  # share of a language's function words from which a paragraph is certainly in it
_MARGIN = 0.05  # by how much the share of another language must exceed that of the text's own


def other_language(text: str, folded_text: str, words: Lexicon) -> str | None:
    """The language of a paragraph, which is MIN_LENGTH long, where it is not that of `words`: identified as
    another one, and with more of that one's function words."""
    tokens = folded_text[:_SAMPLE].split()
    if len(words.function_words.intersection(tokens)) >= _CERTAIN_SHARE * len(tokens):
        return None  # as most are, and soon seen by the distinct ones alone
    own = _share_of_function_words(tokens, words)
    if own >= _CERTAIN_SHARE:
        return None
    common = common_shares(text[:_SAMPLE])
    if common and max(common, key=common.__getitem__) == words.language:
        return None  # as most are: identifying a language takes much longer than this
    language = identify(text)
    if language is None or language == words.language or lexicon_language(language) != language:
        return None
    return language if _share_of_function_words(tokens, lexicon(language)) >= own + _MARGIN else None


def _share_of_function_words(tokens: list[str], words: Lexicon) -> float:
    return sum(map(words.function_words.__contains__, tokens)) / max(1, len(tokens))
