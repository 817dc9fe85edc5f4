"""Searching a list by any of its filters together, by one index.

The index, a GIN index, holds what a row is filtered by as the terms of one tsvector: words, a term for each
value (`=language:en`), and the spans of time that the row falls into, from minutes to half a year. So all
filters, in any stretch of time, are one condition that the index answers, and only rows that fit are read.

A page is looked for in stretches, new ones first, each longer than the last. What is not full after the last
of them is a page all the same, and leads on.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, TextClause, text

from dyadwatch.errors import FieldError, InvalidInput
from dyadwatch.store.queries import Query, Rows, first, run
from dyadwatch.text.words import spaced_query

Key = tuple[datetime, int]  # by which lists are ordered: time and id of a row

# Rows that a page has passed over, about, after each stretch. The last is the most that a page costs.
STRETCHES = [256, 2_048, 16_384, 65_536]
# Rows, as expected, that are all looked up and sorted. By terms for tenths of the order fewer would be, but
# these have long lists in the index: at 1,000 rows of 2,000,000 it took two to four times as long.
_MAX_SORTED = 5_000
# Powers of two, of seconds: the lengths of the spans that the terms name.
_SPANS = (8, 12, 16, 20, 24)
_MAX_SPANS = 18  # of one length, to cover a stretch
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# What of the words an index can look for: nothing of none, T (anything) of those that only exclude.
_INDEXED_PART = text("SELECT querytree(websearch_to_tsquery('simple', :q)) AS part")
# Ids are given nearly in the order of the list, which is enough to say where a stretch ends.
_START = """
SELECT at, id, ARRAY(SELECT (SELECT {at} FROM {table} WHERE id <= start.id - rows ORDER BY id DESC LIMIT 1)
                     FROM unnest(CAST(:stretches AS bigint[])) AS rows) AS lows
FROM (SELECT {at} AS at, id FROM {table}
      WHERE ({at}, id) < (coalesce(CAST(:before_at AS timestamptz), 'infinity'), :before_id)
      ORDER BY {at} DESC, id DESC LIMIT 1) AS start
"""
# OFFSET 0 has PostgreSQL look into no index by time beside the one of terms.
_STRETCH = """
SELECT at, id
FROM (SELECT {at} AS at, id FROM {table} WHERE {conditions} OFFSET 0) AS fitting
WHERE at >= coalesce(CAST(:low AS timestamptz), '-infinity') AND (at, id) < (:high_at, :high_id)
ORDER BY at DESC, id DESC LIMIT :limit
"""
# Each is a condition of its own: PostgreSQL then skips, in the list of rows of each term, what any
# other has not, first of all what is not in the stretch.
_HAS_TERM = "{terms} @@ CAST(:term_{number} AS tsquery)"
_HAS_WORDS = "{terms} @@ websearch_to_tsquery('simple', :q)"


@dataclass(frozen=True, slots=True)
class TermIndex:
    """The index of a list: the `terms` of its `table`, as it was created with, and the time `at` of a row."""

    table: str
    terms: str
    at: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is filtered by: terms that must all be there, words (see `websearch_query`), a time, and
    conditions (constant SQL, with their parameters) for what terms say only roughly. A condition may name the
    stretch, :low and :high_at."""

    terms: Sequence[str] = ()
    q: str | None = None
    since: datetime | None = None
    conditions: tuple[str, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)


def term(name: str, value: object) -> str:
    """The term of a value."""
    escaped = str(value).replace("\\", r"\\").replace("'", "''")
    return f"'={name}:{escaped}'"


def any_of(terms: Sequence[str]) -> str:
    """A term that stands for any of some."""
    return f"({' | '.join(terms)})"


def websearch_query(db: Connection, q: str) -> str:
    """What `websearch_to_tsquery` is handed to look for `q`. Raises InvalidInput `query_invalid` where there
    is no word in `q`, and where it names only words to leave out: that would be to look at every row."""
    query = spaced_query(q)
    part = run(db, Query(_INDEXED_PART, {"q": query}, first)).part
    if part == "T":
        detail, code = "must name a word to look for, not only words to leave out", "search_unbounded"
    elif not part:
        detail, code = "has no word to look for", "malformed"
    else:
        return query
    error = FieldError("/q", detail, code)
    raise InvalidInput(f"`q` {detail}.", errors=[error], code="query_invalid")


