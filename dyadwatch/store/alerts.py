"""Alerts: one row per watch and story, with the JSON document that subscribers and API clients get."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

import orjson
from pydantic import TypeAdapter
from sqlalchemy import Connection, select, text

from dyadwatch.errors import NotFound
from dyadwatch.model.alerts import Alert, AlertSort, Announced, StoredAlert
from dyadwatch.model.counts import Count
from dyadwatch.model.pagination import Changes, ListPage
from dyadwatch.store import alert_triage, filter_values, pagination, positions, search
from dyadwatch.store.queries import Query, Rows, first, nothing, run
from dyadwatch.subscriptions.filters import AlertFilter

Item = TypeVar("Item")
_ALERT = TypeAdapter(Alert)
_ANNOUNCED = TypeAdapter(Announced)
_REVISION = "id, version, created_at, updated_at"
_DOCUMENT = f"{_REVISION}, document::text AS json"
# What lists in other orders than that of time are sorted by.
_SORTED_BY: Mapping[AlertSort, str] = {
    "updated": "updated_at",
    "rank": "alert_rank(document)",
    "score": "score",
}
# OFFSET 0 has PostgreSQL look up each alert of a window of positions by its id.
_ALL_BY_POSITION = select(text(f"{_DOCUMENT}, position")).select_from(
    text(
        "alert_positions CROSS JOIN LATERAL"
        " (SELECT * FROM alerts WHERE alerts.id = alert_positions.alert_id OFFSET 0) AS alerts"
    )
)
_BY_ID = text(f"SELECT {_DOCUMENT} FROM alerts WHERE id = :id")  # noqa: S608  # of ours
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
_MAX_ORIGINS = 10  # for which there are terms
_STORED = """
SELECT document, languages, source_ids, announced, due_at AS notify_at
FROM alerts LEFT JOIN announcements ON alert_id = alerts.id WHERE {condition}
"""
_OF_STORY = text(_STORED.format(condition="watch_id = :watch AND story_id = :story"))
_STORED_BY_ID = text(_STORED.format(condition="alerts.id = :id"))
_LOCK_STORY = text("""
SELECT id FROM stories WHERE id = (SELECT story_id FROM alerts WHERE id = :id) FOR NO KEY UPDATE
""")
_NEW_ID = text("SELECT nextval(pg_get_serial_sequence('alerts', 'id')) AS id")
_CLOCK = text("SELECT clock_timestamp() AS at")
# Titles weigh more than evidence; the 'simple' configuration because a story has many languages.
_SAVE = text("""
WITH announcement AS (
    INSERT INTO announcements (alert_id, announced, pending, due_at)
    SELECT :id, CAST(:announced AS jsonb), CAST(:notify_at AS timestamptz) IS NOT NULL, :notify_at
    WHERE CAST(:announced AS jsonb) IS NOT NULL
    ON CONFLICT (alert_id) DO UPDATE SET announced = excluded.announced, pending = excluded.pending,
        due_at = excluded.due_at, turn = announcements.turn + 1
)
INSERT INTO alerts (id, watch_id, story_id, version, state, score, level, event_types, language, languages,
                    source_ids, search, document, created_at, updated_at)
OVERRIDING SYSTEM VALUE
VALUES (:id, :watch, :story, :version, :state, :score, :level, :event_types, :language, :languages,
        :source_ids,
        setweight(to_tsvector('simple', :titles), 'A') || setweight(to_tsvector('simple', :quotes), 'B'),
        CAST(:document AS jsonb), :created_at, :updated_at)
ON CONFLICT (watch_id, story_id) DO UPDATE SET
    version = excluded.version, state = excluded.state, score = excluded.score, level = excluded.level,
    event_types = excluded.event_types, language = excluded.language, languages = excluded.languages,
    source_ids = excluded.source_ids, search = excluded.search, document = excluded.document,
    updated_at = excluded.updated_at
