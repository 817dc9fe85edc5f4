"""Copies: whether a text was taken from another, and what speaks for it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from dyadwatch.model.articles import OriginClaim
from dyadwatch.stories.shingles import SHINGLE
from dyadwatch.text import bounds
from dyadwatch.text.words import words

# What each term adds to the log-odds of a copy for each unit of it. Among the labelled stories of benchmarks
# copies share .56 and more of their words with the nearest text of the same origin; others share at most .54,
# where a report recurs after days, and .11 on the same day.
_WEIGHTS: Mapping[str, float] = {
    "always": -5.5,
    "text": 11.0,
    "headline": 1.0,
    "credit": 1.5,
    "other_credit": -1.5,
    "link": 3.0,
    "other_numbers": -3.0,
    "short": -0.7,
    "weeks": -4.0,
}
_SHORT = 60  # words: fewer may be the same by chance, or be what everybody was sent
_MIN_UNQUOTED = 20  # words of its own that a text is compared by; one of fewer is compared as a whole
# Quotation marks, but not those within Hebrew abbreviations; a quotation that goes on is opened again in each
# paragraph.
_BREAK = re.compile(r"([“”„‟«»]|(?<!\w)\"|\"(?!\w)|\n{2,})")
_FEW_NUMBERS = 2
_WEEK = timedelta(days=7)  # then the same words are a recurring report, unless nearly all are the same
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class CopyFacts:
    """What `find_copy` compares of an article. `body` is its text without the headline; `origin_url` is the
    address that it names as that of the original, `claim` whose text it says it is; `at` is when it was
    published, as far as it says so, else when it was first seen."""

    url: str
    title: str
    body: str
    at: datetime
    origin_url: str | None = None
    claim: OriginClaim | None = None

    @cached_property
    def passage(self) -> "_Passage":
        """The body, ready to be compared."""
        return _Passage(self.body)


@dataclass(frozen=True, slots=True)
class Copy:
    """That an article is a copy: `root` is the first article of its text, `features` what each term added to
    the log-odds."""

    root: int
    features: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class CopyCandidate:
    """An article that another may be a copy of, with the first article of its text and the story of that."""

    root: int
    story: int
    facts: CopyFacts


def find_copy(new: CopyFacts, candidates: Iterable[CopyCandidate]) -> tuple[Copy, CopyCandidate] | None:
    """The candidate whose text `new` most likely shares, None where it is a text of its own. What stands in
    quotation marks counts for nothing where the rest can be compared: two reports of one speech are two."""
    scored = [(candidate, copy_features(new, candidate.facts)) for candidate in candidates]
    copies = [(sum(features.values()), candidate, features) for candidate, features in scored]
    best = max(copies, key=lambda one: one[0], default=None)
    if best is None or best[0] < 0:
        return None
    return Copy(best[1].root, best[2]), best[1]


def copy_features(new: CopyFacts, old: CopyFacts) -> dict[str, float]:
    """What each term adds to the log-odds that one text was taken from the other; those that add nothing are
    left out."""
    values = copy_values(new, old)
    terms = {name: round(weight * values[name], 3) for name, weight in _WEIGHTS.items()}
    return {name: value for name, value in terms.items() if value}


def copy_values(new: CopyFacts, old: CopyFacts) -> dict[str, float]:
    """The values of the terms, before they are weighed."""
    shorter, longer = sorted((new.passage, old.passage), key=lambda passage: len(passage.tokens))
    credits_agree = _credits_agree(new, old)
    return {
        "always": 1.0,
        "text": shorter.shared_with(longer),
        "headline": _shared_share(words(new.title), words(old.title)),
        "credit": float(credits_agree is True),
        "other_credit": float(credits_agree is False),
        "link": float(new.origin_url == old.url or old.origin_url == new.url),
        "other_numbers": shorter.numbers_missing_from(longer),
        "short": float(len(shorter.tokens) < _SHORT),
        "weeks": min(1.0, abs(new.at - old.at) / _WEEK),
    }


def _credits_agree(new: CopyFacts, old: CopyFacts) -> bool | None:
    """Whether both credit the same, or one the publisher of the other; None where not both say whose it is,
    as any publisher may leave out a credit."""
    claims = [facts.claim for facts in (new, old) if facts.claim is not None]
    stated = [claim for claim in claims if claim.basis != "source"]
    if len(claims) < 2 or not stated:
        return None
    if claims[0].key == claims[1].key:
        return True
    return False if len(stated) == len(claims) else None


def _shared_share(some: Sequence[str], others: Sequence[str]) -> float:
    first, second = set(some), set(others)
    return len(first & second) / len(first | second) if first and second else 0.0


class _Passage:
    """The words of a text, with whether each stands in quotation marks."""

    def __init__(self, text: str) -> None:
        self.tokens: list[str] = []
        self._quoted: list[bool] = []
        inside = False
        for number, part in enumerate(_BREAK.split(text[: bounds.MAX_LENGTH])):
            if number % 2 == 0:
                tokens = words(part)
                self.tokens += tokens
                self._quoted += [inside] * len(tokens)
            else:
                inside = not inside and not part.startswith("\n")

    @cached_property
    def shingles(self) -> frozenset[tuple[str, ...]]:
        """Every run of five words."""
        return frozenset(self._runs())

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The numbers, in digits."""
        return frozenset(token for token in self.tokens if _NUMBER.fullmatch(token))

    def shared_with(self, other: "_Passage") -> float:
        """The share of its words in runs of five that stand in `other` too; of those outside quotation marks
        where there are enough."""
        covered = bytearray(len(self.tokens))
        for start, run in enumerate(self._runs()):
            if run in other.shingles:
                covered[start : start + SHINGLE] = b"\1" * SHINGLE
        own = [place for place, quoted in enumerate(self._quoted) if not quoted]
        if len(own) >= _MIN_UNQUOTED:
            return sum(covered[place] for place in own) / len(own)
        return sum(covered) / len(covered) if covered else 0.0

    def numbers_missing_from(self, other: "_Passage") -> float:
        """The share of its numbers that `other` has not; of few numbers that says little."""
        return len(self.numbers - other.numbers) / (len(self.numbers) + _FEW_NUMBERS)

    def _runs(self) -> Iterable[tuple[str, ...]]:
        return zip(*(self.tokens[start:] for start in range(SHINGLE)), strict=False)
