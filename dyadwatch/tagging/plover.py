"""PLOVER's 16 event types: quad class and conflict-cooperation score (-10 to 10) of each type and mode.

The figures are those of the table "PLOVER conflict-cooperation scores" of the PLOVER manual (Open Event Data Alliance,
github.com/openeventdata/PLOVER, PLOVER_MANUAL.tex at commit 840dbef). Two corrections: the manual prints ACCUSE as 3,
which as conflict, and by its modes, can only be -3; and SANCTION, verbal conflict in the appendix, is material conflict
in its own section, which we follow. Modes that no cue of ours gives are left out.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from dyadwatch.model.mentions import QuadClass


class EventType(NamedTuple):
    """An event type: its quad class, its score, and the scores of its modes."""

    quad_class: QuadClass
    score: float
    modes: Mapping[str, float] = MappingProxyType({})


EVENT_TYPES: Mapping[str, EventType] = {
    "AGREE": EventType("verbal_cooperation", 2.5),
    "CONSULT": EventType("verbal_cooperation", 2.5, {"visit": 4.0, "phone": 1.5}),
    "SUPPORT": EventType("verbal_cooperation", 5.0),
    "CONCEDE": EventType("verbal_cooperation", 4.5),
    "COOPERATE": EventType("material_cooperation", 9.5),
    "AID": EventType("material_cooperation", 10.0),
    "RETREAT": EventType("material_cooperation", 6.5),
    "REQUEST": EventType("verbal_conflict", 0.0),
    "ACCUSE": EventType("verbal_conflict", -3.0, {"disapprove": -2.0}),
    "REJECT": EventType("verbal_conflict", -2.0),
    "THREATEN": EventType("verbal_conflict", -3.5),
    "PROTEST": EventType("material_conflict", -5.0),
    "SANCTION": EventType("material_conflict", -6.0),
    "MOBILIZE": EventType("material_conflict", -5.5),
    "COERCE": EventType("material_conflict", -7.0),
    "ASSAULT": EventType("material_conflict", -9.0),
}


def quad_class(event_type: str | None) -> QuadClass | None:
    return EVENT_TYPES[event_type].quad_class if event_type else None


def score(event_type: str | None, mode: str | None) -> float | None:
    """That of the mode where the manual gives one, else of the type; None without a type."""
    if event_type is None:
        return None
    found = EVENT_TYPES[event_type]
    return found.modes.get(mode or "", found.score)
