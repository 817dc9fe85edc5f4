"""English words as the event cues are looked for: tokens with offsets, and a crude stem of each."""

import functools
import re
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

_TOKEN = re.compile(r"([^\W\d_]+(?:['.-][^\W\d_]+)*|\d[\d.,]*|[^\w\s])")
_VOWEL = re.compile(r"[aeiouy]")
# What stands before "march" and "may" where they are months.
_BEFORE_MONTH = frozenset(
    {"in", "last", "since", "this", "by", "until", "of", "early", "late", "mid", "next", "on"}
)
_MONTHS = frozenset({"march", "may"})
_LONGEST = 64  # a longer run of letters is no word; its stem would only fill the cache

_FORMS = """
be am is are was were been being; have has had having; do does did done; go goes went gone; give gave given;
take took taken; make made; say said; tell told; send sent; lend lent; spend spent; pay paid; hold held; meet met;
speak spoke spoken; write wrote written; fly flew flown; come came; become became; begin began begun;
break broke broken; bring brought; build built; buy bought; sell sold; catch caught; choose chose chosen; cut cutting;
draw drew drawn; drive drove driven; fall fell fallen; feel felt; fight fought; find found; flee fled;
forbid forbade forbidden; forget forgot; forgive forgave forgiven; freeze froze frozen; get got gotten; hang hung;
hear heard; hit hitting; keep kept; know knew known; lay laid; lead led; leave left; let letting; lose lost; mean meant;
overthrow overthrew overthrown; override overrode overridden; overrun overran; quit quitting; ride rode ridden;
ring rang rung; rise rose risen; run ran; see saw seen; seek sought; set setting; shake shook shaken; shoot shot;
show showed shown; shut shutting; sink sank sunk; sit sat; slay slew slain; stand stood; steal stole stolen;
strike struck stricken; swear swore sworn; teach taught; tear tore torn; think thought; throw threw thrown;
uphold upheld; undertake undertook undertaken; understand understood; withdraw withdrew withdrawn; withhold withheld;
withstand withstood; win won; veto vetoed vetoes; retake retook retaken; blow blew blown; arise arose; bid bidding;
bind bound; beat beaten; bear bore borne; lie lying; die died dying dies; tie tied tying ties; man men; woman women;
child children; plead pled; sue sued suing sues; foresee foresaw; unfreeze unfroze unfrozen;
remark note noted notes noting; underpin backed backs backing; amass massed massing masses
"""
_LEMMAS = {
    form: forms[0]
    for forms in (entry.split() for entry in _FORMS.replace("\n", " ").split(";"))
    for form in forms[1:]
}
# Words that only look inflected.
_UNINFLECTED = """
news series species means this his its us is was as has does united states besides perhaps always across press
address congress princess process express access business crisis basis yes thus plus bus gas during being evening
morning nothing something anything everything king wing ring thing bring sing red bed need feed speed indeed bleed
breed exceed proceed succeed seed hundred sacred naked wicked willing off
"""
_WHOLE = frozenset(_UNINFLECTED.split())
# Verbs in -ee whose past form ends in "eed".
_IN_EE = ("agr", "guarant", "fr", "refer", "decr")


class Tokens(NamedTuple):
    """Words, numbers and signs in order: the folded offsets where they begin and end, and their texts."""

    starts: list[int]
    ends: list[int]
    texts: list[str]


def tokens(folded: str) -> Tokens:
    """The tokens of a folded text; "n't" and "'ll" stand apart, months are "month"."""
    parts = _TOKEN.split(folded)  # a gap, a token, a gap, ...
    ends = [*accumulate(map(len, parts))]
    found = Tokens(ends[:-1:2], ends[1::2], parts[1::2])
    if "n't" in folded or "'ll" in folded:
        _part_contractions(found)
    if any(month in folded for month in _MONTHS):
        dated = [index for index in range(len(found.texts)) if _is_dated_month(found.texts, index)]
        for index in dated:
            found.texts[index] = "month"
    return found


def _part_contractions(found: Tokens) -> None:
    for index in reversed(range(len(found.texts))):
        word = found.texts[index]
        if len(word) > len("n't") and word.endswith(("n't", "'ll")):
            found.texts[index : index + 1] = word[:-3], word[-3:]
            found.starts.insert(index + 1, found.ends[index] - 3)
            found.ends.insert(index, found.ends[index] - 3)


def _is_dated_month(texts: Sequence[str], index: int) -> bool:
    if texts[index] not in _MONTHS:
        return False
    before = texts[index - 1] if index else ""
    after = texts[index + 1] if index + 1 < len(texts) else ""
    return before in _BEFORE_MONTH or before[:1].isdigit() or after[:1].isdigit()


def stem(word: str) -> str:
    """The stem of a folded English word: the same for the forms of one word, not itself always a word."""
    return _stem(word) if len(word) <= _LONGEST else word


def stems(words: Iterable[str]) -> list[str]:
    """The stem of each folded English word."""
    return [_stem(word) if len(word) <= _LONGEST else word for word in words]


@functools.lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    word = word.removesuffix("'s").removesuffix("'")
    word = _LEMMAS.get(word, word)
    if len(word) < 4 or word in _WHOLE:
        return _ending(word)
    word = _without_ed_or_ing(_without_s(word))
    return _ending(_LEMMAS.get(word, word))


def _without_s(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _without_ed_or_ing(word: str) -> str:
    if word.endswith("ied") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("eed"):
        return word[:-1] if word.startswith(_IN_EE) else word
    if word.endswith("ed") and len(word) > 4 and _VOWEL.search(word[:-2]):
        return word[:-2]
    return word[:-3] if word.endswith("ing") and len(word) > 5 and _VOWEL.search(word[:-3]) else word


def _ending(word: str) -> str:
    """Final e, doubled consonant and y fall away, and British
    spelling becomes American, whatever came off before."""
    if len(word) > 3 and word.endswith("e"):
        word = word[:-1]
    if len(word) > 2 and word[-1] == word[-2] and word[-1] not in "sef":
        word = word[:-1]
    if len(word) > 3 and word.endswith("y"):
        word = word[:-1] + "i"
    word = word.replace("isation", "ization")
    return word[:-1] + "z" if word.endswith("is") and len(word) > 6 else word
