"""Series: how many alerts a watch had, day by day."""

from datetime import UTC, datetime
from typing import Annotated, get_args

from pydantic import Field

from dyadwatch import series
from dyadwatch.exports import event_table
from dyadwatch.model.mentions import EventTypeCode
from dyadwatch.model.series import Clock, Dimension, Interval, Timeline
from dyadwatch.store import series as counts
from dyadwatch.store import watches
from dyadwatch.subscriptions.filters import Values
from dyadwatch.tagging import event_code
from dyadwatch.validation import DayOrMoment
from service.rest.operations import JSON, Call, Operation
from service.rest.requests import Query
from service.rest.responses import ApiResponse

_USUAL: tuple[Dimension, ...] = ("event_type", "level", "direction", "side", "language")


class TimelineQuery(Query):
    """Which buckets, in which time zone, and what is counted in each."""

    interval: Annotated[Interval, Field(description="how long a bucket is; weeks begin on Monday")] = "day"
    by: Annotated[
        Values[Dimension] | None,
        Field(description=f"what to count by; without it: {', '.join(_USUAL)}"),
    ] = None
    since: Annotated[
        DayOrMoment | None,
        Field(description="from the bucket that has this; without it 90 days, 52 weeks or 24 months"),
    ] = None
    until: Annotated[
        DayOrMoment | None, Field(description="to the bucket before this; without it, that of now")
    ] = None
    time_zone: Annotated[
        str, Field(min_length=1, max_length=64, description="IANA name of the zone that days begin in")
    ] = "UTC"
    clock: Annotated[
        Clock,
        Field(description="alerts by their creation, or by the publication of their first article"),
    ] = "created"


def get_timeline(call: Call, slug: str, query: TimelineQuery) -> ApiResponse:
    """Active alerts by days, weeks or months (1,000 at most), oldest first, with zeros where there were none.
    Days have what is `expected` of them. As CSV, a line for each bucket and kind of event, with PLOVER codes
    and scores, where Accept asks for it."""
    zone = series.time_zone(query.time_zone)
    edges = series.edges(query.interval, zone, since=query.since, until=query.until, now=datetime.now(UTC))
    with call.begin() as db:
        watch = watches.get(db, slug)
        if call.media == JSON:
            dimensions = tuple(dict.fromkeys(query.by or _USUAL))
            return ApiResponse(counts.timeline(db, slug, query.clock, edges, dimensions))
        events = [*counts.event_counts(db, slug, query.clock, edges)]
    actors = {side: str(actor["name"]) for side, actor in watch.document["actors"].items()}
    codes = {code: event_code(code) for code in get_args(EventTypeCode)}
    table = event_table.EventTable(slug, query.interval, actors, codes)
    return ApiResponse(event_table.write(table, events), media=call.media)


OPERATIONS = (
    Operation(
        "GET",
        "/v1/watches/{slug}/timeline",
        get_timeline,
        "Count a watch's alerts by time",
        "read",
        Timeline,
        media=(JSON, event_table.MEDIA_TYPE),
    ),
)
