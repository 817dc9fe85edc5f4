"""The lists of alerts: the SQL of each filter and each order."""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, select, text

from dyadwatch.model.alerts import AlertSort
from dyadwatch.model.counts import Count
from dyadwatch.model.pagination import ListPage
from dyadwatch.store import alert_triage, filter_values, pagination, search
from dyadwatch.store.queries import Query, first, run
from dyadwatch.subscriptions.filters import AlertFilter

Item = TypeVar("Item")
# What lists in other orders than that of time are sorted by.
_SORTED_BY: Mapping[AlertSort, str] = {
    "updated": "updated_at",
    "rank": "alert_rank(document)",
    "score": "score",
}
# Its terms are those of alert_terms() in migration 0021, and the verdict's.
_INDEX = search.TermIndex(
    "alerts",
    "alert_terms(search, watch_id, story_id, state, level, score, languages, event_types,"
    " alert_values(document, 'direction'), alert_values(document, 'modality'), alert_origins(document),"
    " source_ids, created_at) || array_to_tsvector(ARRAY['=verdict:' || alert_verdict(document)])",
    "created_at",
)
# The SQL condition of each field of AlertFilter.
_OF_SOURCES = "source_ids && CAST(:{name} AS bigint[])"
_OF_EVIDENCE = "alert_values(document, '{name}') && CAST(:{name} AS text[])"
_CONDITIONS = {
    "watch": "watch_id = ANY(CAST(:watch AS text[]))",
    "story": "story_id = ANY(CAST(:story AS bigint[]))",
    "since": "created_at >= :since",
    "until": "created_at < :until",
    "source": _OF_SOURCES.format(name="source"),
    "side": _OF_SOURCES.format(name="side"),
    "country": _OF_SOURCES.format(name="country"),
    "language": "languages && CAST(:language AS text[])",
    "event_type": "event_types && CAST(:event_type AS text[])",
    "min_score": "score >= :min_score",
    "min_origins": "alert_origins(document) >= :min_origins",
    "level": "level = ANY(CAST(:level AS text[]))",
    "direction": _OF_EVIDENCE.format(name="direction"),
    "modality": _OF_EVIDENCE.format(name="modality"),
    "state": "state = ANY(CAST(:state AS text[]))",
    "verdict": "alert_verdict(document) = ANY(CAST(:verdict AS text[]))",
    "triage": alert_triage.HOLDS,
    "q": "search @@ websearch_to_tsquery('simple', :q)",
}
# As an expression, for which there is no index: beside that of terms, one of scores would be read whole.
_MIN_SCORE = "score + 0 >= :min_score"
_WATCH_AND_BOUNDS = frozenset({"watch", "since", "until"})  # by which indexes of the table count
_BOUNDS = {"since": "at >= :since", "until": "at < :until"}
# The terms of the index for the values of each filter.
_TERMS = {
    **{name: name for name in ("watch", "story", "source", "language", "event_type", "level", "direction")},
    **{name: name for name in ("modality", "state", "verdict")},
    "side": "source",
    "country": "source",
}
# Of a filter by side or country: with more, the sources of each alert are compared instead.
_MAX_SOURCES = 200
_NO_PARAMETERS: Mapping[str, Any] = {}
_MAX_ORIGINS = 10  # for which there are terms


def parameters(db: Connection, filters: AlertFilter) -> dict[str, Any]:
    """The values of the filters that are set, those of side and country as the ids of the sources.
    Raises InvalidInput (see `search.websearch_query`)."""
    params = {name: value for name in _CONDITIONS if (value := getattr(filters, name)) is not None}
    if filters.q is not None:
        params["q"] = search.websearch_query(db, filters.q)
    if filters.triage is not None:
        params |= {"reader": filters.reader.id, "person": filters.reader.person}
    return params | filter_values.source_ids(db, params)


def conditions(params: Mapping[str, Any]) -> list[str]:
    """The conditions of the filters that are set."""
    return [condition for name, condition in _CONDITIONS.items() if name in params]


def read(  # noqa: PLR0913
    db: Connection,
    columns: str | pagination.Aggregate,
    build: Callable[[Sequence[pagination.Record]], list[Item]],
    filters: AlertFilter,
    *,
    limit: int,
    cursor: str | None,
    sort: AlertSort,
    kind: str = "alerts",
    further: tuple[str, ...] = (),
    more: Mapping[str, Any] = _NO_PARAMETERS,
) -> ListPage[Item]:
    """What `build` makes of columns, or an aggregate, of alerts that pass the filters and `further` SQL.
    `more` parameters are those of an aggregate."""
    params = parameters(db, filters)
    place: dict[str, Any] = {"limit": limit, "cursor": cursor}
    if sort != "created":
        return _sorted_page(db, columns, build, filters, {**params, **more}, sort=sort, **place)
    query = _selecting(columns)
    if _BOUNDS.keys() >= params.keys():
        stream = pagination.stream("alerts", *further)
        bounds = [_BOUNDS[name] for name in params]
        params = {**params, **more}
        return pagination.read(db, query, params, build, stream=stream, bounds=bounds, kind=kind, **place)
    fitting = _search_filters(filters, {**params, **more}, further)
    return pagination.find(
        db, query, build, index=_INDEX, filters=fitting, until=filters.until, kind=kind, **place
    )


