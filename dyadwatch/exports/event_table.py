"""CSV (RFC 4180) of the events of a watch by time, to be read beside POLECAT, ICEWS or GDELT: a line for each
bucket and kind of event."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from dyadwatch.exports.table import MEDIA_TYPE, cell
from dyadwatch.model.mentions import EventCode, QuadClass
from dyadwatch.model.series import EventCount, Interval

__all__ = ["MEDIA_TYPE", "EventTable", "write"]

COLUMNS = (
    "date", "interval", "watch", "source", "target", "direction", "event_type", "quad_class", "quad_code",
    "cameo_root", "score", "modality", "level", "alerts",
)  # fmt: skip
# GDELT's QuadClass.
_QUAD_CODES: Mapping[QuadClass, int] = {
    "verbal_cooperation": 1,
    "material_cooperation": 2,
    "verbal_conflict": 3,
    "material_conflict": 4,
}


@dataclass(frozen=True, slots=True)
class EventTable:
    """What all lines share: the watch, the length of a bucket, the names of the actors "a" and "b", and the
    codes of event types."""

    watch: str
    interval: Interval
    actors: Mapping[str, str]
    codes: Mapping[str, EventCode]


def write(table: EventTable, events: Iterable[EventCount]) -> bytes:
    """The table, with a line of names. `date` is the first day of the bucket."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([cell(value) for value in _row(table, event)] for event in events)
    return text.getvalue().encode()


def _row(table: EventTable, event: EventCount) -> Iterator[object]:
    """Where both act (`mutual`), the source is "a"."""
    source, target = ("b", "a") if event.direction == "b->a" else ("a", "b")
    code = table.codes.get(event.event_type or "")
    yield from (event.date.isoformat(), table.interval, table.watch)
    yield from (table.actors[source], table.actors[target], event.direction, event.event_type)
    if code is None:
        yield from (None, None, None, None)
    else:
        yield from (code.quad_class, _QUAD_CODES[code.quad_class], code.cameo_root, code.score)
    yield from (event.modality, event.level, event.number)
