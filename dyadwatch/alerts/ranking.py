"""How much an alert is worth a reader's time, and why."""

from collections.abc import Mapping
from math import prod

from dyadwatch.model.alerts import About

_MAIN = 0.5  # salience from which on the pair is an article's subject
_PASSING = 0.6  # of its score is what an alert is worth of which no article is about the pair
_ONE_ORIGIN = 0.85  # of its score is what one is worth that has one origin; many come close to all of it


def terms(score: float, salience: float, origins: int) -> Mapping[str, float]:
    """The factors of an alert's rank: its score, how much it is about the pair, how many tell it."""
    return {
        "score": score,
        "salience": round(_PASSING + (1 - _PASSING) * salience, 4),
        "origins": round(1 - (1 - _ONE_ORIGIN) / max(1, origins), 4),
    }


def rank(factors: Mapping[str, float]) -> float:
    """Their product, in [0, 1]."""
    return round(prod(factors.values()), 4)


def about(salience: float) -> About:
    """Whether the pair is the subject, or named in passing."""
    return "main" if salience >= _MAIN else "passing"
