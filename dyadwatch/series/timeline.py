"""Timelines from counts: a bucket for each day, week or month, with zeros where there was nothing."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from dyadwatch.model.series import Bucket, Cell, EventCount, Expectation
from dyadwatch.series.baseline import expectations
from dyadwatch.series.buckets import Edges

# Dimensions besides those to count by: each alert once, and each kind of event that its evidence tells of.
TOTAL, EVENT = "alert", "event"
_NONE = "-"  # in the value of an event


def totals(edges: Edges, cells: Sequence[Cell]) -> list[int]:
    """The number of alerts in each bucket."""
    counts = [0] * len(edges.dates)
    for cell in cells:
        if cell.dimension == TOTAL:
            counts[cell.place] = cell.number
    return counts


def buckets(
    edges: Edges, cells: Sequence[Cell], dimensions: Sequence[str], before: Sequence[int]
) -> tuple[Bucket, ...]:
    """Each bucket with its counts: every value that occurs in one is counted in all. `before` are the counts
    of the days before the first, from the first alert of all on. Of longer buckets nothing is expected."""
    counts: defaultdict[tuple[int, str, str], int] = defaultdict(int)
    for cell in cells:
        counts[cell.place, cell.dimension, cell.value] = cell.number
    values = {name: sorted({cell.value for cell in cells if cell.dimension == name}) for name in dimensions}
    numbers = totals(edges, cells)
    expected = _expected(before, numbers) if edges.interval == "day" else [None] * len(numbers)
    return tuple(
        Bucket(
            date=edges.dates[place],
            start=edges.starts[place],
            count=number,
            counts={
                name: {value: counts[place, name, value] for value in values[name]} for name in dimensions
            },
            expected=expected[place],
        )
        for place, number in enumerate(numbers)
    )


def _expected(before: Sequence[int], numbers: Sequence[int]) -> list[Expectation | None]:
    """What is expected of each day; the time before the first alert of all is no history."""
    empty = 0 if before else next((place for place, number in enumerate(numbers) if number), len(numbers))
    known = expectations([*before, *numbers[empty:]])[len(before) :]
    return [*[None] * empty, *known]


def event_counts(edges: Edges, cells: Sequence[Cell]) -> Iterator[EventCount]:
    """The kinds of events of each bucket, one with none for a bucket that is empty."""
    by_place: defaultdict[int, list[Cell]] = defaultdict(list)
    for cell in cells:
        by_place[cell.place].append(cell)
    for place, date in enumerate(edges.dates):
        for cell in sorted(by_place[place], key=lambda cell: cell.value):
            event_type, direction, modality, level = map(_part, cell.value.split(" "))
            yield EventCount(date, event_type, direction, modality, level, cell.number)
        if not by_place[place]:
            yield EventCount(date, None, None, None, None, 0)


def _part(text: str) -> str | None:
    return None if text == _NONE else text
