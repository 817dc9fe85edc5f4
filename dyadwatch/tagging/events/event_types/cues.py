"""The cues of event types in English: classes of words and
frames of classes, read from cues.yaml on first use."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import NamedTuple

import yaml

from dyadwatch.tagging.events.event_types.stems import stem

_GAP = 10  # tokens between two classes of a frame
DETERMINERS = frozenset(
    stem(word) for word in ("a", "an", "the", "its", "his", "her", "their", "our", "some", "all")
)


class Cue(NamedTuple):
    """A run of tokens [start, end) that is in some classes, and
    the zone of the sentence in which it stands."""

    start: int
    end: int
    classes: tuple[str, ...]
    zone: str


class Frame(NamedTuple):
    """Classes that tell together of an event type."""

    classes: tuple[str, ...]
    type: str


class Framed(NamedTuple):
    """A frame as found: the cues that make it, in order."""

    frame: Frame
    cues: tuple[Cue, ...]


@dataclass(frozen=True, slots=True)
class Cues:
    """`types`: PLOVER's type of the classes that have one; `phrases`: stems -> classes; `reach`: the most
    stems of a phrase that begins with a stem; `frames` by their first class; `breaks`: classes that end a
    frame; `modes`: type -> mode -> the classes that tell it."""

    types: Mapping[str, str]
    phrases: Mapping[tuple[str, ...], tuple[str, ...]]
    reach: Mapping[str, int]
    frames: Mapping[str, tuple[Frame, ...]]
    breaks: frozenset[str]
    modes: Mapping[str, Mapping[str, frozenset[str]]]

    def find(self, stems: Sequence[str], start: int, end: int, zone: str) -> list[Cue]:
        """The cues among stems[start:end], from the left, the longest at each place, none within another.
        Articles and possessives may stand in a phrase or not."""
        places = [index for index in range(start, end) if stems[index] not in DETERMINERS]
        found: list[Cue] = []
        at = 0
        while at < len(places):
            length = min(self.reach.get(stems[places[at]], 0), len(places) - at)
            while length:
                run = places[at : at + length]
                classes = self.phrases.get(tuple([stems[index] for index in run]))
                if classes:
                    found.append(Cue(run[0], run[-1] + 1, classes, zone))
                    break
                length -= 1
            at += length or 1
        return found

    def framed(self, cues: Sequence[Cue]) -> list[Framed]:
        """The frames that cues in order make, each at most once for a place."""
        return [
            Framed(frame, parts)
            for index, cue in enumerate(cues)
            for name in cue.classes
            for frame in self.frames.get(name, ())
            if (parts := self._parts(cues, index, frame.classes[1:]))
        ]

    def _parts(self, cues: Sequence[Cue], index: int, classes: tuple[str, ...]) -> tuple[Cue, ...]:
        """The cue at `index` and those of `classes` that come after it, each near the one before and with
        neither an act nor a "not" between; none where one lacks."""
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

    def type_of(self, cue: Cue) -> str | None:
        """The event type of a cue: that of its first class that has one."""
        return next((self.types[name] for name in cue.classes if name in self.types), None)


@functools.cache
def english() -> Cues:
    """The shipped cues."""
    document = yaml.safe_load((files(__package__) / "cues.yaml").read_text(encoding="utf-8"))
    phrases: dict[tuple[str, ...], tuple[str, ...]] = {}
    reach: dict[str, int] = {}
    for name, item in document["classes"].items():
        for phrase in item["words"].split(","):
            words = (stem(word) for word in phrase.split())
            stems = tuple(word for word in words if word not in DETERMINERS)
            classes = phrases.get(stems, ())
            if name not in classes:
                phrases[stems] = (*classes, name)
            reach[stems[0]] = max(reach.get(stems[0], 0), len(stems))
    _add_within(phrases, frozenset(document["within"].split()))
    frames: dict[str, list[Frame]] = {}
    for event_type, lines in document["frames"].items():
        for line in lines:
            classes = tuple(line.split())
            frames.setdefault(classes[0], []).append(Frame(classes, event_type))
    types = {name: item["type"] for name, item in document["classes"].items() if "type" in item}
    return Cues(
        types=types,
        phrases=phrases,
        reach=reach,
        frames={name: tuple(items) for name, items in frames.items()},
        breaks=frozenset({*types, "not"}),
        modes={
            event_type: {mode: frozenset(names.split()) for mode, names in modes.items()}
            for event_type, modes in document["modes"].items()
        },
    )


def _add_within(phrases: dict[tuple[str, ...], tuple[str, ...]], within: frozenset[str]) -> None:
    """Adds to each longer phrase the classes among `within` of its single words ("sanctions against")."""
    for stems, classes in phrases.items():
        if len(stems) > 1:
            seen = (name for word in stems for name in phrases.get((word,), ()) if name in within)
            phrases[stems] = (*classes, *sorted(set(seen) - set(classes)))
