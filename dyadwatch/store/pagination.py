"""Pages of lists: newest first, by keyset, so that rows which arrive meanwhile shift nothing.

A cursor is base64url of [microseconds or number, id] of the last row shown and four check bytes. It is opaque
to clients; the check bytes tell a damaged cursor, or one of another list, from a good one. They are no
secret: a forged cursor shows only what its bearer may list anyway.
"""

import base64
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar, cast

import orjson
from sqlalchemy import Connection, Row, Select, TextClause, text

from dyadwatch.errors import FieldError, InvalidInput
from dyadwatch.model.pagination import ListPage
from dyadwatch.store import search
from dyadwatch.store.queries import Query, Rows, run

Item = TypeVar("Item")
Record = Row[*tuple[Any, ...]]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_CHECKED = 4  # bytes
_PAGE = "/* page */"  # stands for the bounds and the length of a page inside a stream
_NUMBERED = frozenset({"alerts by rank", "alerts by score"})  # lists in the order of a number, not of a time
_SLUGGED = frozenset({"watches"})  # lists whose ids are slugs; all others have bigint
# The rows of a page that is shown, each with its number, of ids that are one more where there is more.
_NUMBERED_KEYS = "SELECT at, id, row_number() OVER (ORDER BY at DESC, id DESC) AS n FROM {keys}"
_GIVEN_KEYS = "SELECT id, n FROM unnest(CAST(:ids AS bigint[])) WITH ORDINALITY AS page (id, n)"
_LAST_KEY = """, (SELECT count(*) FROM keys) AS number,
    (SELECT at FROM keys WHERE n = :shown) AS last_at, (SELECT id FROM keys WHERE n = :shown) AS last_id"""
_AGGREGATE = """
WITH keys AS MATERIALIZED ({keys}) SELECT {columns}{last} FROM keys JOIN {table} USING (id){shown}
"""


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One row that PostgreSQL makes of all rows of a page: the `columns` are aggregates over those of a
    `table`, whose `n` says which place in the page they have."""

    table: str
    columns: str


def encode(kind: str, at: datetime | float, key: int | str) -> str:
    """The cursor of the list `kind` that leads on from the row (at, key)."""
    payload = orjson.dumps([(at - _EPOCH) // _MICROSECOND if isinstance(at, datetime) else float(at), key])
    return base64.urlsafe_b64encode(payload + _check(kind, payload)).decode().rstrip("=")


def moment(microseconds: int) -> datetime:
    """The time that so many microseconds after 1970 is, in UTC."""
    return _EPOCH + microseconds * _MICROSECOND


def decode(kind: str, cursor: str) -> tuple[datetime | float, int | str]:
    """The row (at, key) that a cursor of the list `kind` names. Raises InvalidInput `cursor_invalid`."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        number, key = orjson.loads(raw[:-_CHECKED])
        at = float(number) if kind in _NUMBERED else moment(number)
    except (ValueError, TypeError, OverflowError) as error:
        raise _invalid() from error
    if not _is_key(kind, key) or encode(kind, at, key) != cursor:
        raise _invalid()
    return at, key


def stream(table: str, *conditions: str, at: str = "created_at", key: str = "id") -> str:
    """SQL that names rows of a table. An index should be able to give
    those that fit the conditions in the order of the list."""
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT {at} AS at, {key} AS id FROM {table}{where}"  # noqa: S608  # constant SQL


def stream_of_each(groups: str, column: str, table: str, *conditions: str) -> str:
    """SQL that names rows of a table whose `column` is one of `groups`, which is SQL itself. As many rows of
    each group are read as a page has."""
    rows = stream(table, f"{column} = one.id", *conditions)
    return (
        f"SELECT row.at, row.id FROM ({groups}) AS one"  # noqa: S608  # constant SQL
        f" CROSS JOIN LATERAL (SELECT at, id FROM ({rows}) AS rows {_PAGE}) AS row"
    )


