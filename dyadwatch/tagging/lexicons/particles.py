"""Particles: how the rest of a separable verb follows it ("setzte ... aus")."""

import re

_SEPARATED = 150  # folded characters between the two
_CLAUSE_END = re.compile(r"[.;:!?\n]")
_GOES_ON = re.compile(r"\w")
_GOES_ON_AFTER_SPACE = re.compile(r" ?\w")


def end_of_particle(text: str, verb_end: int, particle: str, *, anywhere: bool) -> int | None:
    """Where the particle or phrase ends that follows a verb in a folded text; None where none does. After one
    word the clause may go on `anywhere`, where that is no particle: else one ends its clause."""
    wanted = f" {particle}"
    at = text.find(wanted, verb_end, verb_end + _SEPARATED + len(wanted))
    if at < 0:
        return None
    stop = _CLAUSE_END.search(text, verb_end, verb_end + _SEPARATED)
    last = stop.start() if stop else verb_end + _SEPARATED
    goes_on = _GOES_ON if anywhere or " " in particle else _GOES_ON_AFTER_SPACE
    while 0 <= at <= last:
        if not goes_on.match(text, at + len(wanted)):
            return at + len(wanted)
        at = text.find(wanted, at + 1, last + len(wanted))
    return None
