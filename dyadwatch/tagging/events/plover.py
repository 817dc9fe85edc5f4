"""PLOVER's 16 event types: quad class and conflict-cooperation score (-10 to 10) of each type and mode.

The figures are those of the table "PLOVER conflict-cooperation scores" of the PLOVER manual
(Open Event Data Alliance, github.com/openeventdata/PLOVER, PLOVER_MANUAL.tex at commit 840dbef).
Three corrections: the manual prints ACCUSE as 3, which as conflict, and by its modes, can only
be -3; SANCTION, verbal conflict in the appendix, is material conflict in its own section, which
we follow; and a request for assistance, 0.5 there, counts as any request, since what its quad
class calls conflict cannot be above 0. Modes that no cue of ours gives are left out.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from dyadwatch.model.mentions import EventCode, QuadClass


class EventType(NamedTuple):
    """An event type: its quad class, its score, and the scores of its modes."""

    quad_class: QuadClass
    score: float
    modes: Mapping[str, float] = MappingProxyType({})


EVENT_TYPES: Mapping[str, EventType] = {
    "AGREE": EventType("verbal_cooperation", 2.5),
    "CONSULT": EventType(
        "verbal_cooperation", 2.5, {"visit": 4.0, "third-party": 1.0, "multilateral": 4.0, "phone": 1.5}
    ),
    "SUPPORT": EventType("verbal_cooperation", 5.0),
    "CONCEDE": EventType("verbal_cooperation", 4.5),
    "COOPERATE": EventType("material_cooperation", 9.5),
    "AID": EventType("material_cooperation", 10.0),
    "RETREAT": EventType(
        "material_cooperation",
        6.5,
        {"withdraw": 8.0, "release": 6.5, "disarm": 10.0, "ceasefire": 7.5, "access": 6.5, "resign": 4.5},
    ),
    "REQUEST": EventType("verbal_conflict", 0.0, {"assist": 0.0, "change": -1.0, "yield": -1.0, "meet": 0.0}),
    "ACCUSE": EventType("verbal_conflict", -3.0, {"disapprove": -2.0, "investigate": -3.5, "allege": -3.5}),
    "REJECT": EventType(
        "verbal_conflict", -2.0, {"assist": -1.5, "change": -2.0, "yield": -2.0, "meet": -2.0}
    ),
    "THREATEN": EventType(
        "verbal_conflict",
        -3.5,
        {
            "restrict": -3.0,
            "arrest": -3.5,
            "relations": -3.5,
            "expel": -3.5,
            "territory": -4.0,
            "violence": -3.5,
        },
    ),
    "PROTEST": EventType(
        "material_conflict",
        -5.0,
        {"demo": -5.0, "riot": -7.0, "strike": -5.0, "hunger": -4.5, "boycott": -4.5, "obstruct": -4.5},
    ),
    "SANCTION": EventType(
        "material_conflict", -6.0, {"convict": -6.0, "expel": -5.5, "withdraw": -6.0, "discontinue": -6.0}
    ),
    "MOBILIZE": EventType(
        "material_conflict", -5.5, {"troops": -6.5, "weapons": -6.5, "police": -5.5, "militia": -6.0}
    ),
    "COERCE": EventType(
        "material_conflict",
        -7.0,
        {
            "seize": -7.0,
            "restrict": -7.0,
            "censor": -6.5,
            "curfew": -6.5,
            "martial-law": -7.5,
            "arrest": -7.0,
            "deport": -7.0,
            "cyber": -7.0,
        },
    ),
    "ASSAULT": EventType(
        "material_conflict",
        -9.0,
        {
            "abduct": -8.5,
            "beat": -7.5,
            "torture": -8.5,
            "sexual": -8.5,
            "targeted": -9.5,
            "destroy": -8.5,
            "primitive": -8.0,
            "firearms": -9.0,
            "explosives": -9.0,
            "suicide-attack": -9.5,
            "aerial": -9.5,
            "drone": -9.5,
            "heavy-weapons": -9.5,
            "crowd-control": -7.5,
            "unconventional": -10.0,
        },
    ),
}
# The CAMEO root code that most of a type comes from (CAMEO2PLOVER-2021.txt of the same repository): GDELT's
# EventRootCode. ACCUSE has 09 too, REQUEST 02, ASSAULT 19 and 20.
CAMEO_ROOTS: Mapping[str, str] = {
    "AGREE": "03", "CONSULT": "04", "SUPPORT": "05", "COOPERATE": "06", "AID": "07", "CONCEDE": "08",
    "RETREAT": "08", "REQUEST": "10", "ACCUSE": "11", "REJECT": "12", "THREATEN": "13", "PROTEST": "14",
    "MOBILIZE": "15", "SANCTION": "16", "COERCE": "17", "ASSAULT": "18",
}  # fmt: skip


def event_code(event_type: str) -> EventCode:
    """How tables of event data write a type."""
    kind = EVENT_TYPES[event_type]
    return EventCode(event_type, kind.quad_class, kind.score, CAMEO_ROOTS[event_type])


def quad_class(event_type: str | None) -> QuadClass | None:
    return EVENT_TYPES[event_type].quad_class if event_type else None


def score(event_type: str | None, mode: str | None) -> float | None:
    """That of the mode where the manual gives one, else of the type; None without a type."""
    if event_type is None:
        return None
    kind = EVENT_TYPES[event_type]
    return kind.modes.get(mode or "", kind.score)
