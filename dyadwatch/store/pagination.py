"""Pages of lists: newest first, by keyset, so that rows which arrive meanwhile shift nothing.

A cursor is base64url of [microseconds or number, id] of the last row shown and four check bytes. It is opaque
to clients; the check bytes tell a damaged cursor, or one of another list, from a good one. They are no
secret: a forged cursor shows only what its bearer may list anyway.
"""

import base64
import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast

import orjson
from sqlalchemy import Connection, Row, Select, text

from dyadwatch.errors import FieldError, InvalidInput
from dyadwatch.model.pagination import ListPage
from dyadwatch.store import search

Item = TypeVar("Item")
Record = Row[*tuple[Any, ...]]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_CHECKED = 4  # bytes
_PAGE = "/* page */"  # stands for the bounds and the length of a page inside a stream
_NUMBERED = frozenset({"alerts by rank", "alerts by score"})  # lists in the order of a number, not of a time
_SLUGGED = frozenset({"watches"})  # lists whose ids are slugs; all others have bigint


def encode(kind: str, at: datetime | float, key: int | str) -> str:
    """The cursor of the list `kind` that leads on from the row (at, key)."""
    payload = orjson.dumps([(at - _EPOCH) // _MICROSECOND if isinstance(at, datetime) else float(at), key])
    return base64.urlsafe_b64encode(payload + _check(kind, payload)).decode().rstrip("=")


def decode(kind: str, cursor: str) -> tuple[datetime | float, int | str]:
    """The row (at, key) that a cursor of the list `kind` names. Raises InvalidInput `cursor_invalid`."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        number, key = orjson.loads(raw[:-_CHECKED])
        at = float(number) if kind in _NUMBERED else _EPOCH + number * _MICROSECOND
    except (ValueError, TypeError, OverflowError) as error:
        raise _invalid() from error
    if not _is_key(kind, key) or encode(kind, at, key) != cursor:
        raise _invalid()
    return at, key


def stream(table: str, *conditions: str, at: str = "created_at", key: str = "id") -> str:
    """SQL that names rows of a table. An index should be able to give
    those that fit the conditions in the order of the list."""
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT {at} AS at, {key} AS id FROM {table}{where}"  # noqa: S608  # of ours


def stream_of_each(groups: str, column: str, table: str, *conditions: str) -> str:
    """SQL that names rows of a table whose `column` is one of `groups`, which is SQL itself. As many rows of
    each group are read as a page has."""
    rows = stream(table, f"{column} = one.id", *conditions)
    return (
        f"SELECT row.at, row.id FROM ({groups}) AS one"  # noqa: S608  # of ours
        f" CROSS JOIN LATERAL (SELECT at, id FROM ({rows}) AS rows {_PAGE}) AS row"
    )


def read(  # noqa: PLR0913  (what makes a page, by keyword)
    db: Connection,
    query: Select[Any],
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
    bound = {**params, "limit": limit + 1}
    conditions = [*bounds]
    if cursor is not None:
        bound["cursor_at"], bound["cursor_id"] = decode(kind, cursor)
        conditions.append("(at, id) < (:cursor_at, :cursor_id)")
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    place = f"{where} ORDER BY at DESC, id DESC LIMIT :limit"
    ids = f"SELECT id FROM ({stream.replace(_PAGE, place)}) AS rows {place}"  # noqa: S608
    order = text(f"{table}{at} DESC, {table}id DESC")
    rows = db.execute(query.where(text(f"{table}id IN ({ids})")).order_by(order), bound).all()
    page = rows[:limit]
    following = encode(kind, getattr(page[-1], at), page[-1].id) if len(rows) > limit else None
    return ListPage(tuple(build(page)), following)


def find(  # noqa: PLR0913
    db: Connection,
    query: Select[Any],
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
    short, or empty, and lead on. Raises InvalidInput (see `search.check`)."""
    ends = [] if cursor is None else [cast("search.Key", decode(kind, cursor))]
    if until is not None:
        ends.append((until, 0))
    keys, end = search.find(db, index, filters, before=min(ends, default=None), limit=limit + 1)
    order = text(f"{table}{index.at} DESC, {table}id DESC")
    ids = [row_id for _, row_id in keys[:limit]]
    rows = db.execute(query.where(text(f"{table}id = ANY(:ids)")).order_by(order), {"ids": ids}).all()
    if len(keys) > limit:
        return ListPage(tuple(build(rows)), encode(kind, *keys[limit - 1]))
    return ListPage(tuple(build(rows)), encode(kind, end, 0) if end else None)


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