def read(  # noqa: PLR0913  (what makes a page, by keyword)
    db: Connection,
    query: Select[Any] | Aggregate,
    params: Mapping[str, Any],
    build: Callable[[Sequence[Record]], Sequence[Item]],
    *,
    stream: str,
    bounds: Sequence[str] = (),
    kind: str,
    limit: int,
    cursor: str | None,
    at: str = "created_at",
    table: str = "",
) -> ListPage[Item]:
    """One page of the rows of `query` that the `stream` names, between the `bounds`: conditions on `at`. The
    rows have the columns `at` and `id` (of `table`, "a." where it joins several); `build` makes the items of
    all rows at once.

    The ids of the page come first, and the rest of its rows after that: a wide column, or a document that is
    made into text, is read for no row that is not shown.
    """
    rows, bound = place(params, stream, bounds, kind, limit=limit, cursor=cursor)
    if isinstance(query, Aggregate):
        statement = _aggregate(query, _NUMBERED_KEYS.format(keys=rows), _LAST_KEY)
        row = run(db, Query(statement, {**bound, "shown": limit}, _only, binary=True))
        following = encode(kind, row.last_at, row.last_id) if row.number > limit else None
        return ListPage(tuple(build([row])), following)
    ids = f"{table}id IN (SELECT id FROM {rows})"  # noqa: S608  # constant SQL
    selection = _selection(query, ids, f"{table}{at}", f"{table}id")
    records = run(db, Query(selection, bound, list))
    page = records[:limit]
    following = encode(kind, getattr(page[-1], at), page[-1].id) if len(records) > limit else None
    return ListPage(tuple(build(page)), following)


def place(
    params: Mapping[str, Any],
    stream: str,
    bounds: Sequence[str],
    kind: str,
    *,
    limit: int,
    cursor: str | None,
) -> tuple[str, dict[str, Any]]:
    """SQL of the rows of a page, in their order, and of one more where more follow, with its parameters.
    Raises InvalidInput."""
    bound = {**params, "limit": limit + 1}
    conditions = [*bounds]
    if cursor is not None:
        bound["cursor_at"], bound["cursor_id"] = decode(kind, cursor)
        conditions.append("(at, id) < (:cursor_at, :cursor_id)")
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    inside = f"{where} ORDER BY at DESC, id DESC LIMIT :limit"
    return f"({stream.replace(_PAGE, inside)}) AS rows {inside}", bound


def find(  # noqa: PLR0913
    db: Connection,
    query: Select[Any] | Aggregate,
    build: Callable[[Sequence[Record]], Sequence[Item]],
    *,
    index: search.TermIndex,
    filters: search.Filters,
    until: datetime | None,
    kind: str,
    limit: int,
    cursor: str | None,
    table: str = "",
) -> ListPage[Item]:
    """One page of the rows of `query` that pass the filters, as `read` does for those of a stream. It may be
    short, or empty, and lead on. Raises InvalidInput (see `search.websearch_query`)."""
    ends = [] if cursor is None else [cast("search.Key", decode(kind, cursor))]
    if until is not None:
        ends.append((until, 0))
    keys, end = search.find(db, index, filters, before=min(ends, default=None), limit=limit + 1)
    ids = {"ids": [row_id for _, row_id in keys[:limit]]}
    if isinstance(query, Aggregate):
        of_page = {**filters.params, **ids}
        rows = [run(db, Query(_aggregate(query, _GIVEN_KEYS), of_page, _only, binary=True))]
    else:
        statement = _selection(query, f"{table}id = ANY(:ids)", f"{table}{index.at}", f"{table}id")
        rows = run(db, Query(statement, ids, list))
    if len(keys) > limit:
        return ListPage(tuple(build(rows)), encode(kind, *keys[limit - 1]))
    return ListPage(tuple(build(rows)), encode(kind, end, 0) if end else None)


@cache
def _selection(query: Select[Any], condition: str, at: str, key: str) -> Select[Any]:
    """The rows of a query for which a condition holds, in the order of a list. It is made once: what comes
    with a request are parameters alone."""
    return query.where(text(condition)).order_by(text(f"{at} DESC, {key} DESC"))


@cache
def _aggregate(aggregate: Aggregate, keys: str, last: str = "") -> TextClause:
    shown = " WHERE n <= :shown" if last else ""
    return text(
        _AGGREGATE.format(keys=keys, columns=aggregate.columns, last=last, table=aggregate.table, shown=shown)
    )


def _only(rows: Rows) -> Any:
    return rows[0]


def _is_key(kind: str, key: object) -> bool:
    if kind in _SLUGGED:
        return isinstance(key, str) and key.isprintable()
    return type(key) is int and abs(key) < 2**63


def _invalid() -> InvalidInput:
    detail = "is not a cursor of this list: take `next` as it is given, or leave it out to start again"
    problem = FieldError("/cursor", detail, "cursor_invalid")
    return InvalidInput(f"`cursor` {detail}.", errors=[problem], code="cursor_invalid")


def _check(kind: str, payload: bytes) -> bytes:
    return zlib.crc32(kind.encode() + b"\0" + payload).to_bytes(_CHECKED, "big")
