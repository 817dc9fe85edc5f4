"""What happened to feeds, as a trigger of their table writes it: the last 100 of each."""

from collections.abc import Sequence

from sqlalchemy import Connection, select, text

from dyadwatch.model.feed_events import FeedEventView
from dyadwatch.model.pagination import ListPage
from dyadwatch.store import pagination

_ALL = select(text("id, feed_id, kind, code, detail, created_at")).select_from(text("feed_events"))


def page(db: Connection, source: int, *, limit: int, cursor: str | None) -> ListPage[FeedEventView]:
    """The events of the feeds of a source, the last first."""
    return pagination.read(
        db,
        _ALL,
        {"source": source},
        _views,
        stream=pagination.stream("feed_events", "source_id = :source"),
        kind="feed_events",
        limit=limit,
        cursor=cursor,
    )


def _views(rows: Sequence[pagination.Record]) -> list[FeedEventView]:
    return [
        FeedEventView(row.id, row.feed_id, row.kind, row.code, row.detail, row.created_at) for row in rows
    ]
