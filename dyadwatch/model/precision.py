"""Precision by verdict: how many of the alerts that analysts judged were right."""

from collections.abc import Mapping
from dataclasses import dataclass

from dyadwatch.model.alerts import RejectReason


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure in [0, 1] with its interval of 95 %, and how many cases it is of."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class PrecisionRow:
    """Of alerts of one event type or language (`name`, null where they have none, and for all together), how
    many were confirmed and rejected; `precision` is null where none was judged."""

    name: str | None
    confirmed: int
    rejected: int
    precision: Estimate | None


@dataclass(frozen=True, slots=True)
class PrecisionView:
    """How the alerts of a watch were judged, by their last verdicts: `all` together, and by event type (an
    alert with several counts for each) and language, the most often judged first."""

    watch: str
    all: PrecisionRow
    event_types: tuple[PrecisionRow, ...]
    languages: tuple[PrecisionRow, ...]
    reject_reasons: Mapping[RejectReason, int]
