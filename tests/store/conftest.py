"""A transaction on an empty database, and rows that the pipeline would have written."""

import uuid
from collections.abc import Iterator

import orjson
import pytest
from alert_rows import complete_document
from sqlalchemy import Connection, text

from dyadwatch.store import Store


@pytest.fixture
def db(store: Store) -> Iterator[Connection]:
    """One open transaction."""
    with store.begin() as db:
        yield db


class Rows:
    """Writes rows as the pipeline would, with what a test cares about."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def _insert(self, table: str, values: dict) -> int:
        names = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        statement = text(f"INSERT INTO {table} ({names}) VALUES ({marks}) RETURNING id")
        return self._db.execute(statement, values).scalar_one()

    def story(self, title: str = "A story") -> int:
        return self._insert("stories", {"title": title})

    def article(self, url: str, *, story: int | None = None, body: str = "Text.", **values) -> int:
        title = values.pop("title", "A title")
        row = {
            "url": url,
            "story_id": story or self.story(),
            "version": 1,
            "title": title,
            "title_key": title,
        }
        number = self._insert("articles", row | values)
        version = {
            "article_id": number,
            "number": 1,
            "title": title,
            "text": f"{title}\n\n{body}",
            "text_hash": "x",
        }
        self._insert("article_versions", version)
        statement = text("UPDATE articles SET words = article_words(:text) WHERE id = :id")
        self._db.execute(statement, {"text": version["text"], "id": number})
        return number

    def alert(self, watch: str, **values) -> int:
        document = values.pop("document", {"copies": 1})
        row = {"watch_id": watch, "story_id": values.pop("story_id", None) or self.story(), "score": 0.9}
        row |= {"level": "person", "document": orjson.dumps(document).decode()}
        search = values.pop("search", "")
        number = self._insert("alerts", row | values)
        statement = text("UPDATE alerts SET search = to_tsvector('simple', :words) WHERE id = :id")
        self._db.execute(statement, {"words": search, "id": number})
        complete_document(self._db, number)
        return number

    def delivery(self, subscription: int, **values) -> int:
        event = self._insert(
            "alert_events", {"type": "alert.created", "webhook_id": f"msg_{uuid.uuid4().hex}", "body": "{}"}
        )
        row = {"event_id": event, "subscription_id": subscription, "host": "receiver.test"}
        return self._insert("deliveries", row | values)

    def attempt(self, delivery: int, number: int, status: int | None) -> None:
        row = {
            "delivery_id": delivery,
            "number": number,
            "at": "2026-01-01T00:00:00Z",
            "seconds": 0.5,
            "status": status,
        }
        self._insert("attempts", row)


@pytest.fixture
def rows(db: Connection) -> Rows:
    """Writes rows into the open transaction."""
    return Rows(db)
