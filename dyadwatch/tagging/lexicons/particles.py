"""Particles: how the rest of a separable verb follows it ("setzte ... aus")."""

import re
from collections.abc import Iterable, Mapping

SEPARATED = 150  # folded characters between the two
_PARTICLE = r"[^.;:!?\n]{{1,150}}? {}(?!\w| \w)"  # one word ends the clause
_PHRASE = r"[^.;:!?\n]{{1,150}}? {}(?!\w)"


def particle_patterns(particles: Iterable[str | None], *, anywhere: bool) -> Mapping[str, re.Pattern[str]]:
    """How each particle or phrase follows the end of its verb; after one word the clause may go on
    `anywhere`, where that is no particle."""
    return {
        particle: re.compile(
            (_PHRASE if anywhere or " " in particle else _PARTICLE).format(re.escape(particle))
        )
        for particle in {*filter(None, particles)}
    }
