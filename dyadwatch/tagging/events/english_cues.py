"""Cue classes of English: words by the act that they report, in fine classes, and frames of classes
(english_cues.yaml)."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import NamedTuple

import yaml

from dyadwatch.tagging.events.english_stems import stem

_GAP = 10  # tokens between two classes of a frame
DETERMINERS = frozenset(
    stem(word) for word in ("a", "an", "the", "its", "his", "her", "their", "our", "some", "all")
)


@dataclass(slots=True, eq=False)
class EnglishCue:
    """Tokens [start, end) that belong to some classes, and the zone of the passage in which they stand:
    before, actor, between, recipient or after. Not to be changed."""

    start: int
    end: int
    classes: tuple[str, ...]
    zone: str


class Frame(NamedTuple):
    """Classes that together stand for an event type."""

    classes: tuple[str, ...]
    type: str
    name: str


class FrameMatch(NamedTuple):
    """A frame, and the cues that make it, in order."""

    frame: Frame
    cues: tuple[EnglishCue, ...]


@dataclass(frozen=True, slots=True)
class Cues:
    """`types`: the PLOVER type of the classes that have one; `weak_types`: that of classes that count only
    where no other cue has a type; `phrases`: stems -> classes; `longest`: the most stems of a phrase that
    begins with a stem; `frames` by their first class; `breaks`: classes that end a frame; `modes`: type ->
    mode -> the classes that stand for it; `directions` of the classes that are not acts of a subject upon
    an object."""

    types: Mapping[str, str]
    weak_types: Mapping[str, str]
    phrases: Mapping[tuple[str, ...], tuple[str, ...]]
    longest: Mapping[str, int]
    frames: Mapping[str, tuple[Frame, ...]]
    breaks: frozenset[str]
    modes: Mapping[str, Mapping[str, frozenset[str]]]
    directions: Mapping[str, str]

    def find(self, stems: Sequence[str], start: int, end: int, zone: str) -> list[EnglishCue]:
        """The cues among stems[start:end], from the left, the longest at each place, none within another.
        Articles and possessives within a phrase do not matter."""
        matches: list[EnglishCue] = []
        longest, behind = self.longest, start
        for at in [index for index in range(start, end) if stems[index] in longest]:
            if at < behind:
                continue
            if longest[stems[at]] == 1:
                cue: EnglishCue | None = EnglishCue(at, at + 1, self.phrases[stems[at],], zone)
            else:
                cue = self._longest_at(stems, _next_places(stems, at, end, longest[stems[at]]), zone)
            if cue:
                matches.append(cue)
                behind = cue.end
        return matches

    def _longest_at(self, stems: Sequence[str], places: list[int], zone: str) -> EnglishCue | None:
        """The longest cue that begins with the first of some tokens, and goes on with the next of them."""
        run = [stems[index] for index in places]
        for length in range(len(run), 0, -1):
            if classes := self.phrases.get(tuple(run[:length])):
                return EnglishCue(places[0], places[length - 1] + 1, classes, zone)
        return None

    def find_frames(self, cues: Sequence[EnglishCue]) -> list[FrameMatch]:
        """The frames that cues in order make, each at most once from one cue."""
        present = {name for cue in cues for name in cue.classes}
        return [
            FrameMatch(frame, parts)
            for index, cue in enumerate(cues)
            for name in cue.classes
            for frame in self.frames.get(name, ())
            if present.issuperset(frame.classes) and (parts := self._parts(cues, index, frame.classes[1:]))
        ]

    def _parts(
        self, cues: Sequence[EnglishCue], index: int, classes: tuple[str, ...]
    ) -> tuple[EnglishCue, ...]:
        """The cue at `index` and those of `classes` that come after it, each near the one before and with
        neither an act nor a "not" between; empty where one is missing."""
        parts = [cues[index]]
        for name in classes:
            near = cues[index].end + _GAP
            index += 1
            while index < len(cues) and cues[index].start <= near and name not in cues[index].classes:
                if not self.breaks.isdisjoint(cues[index].classes):
                    return ()
                index += 1
            if index == len(cues) or cues[index].start > near:
                return ()
            parts.append(cues[index])
        return tuple(parts)

    def typed_class(self, cue: EnglishCue) -> str | None:
        """The first class of a cue that has an event type."""
        return next((name for name in cue.classes if name in self.types), None)

    def mode_of(self, event_type: str, cues: Sequence[EnglishCue]) -> str | None:
        """The mode of a type that the first of these cues stands for."""
        modes = self.modes.get(event_type, {})
        for cue in cues:
            for mode, classes in modes.items():
                if not classes.isdisjoint(cue.classes):
                    return mode
        return None


def _next_places(stems: Sequence[str], start: int, end: int, count: int) -> list[int]:
    """The first `count` places of stems[start:end] that are no determiners."""
    places: list[int] = []
    for index in range(start, end):
        if stems[index] not in DETERMINERS:
            places.append(index)
            if len(places) == count:
                break
    return places


@functools.cache
def english_cues() -> Cues:
    """The shipped cues."""
    document = yaml.load(
        (files(__package__) / "english_cues.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader
    )
    types = {name: item["type"] for name, item in document["classes"].items() if "type" in item}
    phrases = _phrases(document["classes"], frozenset(document["within"].split()))
    longest: dict[str, int] = {}
    for stems in phrases:
        longest[stems[0]] = max(longest.get(stems[0], 0), len(stems))
    return Cues(
        types=types,
        weak_types=document["weak"],
        phrases=phrases,
        longest=longest,
        frames=_frames(document["frames"]),
        breaks=frozenset({*types, "not"}),
        modes={
            event_type: {mode: frozenset(names.split()) for mode, names in modes.items()}
            for event_type, modes in document["modes"].items()
        },
        directions={
            name: direction for direction, names in document["directions"].items() for name in names.split()
        },
    )


def _phrases(
    classes: Mapping[str, Mapping[str, str]], within: frozenset[str]
) -> dict[tuple[str, ...], tuple[str, ...]]:
    """The stems of each phrase, without determiners, with its classes."""
    phrases: dict[tuple[str, ...], tuple[str, ...]] = {}
    for name, item in classes.items():
        for phrase in item["words"].split(","):
            words = (stem(word) for word in phrase.split())
            stems = tuple(word for word in words if word not in DETERMINERS)
            if name not in phrases.get(stems, ()):
                phrases[stems] = (*phrases.get(stems, ()), name)
    _add_within(phrases, within)
    return phrases


def _frames(lines_by_type: Mapping[str, Sequence[str]]) -> dict[str, tuple[Frame, ...]]:
    """The frames by their first class."""
    frames: dict[str, tuple[Frame, ...]] = {}
    for event_type, lines in lines_by_type.items():
        for line in lines:
            first, *_ = classes = tuple(line.split())
            frames[first] = (*frames.get(first, ()), Frame(classes, event_type, "+".join(classes)))
    return frames


def _add_within(phrases: dict[tuple[str, ...], tuple[str, ...]], within: frozenset[str]) -> None:
    """Adds to each longer phrase the classes among `within` of its single words ("sanctions against")."""
    for stems, classes in phrases.items():
        if len(stems) > 1:
            single = (name for word in stems for name in phrases.get((word,), ()) if name in within)
            phrases[stems] = (*classes, *sorted(set(single) - set(classes)))
