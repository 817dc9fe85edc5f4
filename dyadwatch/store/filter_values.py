"""Which watches, stories, sources, sides and countries there are: a filter by any other would never find
anything, and its author would never learn why."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from sqlalchemy import Connection, text

from dyadwatch.errors import FieldError, UnknownValue, json_pointer
from dyadwatch.store import search
from dyadwatch.store.queries import Query, Rows, run, run_together
from dyadwatch.subscriptions import as_list

_NAMED = 20  # of those that exist, nearest first
_COMPARED = 1_000
_KNOWN = {
    "watch": text("SELECT id AS value FROM watches WHERE id = ANY(CAST(:values AS text[]))"),
    "story": text("SELECT id AS value FROM stories WHERE id = ANY(CAST(:values AS bigint[]))"),
    "source": text("SELECT id AS value FROM sources WHERE id = ANY(CAST(:values AS bigint[]))"),
    "side": text("SELECT DISTINCT side AS value FROM sources WHERE side = ANY(CAST(:values AS text[]))"),
    "country": text(
        "SELECT DISTINCT country AS value FROM sources WHERE country = ANY(CAST(:values AS text[]))"
    ),
}
NAMES = frozenset(_KNOWN)  # of the filters that are checked
_ALL = {
    "watch": text("SELECT id AS value, NULL AS name FROM watches ORDER BY id LIMIT :limit"),
    "source": text("SELECT id AS value, name FROM sources ORDER BY id LIMIT :limit"),
    "side": text(
        "SELECT DISTINCT side AS value, NULL AS name FROM sources WHERE side IS NOT NULL LIMIT :limit"
    ),
    "country": text(
        "SELECT DISTINCT country AS value, NULL AS name FROM sources WHERE country IS NOT NULL LIMIT :limit"
    ),
}
_SOURCES = {
    "side": text("SELECT id AS value FROM sources WHERE side = ANY(CAST(:values AS text[]))"),
    "country": text("SELECT id AS value FROM sources WHERE country = ANY(CAST(:values AS text[]))"),
}


@dataclass(frozen=True, slots=True)
class UnknownFilterValue:
    """A value of the filter `name`, at a pointer, that does not exist, and the code of that."""

    name: str
    value: Any
    pointer: str
    code: str


def check(db: Connection, filters: Mapping[str, Any], pointer: str = "") -> None:
    """Raises UnknownValue where a filter names what does not exist, with a FieldError for each such value,
    below `pointer`, that says what there is. A filter has a value, a list of them, or None."""
    errors = [
        FieldError(pointer + one.pointer, _detail(db, one.name, one.value), one.code)
        for one in unknown(db, filters)
    ]
    if errors:
        raise UnknownValue(f"{errors[0].detail[0].upper()}{errors[0].detail[1:]}.", errors=errors)


def unknown(db: Connection, filters: Mapping[str, Any]) -> list[UnknownFilterValue]:
    """The values of filters, as `check` takes them, that do not exist."""
    wanted = {name: as_list(filters[name]) for name in _KNOWN if filters.get(name) is not None}
    queries = [Query(_KNOWN[name], {"values": values}, _values) for name, values in wanted.items()]
    known = dict(zip(wanted, run_together(db, *queries), strict=True))
    return [
        UnknownFilterValue(
            name,
            value,
            json_pointer((name, number) if len(values) > 1 else (name,)),
            code=f"unknown_{name}",
        )
        for name, values in wanted.items()
        for number, value in enumerate(values)
        if value not in known[name]
    ]


def check_kept(db: Connection, filters: Mapping[str, Any]) -> None:
    """The same for filters that are kept and asked for later, whose author is not there when they find
    nothing: raises InvalidInput also where `q` has nothing to search for."""
    check(db, filters)
    if (q := filters.get("q")) is not None:
        search.websearch_query(db, q)


def source_ids(db: Connection, filters: Mapping[str, Any]) -> dict[str, list[int]]:
    """The filters that are labels of sources, each as the ids of those that have one of its labels."""
    wanted = {name: filters[name] for name in _SOURCES if name in filters}
    queries = [Query(_SOURCES[name], {"values": values}, _values) for name, values in wanted.items()]
    return dict(zip(wanted, run_together(db, *queries), strict=True))


def _detail(db: Connection, name: str, value: Any) -> str:
    missing = f"there is no {name} {value!r}"
    if name not in _ALL:
        return missing
    rows = run(db, Query(_ALL[name], {"limit": _COMPARED}, list))
    nearest = sorted(rows, key=lambda row: _distance(value, row.value))[:_NAMED]
    if not nearest:
        return f"{missing}, and no other"
    named = ", ".join(f"{row.value} ({row.name})" if row.name else str(row.value) for row in nearest)
    more = ", and others" if len(rows) > _NAMED else ""
    return f"{missing}; there is {named}{more}"


def _distance(wanted: Any, value: Any) -> float:
    if isinstance(value, int):
        return float(abs(value - int(wanted)))
    return 1 - SequenceMatcher(None, wanted, value).ratio()


def _values(rows: Rows) -> list[Any]:
    return [row.value for row in rows]
