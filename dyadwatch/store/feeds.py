"""Feeds: the addresses that are polled. What a poll found out about one is written by poll.py."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Literal

import orjson
from sqlalchemy import Connection, select, text

from dyadwatch import urls
from dyadwatch.errors import Conflict, FieldError, NotFound
from dyadwatch.model.feeds import FeedView, ListRule, NewFeed
from dyadwatch.model.hubs import PushView
from dyadwatch.model.pagination import ListPage
from dyadwatch.store import hubs, pagination
from dyadwatch.store.failures import from_column

_ALL = select(text("*")).select_from(text("feeds"))


def add(db: Connection, source_id: int, new: NewFeed, *, pointer: str = "/url") -> FeedView:
    """Stores a feed of a source, due at once. Raises NotFound without the source, Conflict `duplicate` (at `pointer`)
    where the URL is watched already."""
    if db.execute(text("SELECT 1 FROM sources WHERE id = :id FOR SHARE"), {"id": source_id}).first() is None:
        raise NotFound(f"There is no source {source_id}.")
    statement = text(
        "INSERT INTO feeds (source_id, url, host, kind, list_rule, due_at)"
        " VALUES (:source, :url, :host, :kind, CAST(:list_rule AS jsonb), now())"
        " ON CONFLICT (url) DO NOTHING RETURNING *"
    )
    given = {
        "source": source_id,
        "url": new.url,
        "host": urls.host(new.url),
        "kind": "html" if new.list_rule else "unknown",
        "list_rule": orjson.dumps(new.list_rule).decode() if new.list_rule else None,
    }
    row = db.execute(statement, given).first()
    if row is None:
        problem = FieldError(pointer, "is watched already", "duplicate")
        raise Conflict(f"The feed {new.url} is watched already.", errors=[problem], code="duplicate")
    return _views(db, [row])[0]


def get(db: Connection, feed_id: int) -> FeedView:
    """Raises NotFound."""
    return _one(db, feed_id, db.execute(text("SELECT * FROM feeds WHERE id = :id"), {"id": feed_id}).first())


def page(
    db: Connection, *, source: int | None = None, state: str | None = None, limit: int, cursor: str | None
) -> ListPage[FeedView]:
    """Feeds, newest first."""
    query = _ALL
    if source is not None:
        query = query.where(text("source_id = :source"))
    if state is not None:
        query = query.where(text("state = :state"))
    given = {name: value for name, value in (("source", source), ("state", state)) if value is not None}
    build = partial(_views, db)
    return pagination.read(db, query, given, build, kind="feeds", limit=limit, cursor=cursor)


def update(db: Connection, feed_id: int, state: Literal["active", "paused"]) -> FeedView:
    """Pauses a feed, or has it polled again at once. Raises NotFound."""
    statement = text(
        "UPDATE feeds SET state = :state, due_at = CASE WHEN :active THEN now() END WHERE id = :id RETURNING *"
    )
    values = {"state": state, "active": state == "active", "id": feed_id}
    return _one(db, feed_id, db.execute(statement, values).first())


def poll_now(db: Connection, feed_id: int) -> FeedView:
    """Makes an active feed due at once. Raises NotFound, Conflict where it is paused or gone."""
    statement = text("UPDATE feeds SET due_at = now() WHERE id = :id AND state = 'active' RETURNING *")
    row = db.execute(statement, {"id": feed_id}).first()
    if row is None:
        found = get(db, feed_id)
        raise Conflict(
            f"Feed {feed_id} is {found.state}: set its state to active first.", code=f"feed_{found.state}"
        )
    return _views(db, [row])[0]


def delete(db: Connection, feed_id: int) -> None:
    """Removes a feed and its entries; articles stay. Raises NotFound."""
    if db.execute(text("DELETE FROM feeds WHERE id = :id"), {"id": feed_id}).rowcount == 0:
        raise NotFound(f"There is no feed {feed_id}.")


def known_urls(db: Connection, wanted: Sequence[str]) -> frozenset[str]:
    """Those of the URLs that are watched already."""
    found = db.execute(text("SELECT url FROM feeds WHERE url = ANY(:urls)"), {"urls": list(wanted)})
    return frozenset(found.scalars())


def of_sources(db: Connection, source_ids: Sequence[int]) -> Mapping[int, tuple[FeedView, ...]]:
    """The feeds of several sources, each in order of id."""
    statement = text("SELECT * FROM feeds WHERE source_id = ANY(:sources) ORDER BY id")
    owned: dict[int, list[FeedView]] = defaultdict(list)
    for view in _views(db, db.execute(statement, {"sources": list(source_ids)}).all()):
        owned[view.source].append(view)
    return {source: tuple(views) for source, views in owned.items()}


def _one(db: Connection, feed_id: int, row: pagination.Record | None) -> FeedView:
    if row is None:
        raise NotFound(f"There is no feed {feed_id}.")
    return _views(db, [row])[0]


def _views(db: Connection, rows: Sequence[pagination.Record]) -> list[FeedView]:
    pushes = hubs.of_feeds(db, [row.id for row in rows])
    return [_view(row, pushes.get(row.id)) for row in rows]


def _view(row: pagination.Record, push: PushView | None) -> FeedView:
    return FeedView(
        id=row.id,
        source=row.source_id,
        url=row.url,
        kind=row.kind,
        state=row.state,
        last_polled_at=row.last_polled_at,
        next_poll_at=row.due_at,
        last_status=row.last_status,
        error_count=row.error_count,
        last_error=from_column(row.last_error),
        interval=row.interval,
        reason=row.reason,
        list_rule=ListRule(**row.list_rule) if row.list_rule else None,
        proposals=tuple(row.memory.get("proposals", ())),
        former_urls=tuple(row.former_urls),
        push=push,
    )
