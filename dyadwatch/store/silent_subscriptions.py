"""Subscriptions that will be sent nothing: what their filter names was removed, or is off, after it was
checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from dyadwatch.model.subscriptions import FilterProblem
from dyadwatch.store import filter_values
from dyadwatch.store.queries import Query, Rows, run
from dyadwatch.subscriptions import as_list

_WATCH = "/filter/watch"
_OFF = text("SELECT id FROM watches WHERE id = ANY(CAST(:ids AS text[])) AND NOT enabled")


def _lacks(name: str, rows: str, kind: str = "text") -> str:
    """SQL that holds where a filter has values of a field, and none of them is among `rows`."""
    value = f"filter->'{name}'"
    several = f"CASE jsonb_typeof({value}) WHEN 'array' THEN {value} ELSE jsonb_build_array({value}) END"
    values = f"SELECT jsonb_array_elements_text({several})"
    return f"coalesce({value} IS NOT NULL AND NOT EXISTS ({rows} = ANY(ARRAY({values})::{kind}[])), false)"


_IS_SILENT = " OR ".join(
    (
        _lacks("watch", "SELECT FROM watches WHERE enabled AND id"),
        _lacks("story", "SELECT FROM stories WHERE id", "bigint"),
        _lacks("source", "SELECT FROM sources WHERE id", "bigint"),
        _lacks("side", "SELECT FROM sources WHERE side"),
        _lacks("country", "SELECT FROM sources WHERE country"),
    )
)
_NOTE = text(f"""
UPDATE subscriptions AS one SET silent_since = CASE WHEN judged.is_silent THEN now() END
FROM (
    SELECT id, {_IS_SILENT} AS is_silent FROM subscriptions
    WHERE state IN ('active', 'paused') AND (filter <> '{{}}' OR silent_since IS NOT NULL)
) AS judged
WHERE one.id = judged.id AND judged.is_silent <> (one.silent_since IS NOT NULL)
RETURNING one.id, one.filter, judged.is_silent
""")  # noqa: S608


@dataclass(frozen=True, slots=True)
class Silence:
    """A subscription that has fallen silent, and why."""

    subscription: int
    problems: tuple[FilterProblem, ...]


def problems(db: Connection, filters: Mapping[str, Any]) -> tuple[FilterProblem, ...]:
    """The values of a subscription's filter that nothing can have any more, or, of a watch that is off, for
    the time being."""
    unknown = [
        FilterProblem(f"/filter{one.pointer}", one.value, f"there is no {one.name} {one.value!r}", one.code)
        for one in filter_values.unknown(db, filters)
    ]
    watches = as_list(filters.get("watch", []))
    ids = run(db, Query(_OFF, {"ids": watches}, _ids)) if watches else frozenset()
    off = [
        FilterProblem(
            f"{_WATCH}/{number}" if len(watches) > 1 else _WATCH,
            watch,
            f"the watch {watch!r} is off",
            "watch_off",
        )
        for number, watch in enumerate(watches)
        if watch in ids
    ]
    return (*unknown, *off)


def is_silent(filters: Mapping[str, Any], problems: Sequence[FilterProblem]) -> bool:
    """Whether a filter fits nothing: no value of one of its fields is free of problems."""
    names = [problem.field for problem in problems]
    return any(names.count(name) == len(as_list(filters[name])) for name in set(names))


def note(db: Connection) -> list[Silence]:
    """Notes which subscriptions are silent now. Returns those that were not before."""
    rows = [row for row in db.execute(_NOTE).all() if row.is_silent]
    return [Silence(row.id, problems(db, row.filter)) for row in sorted(rows, key=lambda row: row.id)]


def _ids(rows: Rows) -> frozenset[str]:
    return frozenset(row.id for row in rows)
