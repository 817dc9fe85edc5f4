"""PLOVER's event types: quad class and conflict-cooperation score of each (the 16 of the 2023 manual)."""

from dyadwatch.model.mentions import QuadClass

# The manual prints ACCUSE as 3; as conflict it can only be -3. SANCTION is material conflict, as in its own section.
QUAD: dict[str, tuple[QuadClass, float]] = {
    "AGREE": ("verbal_cooperation", 3.0),
    "CONSULT": ("verbal_cooperation", 2.5),
    "SUPPORT": ("verbal_cooperation", 5.0),
    "CONCEDE": ("verbal_cooperation", 4.0),
    "COOPERATE": ("material_cooperation", 7.0),
    "AID": ("material_cooperation", 10.0),
    "RETREAT": ("material_cooperation", 7.0),
    "REQUEST": ("verbal_conflict", -1.0),
    "ACCUSE": ("verbal_conflict", -3.0),
    "REJECT": ("verbal_conflict", -4.0),
    "THREATEN": ("verbal_conflict", -5.0),
    "PROTEST": ("material_conflict", -5.0),
    "SANCTION": ("material_conflict", -6.0),
    "MOBILIZE": ("material_conflict", -7.0),
    "COERCE": ("material_conflict", -8.0),
    "ASSAULT": ("material_conflict", -9.0),
}
MODE_SCORE = {("CONSULT", "visit"): 4.0}


def quad_class(event_type: str | None) -> QuadClass | None:
    return QUAD[event_type][0] if event_type else None


def score(event_type: str | None, mode: str | None) -> float | None:
    if event_type is None:
        return None
    return MODE_SCORE.get((event_type, mode or ""), QUAD[event_type][1])
