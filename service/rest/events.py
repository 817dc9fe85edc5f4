"""Events: every change of alerts, for clients that poll or listen."""

import re
from typing import Annotated

import orjson
from flask import request
from pydantic import Field

from dyadwatch.errors import FieldError
from dyadwatch.model.alerts import AlertEventView
from dyadwatch.model.pagination import Changes
from dyadwatch.store import alert_events, filter_values
from dyadwatch.subscriptions import AlertFilter
from service.rest.operations import EVENT_STREAM, Call, Operation
from service.rest.problems import ProblemError
from service.rest.requests import Position, Query, SignedQuery
from service.rest.responses import ApiResponse, changes_response

_BATCH = 16  # events that a stream sends at once, or about as many bytes
_BATCH_BYTES = 128 * 2**10
_RETRY = b"retry: 3000\n"  # milliseconds after which a client connects again
_POSITION = re.compile("[0-9]{1,18}")


class EventQuery(AlertFilter, Query):
    """From where to read on, of which alerts."""

    after: Position = 0
    limit: Annotated[int, Field(ge=1, le=200, description="at most this many items")] = 50


class StreamQuery(AlertFilter, SignedQuery):
    """From where to listen, to the events of which alerts."""

    after: Annotated[
        Position | None,
        Field(description="a position of events; without it, what is new from now on is sent"),
    ] = None


def list_events(call: Call, query: EventQuery) -> ApiResponse:
    """In the order in which they became visible, with the `position` to read on from: whoever does gets each
    event once. Filters apply to the alerts as they are now."""
    query = query.read_by(call.key.reader)
    with call.begin() as db:
        filter_values.check(db, query.model_dump())
        return changes_response(alert_events.page(db, query, after=query.after, limit=query.limit))


def stream_events(call: Call, query: StreamQuery) -> ApiResponse:
    """Server-sent events, as they happen: each has the type of an event, the body of its webhook as data, and
    as id its position, from which `Last-Event-ID` (or `after`) goes on without loss. A comment is sent every
    15 seconds in which nothing happens. A stream whose key is revoked or expires ends with the next one."""
    query = query.read_by(call.key.reader)
    after = _last_event_id()
    after = query.after if after is None else after
    with call.begin() as db:
        filter_values.check_kept(db, query.model_dump())
        if after is None:
            position, events = alert_events.newest(db), b""
        else:
            position, events = _batch(alert_events.page(db, query, after=after, limit=_BATCH))
    return ApiResponse(_RETRY + events + b"id: %d\n\n" % position, media=EVENT_STREAM)


def _last_event_id() -> int | None:
    last_id = request.headers.get("Last-Event-ID")
    if not last_id:  # empty: a reader that has had no event (HTML Standard, 9.2)
        return None
    if not _POSITION.fullmatch(last_id):
        problem = FieldError("/Last-Event-ID", "is no id of an event of this stream", "malformed")
        raise ProblemError(400, "query_invalid", "Last-Event-ID is a number.", errors=[problem])
    return int(last_id)


def _batch(page: Changes[AlertEventView]) -> tuple[int, bytes]:
    """The position after the first events of a page, and these."""
    events = bytearray()
    for event in page.data:
        body = {"type": event.type, "timestamp": event.created_at, "data": event.data}
        events += b"id: %d\nevent: %s\ndata: %s\n\n" % (
            event.position,
            event.type.encode(),
            orjson.dumps(body),
        )
        if len(events) >= _BATCH_BYTES:
            return event.position, bytes(events)
    return page.position, bytes(events)


OPERATIONS = (
    Operation("GET", "/v1/events", list_events, "List alert events", "read", AlertEventView, many=True),
    Operation(
        "GET",
        "/v1/stream",
        stream_events,
        "Listen to alert events",
        "read",
        media=(EVENT_STREAM,),
        stream=True,
        signable=True,
    ),
)
