"""Many surfaces at once: one Aho-Corasick automaton over folded text, whole words only, linear in the text."""

import functools
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import Generic, NamedTuple, TypeVar

import ahocorasick_rs

Payload = TypeVar("Payload")

_FEW = 400  # surfaces: as many are found faster by a table of every state and byte, which is large

# Letters written together with the word that follows: and, so, with, as, to, for, the (Arabic); and, that, the, ... (Hebrew).
_ARABIC_PROCLITICS = frozenset({"و", "ف", "ب", "ك", "ل", "وب", "ول", "وك", "فب", "فل", "فك"})
_HEBREW_PROCLITICS = frozenset("ושהכלבמ")
PROCLITIC_LANGUAGES = frozenset({"ar", "he"})


class Match(NamedTuple, Generic[Payload]):
    """A surface found in folded text, with what it was entered for."""

    start: int
    end: int
    payload: Payload


_match = functools.partial(tuple.__new__, Match)  # a Match from a tuple, without the cost of a call in Python


class Entry(NamedTuple, Generic[Payload]):
    """A folded surface to find; `open_end` allows any word ending, `proclitics` letters fused before it."""

    surface: str
    payload: Payload
    open_end: bool = False
    proclitics: bool = False


class Automaton(Generic[Payload]):
    """Finds every entry in a folded text; immutable, safe to share between threads."""

    def __init__(self, entries: Iterable[Entry[Payload]]) -> None:
        table: dict[str, tuple[Entry[Payload], ...]] = {}
        for entry in entries:
            for variant in _fused(entry) if entry.proclitics else (entry,):
                table[variant.surface] = (*table.get(variant.surface, ()), variant)
        self._entries: Sequence[tuple[Entry[Payload], ...]] = list(table.values())
        self._open = [any(entry.open_end for entry in items) for items in self._entries]
        self._fused = [any(entry.proclitics for entry in items) for items in self._entries]
        kind = ahocorasick_rs.Implementation.DFA if len(table) <= _FEW else None
        self._automaton = ahocorasick_rs.AhoCorasick(list(table), store_patterns=False, implementation=kind)

    def find(self, text: str, shift: int = 0) -> list[Match[Payload]]:
        """What stands in `text` (folded, without lone surrogates) as whole words, overlaps included, in offsets moved by
        `shift`."""
        found: list[Match[Payload]] = []
        length = len(text)
        for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            closed = end == length or not (text[end].isalnum() and text[end - 1].isalnum())
            if not closed and not self._open[index]:
                continue
            left = start == 0 or not (text[start - 1].isalnum() and text[start].isalnum())
            if closed and left:
                low, high = start + shift, end + shift
                found += [_match((low, high, entry.payload)) for entry in self._entries[index]]
            elif left or (self._fused[index] and _after_proclitic(text, start)):
                low, high = start + shift, (end if closed else _word_end(text, end)) + shift
                found.extend(
                    _match((low, high, entry.payload))
                    for entry in self._entries[index]
                    if (closed or entry.open_end) and (left or entry.proclitics)
                )
        return found


def _fused(entry: Entry[Payload]) -> list[Entry[Payload]]:
    """The entry, and with the Arabic article also its form after the preposition li, which swallows the alef."""
    if entry.surface.startswith("ال"):
        return [entry, entry._replace(surface="لل" + entry.surface[2:])]
    return [entry]


def _after_proclitic(text: str, start: int) -> bool:
    """Whether the letters between the start of the word and `start` are proclitics and nothing else."""
    first = start
    while first > 0 and start - first < 4 and text[first - 1].isalnum():
        first -= 1
    prefix = text[first:start]
    if len(prefix) > 3:
        return False
    return prefix in _ARABIC_PROCLITICS or all(letter in _HEBREW_PROCLITICS for letter in prefix)


def _word_end(text: str, end: int) -> int:
    while end < len(text) and text[end].isalnum():
        end += 1
    return end


def longest(found: Iterable[Match[Payload]]) -> list[Match[Payload]]:
    """Without those that lie inside or across a longer one; of equal spans all stay."""
    items = sorted(found, key=itemgetter(0, 1))
    if all(before.end <= after.start for before, after in pairwise(items)):
        return items
    starts: list[int] = []  # of the spans kept so far, which do not overlap, in order
    ends: list[int] = []
    kept: list[Match[Payload]] = []
    for item in sorted(items, key=lambda item: item.start - item.end):
        index = bisect_right(starts, item.start)
        if index and starts[index - 1] == item.start and ends[index - 1] == item.end:
            kept.append(item)
        elif (not index or ends[index - 1] <= item.start) and (
            index == len(starts) or item.end <= starts[index]
        ):
            starts.insert(index, item.start)
            ends.insert(index, item.end)
            kept.append(item)
    kept.sort(key=itemgetter(0, 1))
    return kept