""")


# What changes whenever the document does: id, version, time of the last change.
AlertRevision = tuple[int, int, datetime]


@dataclass(frozen=True, slots=True)
class AlertDocument:
    """An alert as JSON text, which is sent to clients as it is.
    `version` and `updated_at` change whenever the text does."""

    id: int
    version: int
    updated_at: datetime
    json: str

    @property
    def revision(self) -> AlertRevision:
        return self.id, self.version, self.updated_at

    def parse(self) -> dict[str, Any]:
        """The document; times are strings."""
        document: dict[str, Any] = orjson.loads(self.json)
        return document


def get(db: Connection, alert_id: int) -> AlertDocument:
    """Raises NotFound."""
    documents = run(db, Query(_BY_ID, {"id": alert_id}, _documents))
    if not documents:
        raise NotFound(f"There is no alert {alert_id}.")
    return documents[0]


def page(
    db: Connection, filters: AlertFilter, *, limit: int, cursor: str | None, sort: AlertSort = "created"
) -> ListPage[AlertDocument]:
    """Alerts that pass the filters, the newest or whatever has most of what they are sorted by first. Raises
    InvalidInput (see `search.check`)."""
    return read_page(db, _DOCUMENT, _documents, filters, limit=limit, cursor=cursor, sort=sort)


def revisions(
    db: Connection, filters: AlertFilter, *, limit: int, cursor: str | None, sort: AlertSort = "created"
) -> ListPage[AlertRevision]:
    """The revisions of the alerts of a page, which take a fraction of the time of their documents."""
    return read_page(db, _REVISION, _revisions, filters, limit=limit, cursor=cursor, sort=sort)


def count(db: Connection, filters: AlertFilter, *, limit: int) -> Count:
    """How many alerts pass the filters, of which at most `limit` are counted, among as many as one page looks
    at; an estimate is the least that there are."""
    params = _params(db, filters)
    if not params.keys() - _WATCH_AND_BOUNDS:
        where = " AND ".join(["true", *_of(params)])
        rows = f"SELECT FROM alerts WHERE {where} LIMIT :limit"
        statement = text(f"SELECT count(*) AS number FROM ({rows}) AS counted")  # noqa: S608  # of ours
        number = run(db, Query(statement, params | {"limit": limit + 1}, first)).number
        return Count(min(number, limit), is_estimate=number > limit)
    before = None if filters.until is None else (filters.until, 0)
    keys, end = search.find(db, _INDEX, _search_filters(filters, params), before=before, limit=limit + 1)
    return Count(min(len(keys), limit), is_estimate=len(keys) > limit or end is not None)


def read_page(  # noqa: PLR0913
    db: Connection,
    columns: str,
    build: Callable[[Sequence[pagination.Record]], list[Item]],
    filters: AlertFilter,
    *,
    limit: int,
    cursor: str | None,
    sort: AlertSort,
    kind: str = "alerts",
    conditions: tuple[str, ...] = (),
) -> ListPage[Item]:
    """What `build` makes of columns of the alerts that pass the filters and further conditions in SQL."""
    params = _params(db, filters)
    if sort != "created":
        return _sorted_page(db, columns, build, filters, params, limit=limit, cursor=cursor, sort=sort)
    query = select(text(columns)).select_from(text("alerts"))
    if _BOUNDS.keys() >= params.keys():
        return pagination.read(
            db,
            query,
            params,
            build,
            stream=pagination.stream("alerts", *conditions),
            bounds=[_BOUNDS[name] for name in params],
            kind=kind,
            limit=limit,
            cursor=cursor,
        )
    return pagination.find(
        db,
        query,
        build,
        index=_INDEX,
        filters=_search_filters(filters, params, conditions),
        until=filters.until,
        kind=kind,
        limit=limit,
        cursor=cursor,
    )


def _sorted_page(  # noqa: PLR0913
    db: Connection,
    columns: str,
    build: Callable[[Sequence[pagination.Record]], list[Item]],
    filters: AlertFilter,
    params: Mapping[str, Any],
    *,
    limit: int,
    cursor: str | None,
    sort: AlertSort,
) -> ListPage[Item]:
    if filters.q is not None and not search.check(db, filters.q):
        return ListPage((), None)
    by = _SORTED_BY[sort]
    terms, bound = search.conditions(_INDEX, _search_filters(filters, params))
    fitting = [*(_CONDITIONS[name] for name in _BOUNDS if name in params), *terms]
    return pagination.read(
        db,
        select(text(f"{columns}, {by} AS sorted_by")).select_from(text("alerts")),
        bound,
        build,
        stream=pagination.stream("alerts", *fitting, at=by),
        kind=f"alerts by {sort}",
        limit=limit,
        cursor=cursor,
        at="sorted_by",
    )


def changes(db: Connection, filters: AlertFilter, *, after: int, limit: int) -> Changes[AlertDocument]:
    """Alerts that pass the filters and changed beyond the position `after`, each at its last change."""
    params = _params(db, filters)
    query = _ALL_BY_POSITION.where(*map(text, _of(params)))
    page = positions.read(db, query, params, _documents, table="alert_positions", after=after, limit=limit)
    if not params:
        return page
    shown = {alert.id for alert in page.data}
    passed = positions.passed(db, after, page.position)
    return replace(page, removed=tuple(alert for alert in passed if alert not in shown))


def condition(db: Connection, filters: AlertFilter) -> tuple[str, Mapping[str, Any]]:
    """SQL that holds for the rows of alerts that pass the filters, and its parameters."""
    params = _params(db, filters)
    return " AND ".join(_of(params)) or "true", params


def find(db: Connection, watch: str, story: int) -> StoredAlert | None:
    """The alert of a watch for a story, if it was ever raised."""
    return run(db, find_query(watch, story))


def find_query(watch: str, story: int) -> Query[StoredAlert | None]:
    """What `find` does, to be run together with others."""
    return Query(_OF_STORY, {"watch": watch, "story": story}, _stored)


def lock(db: Connection, alert_id: int) -> StoredAlert:
    """An alert that nobody else changes until the transaction ends. Raises NotFound."""
    db.execute(_LOCK_STORY, {"id": alert_id})
    stored = run(db, Query(_STORED_BY_ID, {"id": alert_id}, _stored))
    if stored is None:
        raise NotFound(f"There is no alert {alert_id}.")
    return stored


def new_id(db: Connection) -> int:
    """An id for an alert that is about to be raised."""
    return run(db, Query(_NEW_ID, {}, lambda rows: int(rows[0].id)))


def clock_query() -> Query[datetime]:
    """The time now, by PostgreSQL's clock; `now()` of SQL is when the transaction began."""
    return Query(_CLOCK, {}, _at)


