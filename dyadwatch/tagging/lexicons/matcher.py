"""The matcher: an Aho-Corasick automaton that finds many surfaces in a folded text, as whole words, in linear
time."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Generic, NamedTuple, TypeVar

import ahocorasick_rs

from dyadwatch.model.values import valueclass
from dyadwatch.tagging.lexicons.proclitics import contract, follows_proclitic

Payload = TypeVar("Payload")

_DFA_SURFACES = 400  # up to here a full transition table is faster, and small enough


@valueclass(frozen=True, slots=True)
class Match(Generic[Payload]):
    """Where an entry stands in a folded text, with its payload."""

    start: int
    end: int
    payload: Payload


START = attrgetter("start")  # of a match, to sort and search by
SPAN = attrgetter("start", "end")


class Entry(NamedTuple, Generic[Payload]):
    """A folded surface to find; `open_end` allows any word ending, `proclitics` letters fused before it;
    what it `needs` must stand in the text, too."""

    surface: str
    payload: Payload
    open_end: bool = False
    proclitics: bool = False
    needs: str = ""


class Automaton(Generic[Payload]):
    """Finds every entry in a folded text; immutable, safe to share between threads."""

    def __init__(self, entries: Iterable[Entry[Payload]]) -> None:
        table: dict[str, tuple[Entry[Payload], ...]] = {}
        for entry in entries:
            for variant in _variants(entry):
                table[variant.surface] = (*table.get(variant.surface, ()), variant)
        groups = list(table.values())
        self._payloads = _payloads(groups)
        self._open_end = _any_of(groups, "open_end")
        self._proclitics = _any_of(groups, "proclitics")
        incomplete = _any_of(groups, "needs")
        self._incomplete = frozenset(index for index, needs_more in enumerate(incomplete) if needs_more)
        # Those of which more than the payload is asked for; of hundreds of thousands few are.
        self._entries = {
            index: group
            for index, group in enumerate(groups)
            if self._open_end[index] or self._proclitics[index] or incomplete[index]
        }
        self._begins_in_word = bytes(surface[:1].isalnum() for surface in table)
        self._ends_in_word = bytes(surface[-1:].isalnum() for surface in table)
        kind = ahocorasick_rs.Implementation.DFA if len(table) <= _DFA_SURFACES else None
        self._automaton = ahocorasick_rs.AhoCorasick(list(table), store_patterns=False, implementation=kind)

    def find(self, text: str, shift: int = 0) -> list[Match[Payload]]:
        """The matches in `text` (folded, without lone surrogates) that are whole words, overlaps included,
        with offsets moved by `shift`."""
        return self._find(text, shift, self._incomplete)

    def find_alone(self, text: str) -> list[Match[Payload]]:
        """The same of a text that is only a part of one: what matches may need may stand elsewhere."""
        return self._find(text, 0, frozenset())

    def _find(self, text: str, shift: int, incomplete: frozenset[int]) -> list[Match[Payload]]:
        """`incomplete`: which of the surfaces may need more than themselves."""
        matches: list[Match[Payload]] = []
        append, payloads, open_end = matches.append, self._payloads, self._open_end
        begins_in_word, ends_in_word, proclitics = self._begins_in_word, self._ends_in_word, self._proclitics
        padded = text + " "  # so that there is a character after the last, and (at -1) before the first
        for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            begins_word = not (padded[start - 1].isalnum() and begins_in_word[index])
            if not begins_word and not proclitics[index]:
                continue
            ends_word = not (padded[end].isalnum() and ends_in_word[index])
            if ends_word and begins_word:
                last = end
                some = self._complete(text, index) if index in incomplete else payloads[index]
            elif ends_word or open_end[index]:
                last = _word_end(text, end)
                some = self._in_longer_word(text, index, start, begins_word, ends_word)
            else:
                continue
            for payload in some:
                append(Match(start + shift, last + shift, payload))
        return matches

    def _complete(self, text: str, index: int) -> Sequence[Payload]:
        """What a surface stands for in a text by what else stands there."""
        return [entry.payload for entry in self._entries[index] if entry.needs in text]

    def _in_longer_word(
        self, text: str, index: int, start: int, begins_word: bool, ends_word: bool
    ) -> Sequence[Payload]:
        """What a surface stands for in a longer word: after proclitics, or with another ending."""
        if not begins_word and not follows_proclitic(text, start):
            return ()
        return [
            entry.payload
            for entry in self._entries[index]
            if (begins_word or entry.proclitics) and (ends_word or entry.open_end)
        ]


def _payloads(groups: Sequence[Sequence[Entry[Payload]]]) -> list[tuple[Payload, ...]]:
    """For each group of entries, their payloads; those that are alike are one object, which saves memory."""
    known: dict[tuple[int, ...], tuple[Payload, ...]] = {}
    return [
        known.setdefault(tuple(id(entry.payload) for entry in group), tuple(entry.payload for entry in group))
        for group in groups
    ]


def _any_of(groups: Sequence[Sequence[Entry[Payload]]], field: str) -> bytes:
    """For each group of entries, whether one of them has something in a field."""
    value = attrgetter(field)
    return bytes(any(map(value, group)) for group in groups)


def _variants(entry: Entry[Payload]) -> Iterator[Entry[Payload]]:
    """The entry, and its form after a proclitic where that changes its letters."""
    yield entry
    surface = contract(entry.surface) if entry.proclitics else None
    if surface:
        yield entry._replace(surface=surface)


def _word_end(text: str, end: int) -> int:
    """The end of the word that text[:end] ends in."""
    while end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    return end


def longest(matches: Iterable[Match[Payload]]) -> list[Match[Payload]]:
    """Without those that lie inside or across a longer one, in order; of equal spans all stay."""
    result: list[Match[Payload]] = []
    overlapping: list[Match[Payload]] = []  # one another, in order
    end = 0
    for match in sorted(matches, key=SPAN):
        if match.start >= end:
            result += overlapping if len(overlapping) < 2 else _longest(overlapping)
            overlapping = []
        overlapping.append(match)
        end = max(end, match.end)
    return result + (overlapping if len(overlapping) < 2 else _longest(overlapping))


def _longest(ordered: Sequence[Match[Payload]]) -> list[Match[Payload]]:
    starts: list[int] = []  # of the spans taken so far, which do not overlap, in order
    ends: list[int] = []
    result: list[Match[Payload]] = []
    for match in sorted(ordered, key=lambda match: match.start - match.end):
        start, end = match.start, match.end
        index = bisect_right(starts, start)
        if index and starts[index - 1] == start and ends[index - 1] == end:
            result.append(match)
        elif (not index or ends[index - 1] <= start) and (index == len(starts) or end <= starts[index]):
            starts.insert(index, start)
            ends.insert(index, end)
            result.append(match)
    result.sort(key=SPAN)
    return result