def place(
    columns: str, filters: AlertFilter, *, limit: int, cursor: str | None, sort: AlertSort
) -> tuple[str, dict[str, Any]] | None:
    """SQL of some columns of a page, in the order of the list, and of one row more where more follow, with
    its parameters; None where a page is not read by one statement. Raises InvalidInput."""
    params = {name: value for name in _CONDITIONS if (value := getattr(filters, name)) is not None}
    if sort != "created" or not _BOUNDS.keys() >= params.keys():
        return None
    rows = f"SELECT created_at AS at, {columns} FROM alerts"  # noqa: S608  # constant SQL
    bounds = [_BOUNDS[name] for name in params]
    return pagination.place(params, rows, bounds, "alerts", limit=limit, cursor=cursor)


def _sorted_page(  # noqa: PLR0913
    db: Connection,
    columns: str | pagination.Aggregate,
    build: Callable[[Sequence[pagination.Record]], list[Item]],
    filters: AlertFilter,
    params: Mapping[str, Any],
    *,
    limit: int,
    cursor: str | None,
    sort: AlertSort,
) -> ListPage[Item]:
    """What few alerts have is looked up by the index of terms and sorted. Where many have it, alerts are
    tried in their order, by columns: their terms would have to be made of each."""
    by = _SORTED_BY[sort]
    bounds = [_CONDITIONS[name] for name in _BOUNDS if name in params]
    if (rare := search.rare(db, _INDEX, _search_filters(filters, params))) is None:
        stream, bound = pagination.stream("alerts", *conditions(params), at=by), params
    else:
        fitting, bound = rare
        # OFFSET 0 has PostgreSQL look into no index of the order beside the one of terms.
        stream = f"{pagination.stream('alerts', *bounds, *fitting, at=by)} OFFSET 0"
    return pagination.read(
        db,
        _selecting(columns, f", {by} AS sorted_by"),
        bound,
        build,
        stream=stream,
        kind=f"alerts by {sort}",
        limit=limit,
        cursor=cursor,
        at="sorted_by",
    )


@cache
def _selecting(columns: str | pagination.Aggregate, more: str = "") -> Select[Any] | pagination.Aggregate:
    return (
        columns
        if isinstance(columns, pagination.Aggregate)
        else select(text(columns + more)).select_from(text("alerts"))
    )


def count(db: Connection, filters: AlertFilter, *, limit: int) -> Count:
    """How many alerts pass the filters, of which at most `limit` are counted, among as many as one page looks
    at; an estimate is the least that there are."""
    params = parameters(db, filters)
    if not params.keys() - _WATCH_AND_BOUNDS:
        where = " AND ".join(["true", *conditions(params)])
        rows = f"SELECT FROM alerts WHERE {where} LIMIT :limit"
        statement = text(f"SELECT count(*) AS number FROM ({rows}) AS counted")  # noqa: S608  # constant SQL
        number = run(db, Query(statement, params | {"limit": limit + 1}, first)).number
        return Count(min(number, limit), is_estimate=number > limit)
    before = None if filters.until is None else (filters.until, 0)
    keys, end = search.find(db, _INDEX, _search_filters(filters, params), before=before, limit=limit + 1)
    return Count(min(len(keys), limit), is_estimate=len(keys) > limit or end is not None)


def _search_filters(
    filters: AlertFilter, params: Mapping[str, Any], further: tuple[str, ...] = ()
) -> search.Filters:
    terms, rough = [], []
    for name, kind in _TERMS.items():
        values = params.get(name)
        if values is None:
            continue
        if len(values) <= _MAX_SOURCES:
            terms.append(search.any_of([search.term(kind, value) for value in values or [0]]))
        else:
            rough.append(name)
    if filters.min_score is not None:
        terms.append(_score_terms(filters.min_score))
        further = (*further, _MIN_SCORE)
    if filters.min_origins is not None:
        terms.append(search.term("origins", min(filters.min_origins, _MAX_ORIGINS)))
        rough.append("min_origins")
    if filters.triage is not None:
        rough.append("triage")
    conditions = (*(_CONDITIONS[name] for name in rough), *further)
    return search.Filters(terms, params.get("q"), filters.since, conditions, params)


def _score_terms(least: float) -> str:
    """A score has a term for each tenth that it reaches, and one for its hundredth."""
    hundredth = math.floor(least * 100)
    tenth = -(-hundredth // 10)
    between = [search.term("score", n) for n in range(hundredth, 10 * tenth)]
    return search.any_of([search.term("tenth", tenth), *between])
