"""Alerts: one row per watch and story, with the JSON document that subscribers and API clients get."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from pydantic import TypeAdapter
from sqlalchemy import Connection, select, text

from dyadwatch.errors import NotFound
from dyadwatch.model.alerts import Alert, AlertSort, AnnouncedState, StoredAlert
from dyadwatch.model.pagination import Changes, ListPage
from dyadwatch.store import alert_lists, pagination, positions
from dyadwatch.store.queries import Query, Rows, nothing, run
from dyadwatch.subscriptions.filters import AlertFilter
from dyadwatch.text.words import spaced

_ALERT = TypeAdapter(Alert)
_ANNOUNCED = TypeAdapter(AnnouncedState)
_REVISION = "id, version, created_at, updated_at"
_DOCUMENT = f"{_REVISION}, document::text AS json"
# OFFSET 0 has PostgreSQL look up each alert of a window of positions by its id.
_ALL_BY_POSITION = select(text(f"{_DOCUMENT}, position")).select_from(
    text(
        "alert_positions CROSS JOIN LATERAL"
        " (SELECT * FROM alerts WHERE alerts.id = alert_positions.alert_id OFFSET 0) AS alerts"
    )
)
_BY_ID = text(f"SELECT {_DOCUMENT} FROM alerts WHERE id = :id")  # noqa: S608  # constant SQL
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
_RAISED = text("SELECT story_id, watch_id FROM alerts WHERE story_id = ANY(:stories)")
_STORIES_WITHOUT = text("""
SELECT DISTINCT story_id FROM taggings JOIN articles ON articles.id = article_id
WHERE watch_id = :watch AND relationship AND NOT EXISTS (
    SELECT FROM alerts WHERE alerts.watch_id = :watch AND alerts.story_id = articles.story_id)
ORDER BY 1 LIMIT :limit
""")
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
    InvalidInput (see `search.websearch_query`)."""
    return alert_lists.read(db, _DOCUMENT, _documents, filters, limit=limit, cursor=cursor, sort=sort)


def revisions(
    db: Connection, filters: AlertFilter, *, limit: int, cursor: str | None, sort: AlertSort = "created"
) -> ListPage[AlertRevision]:
    """The revisions of the alerts of a page, which take a fraction of the time of their documents."""
    return alert_lists.read(db, _REVISION, _revisions, filters, limit=limit, cursor=cursor, sort=sort)


def changes(db: Connection, filters: AlertFilter, *, after: int, limit: int) -> Changes[AlertDocument]:
    """Alerts that pass the filters and changed beyond the position `after`, each at its last change."""
    params = alert_lists.parameters(db, filters)
    query = _ALL_BY_POSITION.where(*map(text, alert_lists.conditions(params)))
    page = positions.read(db, query, params, _documents, table="alert_positions", after=after, limit=limit)
    if not params:
        return page
    shown = {alert.id for alert in page.data}
    changed = positions.alerts_between(db, after, page.position)
    return replace(page, removed=tuple(alert for alert in changed if alert not in shown))


def condition(db: Connection, filters: AlertFilter) -> tuple[str, Mapping[str, Any]]:
    """SQL that holds for the rows of alerts that pass the filters, and its parameters."""
    params = alert_lists.parameters(db, filters)
    return " AND ".join(alert_lists.conditions(params)) or "true", params


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


def unraised(db: Connection, keys: Collection[tuple[int, str]]) -> set[tuple[int, str]]:
    """Those of the (story, watch) that never had an alert."""
    rows = db.execute(_RAISED, {"stories": [story for story, _ in keys]})
    return {*keys} - {(row.story_id, row.watch_id) for row in rows}


def stories_without(db: Connection, watch: str, *, limit: int) -> Sequence[int]:
    """Stories with an article that carries the relationship of a watch, of which no alert was raised."""
    return db.execute(_STORIES_WITHOUT, {"watch": watch, "limit": limit}).scalars().all()


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
        "titles": spaced("\n".join(article.title for article in alert.articles)),
        "quotes": spaced("\n".join(mention.evidence.quote for mention in alert.evidence)),
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


def _documents(rows: Rows) -> list[AlertDocument]:
    return [AlertDocument(row.id, row.version, row.updated_at, row.json) for row in rows]


def _revisions(rows: Sequence[pagination.Record]) -> list[AlertRevision]:
    return [(row.id, row.version, row.updated_at) for row in rows]
