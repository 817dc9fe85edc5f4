"""Alerts as they are raised, updated and withdrawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, text

from dyadwatch.model.alerts import Alert


@dataclass(frozen=True, slots=True)
class Standing:
    """An alert as it stands, and the JSON document that it was last told as."""

    id: int
    version: int
    created_at: datetime
    document: Mapping[str, Any]


def standing(db: Connection, watch: str, story: int) -> Standing | None:
    """The one alert of a watch for a story, if it was raised."""
    row = (
        db.execute(
            text("""SELECT id, version, created_at, document FROM alerts
                    WHERE watch_id = :watch AND story_id = :story"""),
            {"watch": watch, "story": story},
        )
        .mappings()
        .one_or_none()
    )
    return Standing(**row) if row else None


def reserve(db: Connection) -> tuple[int, datetime]:
    """An id for an alert to come, and the time of this transaction."""
    row = db.execute(text("SELECT nextval(pg_get_serial_sequence('alerts', 'id')) AS id, now() AS at")).one()
    return row.id, row.at


def clock(db: Connection) -> datetime:
    """The time of this transaction."""
    at: datetime = db.execute(text("SELECT now()")).scalar_one()
    return at


# Titles weigh more than evidence; the 'simple' configuration because a story has many languages.
_SAVE = text("""
INSERT INTO alerts (id, watch_id, story_id, version, state, score, level, event_types, language, languages,
                    source_ids, search, document, created_at, updated_at)
OVERRIDING SYSTEM VALUE
VALUES (:id, :watch, :story, :version, :state, :score, :level, :event_types, :language, :languages, :source_ids,
        setweight(to_tsvector('simple', :titles), 'A') || setweight(to_tsvector('simple', :quotes), 'B'),
        CAST(:document AS jsonb), :created_at, :updated_at)
ON CONFLICT (watch_id, story_id) DO UPDATE SET
    version = excluded.version, state = excluded.state, score = excluded.score, level = excluded.level,
    event_types = excluded.event_types, language = excluded.language, languages = excluded.languages,
    source_ids = excluded.source_ids, search = excluded.search, document = excluded.document,
    updated_at = excluded.updated_at
""")


def save(db: Connection, alert: Alert, *, languages: list[str], sources: list[int]) -> None:
    """Stores an alert with the document that doors show."""
    db.execute(
        _SAVE,
        {
            "id": alert.id,
            "watch": alert.watch,
            "story": alert.story,
            "version": alert.version,
            "state": alert.state,
            "score": alert.score,
            "level": alert.level,
            "event_types": list(alert.event_types),
            "language": alert.language,
            "languages": languages,
            "source_ids": sources,
            "titles": "\n".join(article.title for article in alert.articles),
            "quotes": "\n".join(mention.evidence.quote for mention in alert.evidence),
            "document": orjson.dumps(alert).decode(),
            "created_at": alert.created_at,
            "updated_at": alert.updated_at,
        },
    )