def save(db: Connection, stored: StoredAlert, document: bytes) -> None:
    """Stores an alert, with the JSON `document` made of it."""
    run(db, save_query(stored, document))


def save_query(stored: StoredAlert, document: bytes) -> Query[None]:
    """What `save` does, to be run together with others."""
    alert = stored.alert
    params = {
        "id": alert.id,
        "watch": alert.watch,
        "story": alert.story,
        "version": alert.version,
        "state": alert.state,
        "score": alert.score,
        "level": alert.level,
        "event_types": list(alert.event_types),
        "language": alert.language,
        "languages": list(stored.languages),
        "source_ids": list(stored.source_ids),
        "titles": "\n".join(article.title for article in alert.articles),
        "quotes": "\n".join(mention.evidence.quote for mention in alert.evidence),
        "document": document.decode(),
        "created_at": alert.created_at,
        "updated_at": alert.updated_at,
        "announced": orjson.dumps(stored.announced).decode() if stored.announced else None,
        "notify_at": stored.notify_at,
    }
    return Query(_SAVE, params, nothing)


def _stored(rows: Rows) -> StoredAlert | None:
    if not rows:
        return None
    row = rows[0]
    return StoredAlert(
        alert=_ALERT.validate_python(row.document),
        languages=tuple(row.languages),
        source_ids=tuple(row.source_ids),
        announced=None if row.announced is None else _ANNOUNCED.validate_python(row.announced),
        notify_at=row.notify_at,
    )


def _at(rows: Rows) -> datetime:
    at: datetime = rows[0].at
    return at


def _params(db: Connection, filters: AlertFilter) -> dict[str, Any]:
    """The values of the filters that are set, those of side and country as the ids of the sources."""
    params = {name: value for name in _CONDITIONS if (value := getattr(filters, name)) is not None}
    if filters.triage is not None:
        params |= {"reader": filters.reader.id, "person": filters.reader.person}
    return params | filter_values.source_ids(db, params)


def _of(params: Mapping[str, Any]) -> list[str]:
    """The conditions of the filters that are set."""
    return [condition for name, condition in _CONDITIONS.items() if name in params]


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
        rough.append("min_score")
    if filters.min_origins is not None:
        terms.append(search.term("origins", min(filters.min_origins, _MAX_ORIGINS)))
        rough.append("min_origins")
    if filters.triage is not None:
        rough.append("triage")
    conditions = (*(_CONDITIONS[name] for name in rough), *further)
    return search.Filters(terms, filters.q, filters.since, conditions, params)


def _score_terms(least: float) -> str:
    """A score has a term for each tenth that it reaches, and one for its hundredth."""
    hundredth = math.floor(least * 100)
    tenth = -(-hundredth // 10)
    between = [search.term("score", n) for n in range(hundredth, 10 * tenth)]
    return search.any_of([search.term("tenth", tenth), *between])


def _documents(rows: Rows) -> list[AlertDocument]:
    return [AlertDocument(row.id, row.version, row.updated_at, row.json) for row in rows]


def _revisions(rows: Sequence[pagination.Record]) -> list[AlertRevision]:
    return [(row.id, row.version, row.updated_at) for row in rows]