def find(
    db: Connection, index: TermIndex, filters: Filters, *, before: Key | None, limit: int
) -> tuple[list[Key], datetime | None]:
    """At most `limit` rows that fit, newest first, of those before a key of the list; and where to go on, if
    there are fewer among as many as are looked at."""
    before_at, before_id = before or (None, 0)
    place = {"before_at": before_at, "before_id": before_id, "stretches": STRETCHES}
    start = run(db, Query(_start_statement(index), place, first))
    if start is None or (filters.since is not None and start.at < filters.since):
        return [], None
    keys: list[Key] = []
    low, high = None, (start.at, start.id + 1)
    for low in _lows(start, filters.since):
        terms = [*_spans(low, high[0]), *filters.terms]
        params = {
            **filters.params,
            **{f"term_{number}": term for number, term in enumerate(terms)},
            "q": filters.q,
            "low": low,
            "high_at": high[0],
            "high_id": high[1],
            "limit": limit - len(keys),
        }
        statement = _stretch_statement(index, len(terms), filters.q is not None, filters.conditions)
        keys += run(db, Query(statement, params, _keys))
        if len(keys) == limit or low is None or low == filters.since:
            return keys, None
        high = (low, 0)
    return keys, low


def rare(
    db: Connection, index: TermIndex, filters: Filters
) -> tuple[Sequence[str], Mapping[str, Any]] | None:
    """The conditions of the filters with their parameters, for a list in another order, where few rows are
    expected to fit: PostgreSQL then looks all of them up by the index. None where more may fit."""
    terms = {f"term_{number}": term for number, term in enumerate(filters.terms)}
    parts = [_HAS_TERM.format(terms=index.terms, number=number) for number in range(len(terms))]
    if filters.q is not None:
        parts.append(_HAS_WORDS.format(terms=index.terms))
    if not parts:
        return None
    statement = _estimate_statement(index, tuple(parts))
    if run(db, Query(statement, {**terms, "q": filters.q}, _expected)) > _MAX_SORTED:
        return None
    return [*parts, *filters.conditions], {**filters.params, **terms, "q": filters.q}


def _expected(rows: Rows) -> int:
    """How many rows PostgreSQL expects of a statement."""
    return int(rows[0][0][0]["Plan"]["Plan Rows"])


@cache
def _estimate_statement(index: TermIndex, parts: tuple[str, ...]) -> TextClause:
    return text(f"EXPLAIN (FORMAT JSON) SELECT FROM {index.table} WHERE {' AND '.join(parts)}")


def _lows(start: Any, since: datetime | None) -> Iterator[datetime | None]:
    """Where the stretches end, None at the start of the table."""
    last = start.at
    for low in start.lows:
        if low is None or (since is not None and low <= since):
            break
        if low < last:
            last = low
            yield low
    else:
        if last < start.at:
            return
    yield since


def _spans(low: datetime | None, high: datetime) -> list[str]:
    """A term for the spans of time that cover a stretch, none where it has no end or is too long for them:
    it is all that there is, then, or nearly."""
    if low is None:
        return []
    begin, end = ((at - _EPOCH) // timedelta(seconds=1) for at in (low, high))
    for length in _SPANS:
        spans = range(begin >> length, (end >> length) + 1)
        if len(spans) <= _MAX_SPANS:
            return [any_of([term(f"{2**length}s", span) for span in spans])]
    return []


def _keys(rows: Rows) -> list[Key]:
    return [(row.at, row.id) for row in rows]


@cache
def _start_statement(index: TermIndex) -> TextClause:
    return text(_START.format(table=index.table, at=index.at))


@cache
def _stretch_statement(
    index: TermIndex,
    terms: int,
    has_words: bool,
    conditions: tuple[str, ...],
) -> TextClause:
    parts = [_HAS_TERM.format(terms=index.terms, number=number) for number in range(terms)]
    if has_words:
        parts.append(_HAS_WORDS.format(terms=index.terms))
    where = " AND ".join([*parts, *conditions])
    return text(_STRETCH.format(table=index.table, at=index.at, conditions=where))
