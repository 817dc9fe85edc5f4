"""What a subscription would have been sent."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from dyadwatch.errors import InvalidInput, TooCostly
from dyadwatch.model.deliveries import DigestMember, HeldDelivery
from dyadwatch.model.subscriptions import PayloadExample, PayloadTemplate, SubscriptionPreview, Timing
from dyadwatch.pipeline import payloads
from dyadwatch.pipeline.context import StepContext
from dyadwatch.store import Connection, alert_events
from dyadwatch.subscriptions import envelope, templates
from dyadwatch.subscriptions.timing import DIGEST, Sending, sent_types, simulate

DAYS = 30
EXAMPLES = 3


def preview(
    context: StepContext,
    filters: Mapping[str, Any],
    events: Collection[str],
    template: PayloadTemplate | None,
    timing: Timing | None,
) -> SubscriptionPreview:
    """What a subscription with these filters and types of events would have been sent in the last days, with
    the newest as they would be sent; where there was nothing, a made-up one."""
    until = datetime.now(UTC)
    since = until - timedelta(days=DAYS)
    with context.store.begin() as db:
        sent, complete = alert_events.matching(db, filters, events, since=since, until=until)
        sent.reverse()
        rows = [HeldDelivery(event.id, event.alert, event.type, event.at) for event in sent]
        sendings = simulate(rows, timing)
        newest = [_document(db, sending, rows) for sending in reversed(sendings[-EXAMPLES:])]
    if not sent:
        (sample,) = templates.samples(sent_types(list(events)[:1], timing)).items()
        newest = [_Example(sample[0], None, until, sample[1], ())]
    return SubscriptionPreview(
        since=since,
        until=until,
        events=len(sent),
        alerts=len({event.alert for event in sent}),
        deliveries=len(sendings),
        complete=complete,
        examples=tuple(_payload(context, example, template) for example in newest),
    )


@dataclass(frozen=True, slots=True)
class _Example:
    event_type: str
    alert: int | None
    at: datetime
    document: bytes
    members: Sequence[DigestMember]


def _document(db: Connection, sending: Sending, rows: Sequence[HeldDelivery]) -> _Example:
    ids = set(sending.ids)
    own = [row for row in rows if row.id in ids]
    if not sending.is_digest:
        body = alert_events.body(db, own[0].id).encode()
        return _Example(own[0].event_type, own[0].alert, sending.at, body, ())
    by_alert: defaultdict[int | None, list[HeldDelivery]] = defaultdict(list)
    for row in own:
        by_alert[row.alert].append(row)
    members = [
        DigestMember(tuple(row.event_type for row in each), alert_events.body(db, each[-1].id))
        for each in by_alert.values()
    ]
    data = {"subscription": None, "since": own[0].created_at, "until": sending.at}
    return _Example(DIGEST, None, sending.at, envelope(DIGEST, sending.at, data), members)


def _payload(context: StepContext, example: _Example, template: PayloadTemplate | None) -> PayloadExample:
    shown = (example.event_type, example.alert, example.at)
    try:
        content_type, body = payloads.make(
            context.template_sandbox, example.document, template, members=example.members
        )
    except (InvalidInput, TooCostly) as error:
        return PayloadExample(*shown, templates.JSON, None, error.detail)
    return PayloadExample(*shown, content_type, body.decode(), None)
