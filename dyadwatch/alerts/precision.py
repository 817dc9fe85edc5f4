"""Precision by verdict, with its interval."""

import math

from dyadwatch.model.precision import Estimate, PrecisionRow

_Z = 1.959964  # of 95 %


def row(name: str | None, confirmed: int, rejected: int) -> PrecisionRow:
    """What so many verdicts say."""
    return PrecisionRow(name, confirmed, rejected, estimate(confirmed, confirmed + rejected))


def estimate(right: int, size: int) -> Estimate | None:
    """A share with its interval by Wilson's score, which also holds for few cases and shares near 0 and 1
    (E. B. Wilson, Journal of the American Statistical Association 22, 1927). None of no cases."""
    if size == 0:
        return None
    share, square = right / size, _Z * _Z / size
    middle = (share + square / 2) / (1 + square)
    half = _Z * math.sqrt(share * (1 - share) / size + square / (4 * size)) / (1 + square)
    return Estimate(
        round(share, 4), round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4), size
    )
