"""Wordings: what the words of a clause speak for, whether a lexicon knows them or not.

Some sentences tell an act by what it is about ("two tankers now lie under K's guns"), or in words that no
list has. Sentences written to tell each type of event in ever other words (tests/tagging/acts) show which
words those are, and which stand where when the one acts on the other: `words/<language>.json` has a weight of
each stem for each label, fitted by benchmarks/train_wordings.py. A stem is a short word, or the first letters
of one; in Chinese it is up to three characters.
"""

import functools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Literal, NamedTuple

import orjson

from dyadwatch.tagging.documents.clause import Clause

_WORD = re.compile(r"[^\W\d_]{2,}")
_CHARACTER = re.compile(r"[\u4e00-\u9fff]")
_PREFIXES = (4, 6, 8)  # letters
_RUN = 3  # Chinese characters
_WORD_OR_MARK = re.compile(r'[^\W\d_]+|[,;:.!?"،؛؟()—–-]')
_ANY_CHARACTER = re.compile(r"\S")
_STEM = 6  # letters
_NEAR = 8  # words before the first actor, and after the last

Field = Literal["type", "actor"]
Shares = Mapping[str, float]  # label -> its share of 1, the largest first
Span = tuple[int, int]  # in the folded text


class Wordings(NamedTuple):
    """Weights in tenths, for each of `labels`: of every clause (`bias`), and of each stem."""

    labels: Sequence[str]
    bias: Sequence[int]
    stems: Mapping[str, Sequence[int]]


@functools.cache
def shipped_wordings(language: str) -> Mapping[str, Wordings]:
    """The weights of a language by field; none where it has none."""
    path = files(__package__) / "words" / f"{language}.json"
    tables = orjson.loads(path.read_bytes()) if path.is_file() else {}
    return {field: Wordings(**table) for field, table in tables.items()}


def type_shares(clause: Clause) -> Shares:
    """The share of each type, and of none, by the words of a clause; empty in a language without weights."""
    return _shares(clause, "type", {stem for stem, _ in stems(clause)})


def actor_shares(clause: Clause) -> Shares:
    """The shares of who acts: the first or the last of the two, or both; empty likewise."""
    return _shares(clause, "actor", placed_stems(clause))


def _shares(clause: Clause, field: Field, found: set[str]) -> Shares:
    wordings = shipped_wordings(clause.lexicon.language).get(field)
    return weigh(found, wordings) if wordings else {}


def weigh(found: set[str], wordings: Wordings) -> Shares:
    """The share of each label by stems: a softmax over the sums of their weights, each divided by the square
    root of how many are known, so that long clauses are not surer than short ones."""
    rows = list(filter(None, map(wordings.stems.get, found)))
    sums = map(sum, zip(*rows, strict=True)) if rows else [0] * len(wordings.labels)
    spread = math.sqrt(len(rows) or 1)
    powers = [math.exp((bias + one / spread) / 10) for bias, one in zip(wordings.bias, sums, strict=True)]
    total = sum(powers)
    shares = ((label, power / total) for label, power in zip(wordings.labels, powers, strict=True))
    return dict(sorted(shares, key=lambda item: (-item[1], item[0])))


def heaviest_word(clause: Clause, label: str) -> Span:
    """The word that speaks most for a type, short ones apart; the first actor where none does."""
    best, span = 0, (clause.first.start, clause.first.end)
    language = clause.lexicon.language
    if wordings := shipped_wordings(language).get("type"):
        index = wordings.labels.index(label)
        for stem, word in stems(clause):
            is_long = language == "zh" or len(stem) >= _PREFIXES[0]
            if is_long and (row := wordings.stems.get(stem)) and row[index] > best:
                best, span = row[index], word
    return span


def stems(clause: Clause) -> Iterator[tuple[str, Span]]:
    """The stems of what is read of a clause but for the names of the two, with where their words stand."""
    is_chinese = clause.lexicon.language == "zh"
    for low, high in _parts(clause):
        if is_chinese:
            yield from _runs(list(_CHARACTER.finditer(clause.folded_text, low, high)))
        else:
            for match in _WORD.finditer(clause.folded_text, low, high):
                yield from _prefixes(match)


def placed_stems(clause: Clause) -> set[str]:
    """The words around the two by where they stand: those beside them whole, the others as stems."""
    pattern = _ANY_CHARACTER if clause.lexicon.language == "zh" else _WORD_OR_MARK
    before, between, after = (pattern.findall(clause.folded_text, *part) for part in _parts(clause))
    beside = {
        "before first": before[-1:], "before first 2": before[-2:],
        "after first": between[:1], "after first 2": between[:2],
        "before last": between[-1:], "before last 2": between[-2:],
        "after last": after[:1], "after last 2": after[:2],
    }  # fmt: skip
    near = {"before": before[-_NEAR:], "between": between, "after": after[:_NEAR]}
    return {f"{place} {' '.join(words)}" for place, words in beside.items()} | {
        f"{place} {word[:_STEM]}" for place, words in near.items() for word in words
    }


def _parts(clause: Clause) -> tuple[Span, Span, Span]:
    """What stands before, between and after the two."""
    low, high = clause.passage
    first, last = clause.first, clause.last
    return (low, first.start), (first.end, max(first.end, last.start)), (max(first.end, last.end), high)


def _prefixes(word: re.Match[str]) -> Iterator[tuple[str, Span]]:
    letters = word.group()
    for length in _PREFIXES:
        if len(letters) >= length:
            yield letters[:length], word.span()
    if len(letters) < _PREFIXES[0]:
        yield letters, word.span()


def _runs(characters: Sequence[re.Match[str]]) -> Iterator[tuple[str, Span]]:
    """One to three characters that stand side by side; folding may part them by a space."""
    for index in range(len(characters)):
        run = characters[index : index + _RUN]
        for length in range(1, len(run) + 1):
            if length > 1 and run[length - 1].start() - run[length - 2].end() > 1:
                break
            yield "".join(one.group() for one in run[:length]), (run[0].start(), run[length - 1].end())
