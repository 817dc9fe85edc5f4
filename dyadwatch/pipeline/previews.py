"""What a subscription would have been sent."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from dyadwatch.errors import InvalidInput, TooCostly
from dyadwatch.model.subscriptions import PayloadExample, PayloadTemplate, SubscriptionPreview
from dyadwatch.pipeline import payloads
from dyadwatch.pipeline.context import StepContext
from dyadwatch.store import alert_events
from dyadwatch.subscriptions import templates

DAYS = 30
EXAMPLES = 3


def preview(
    context: StepContext,
    filters: Mapping[str, Any],
    events: Collection[str],
    template: PayloadTemplate | None,
) -> SubscriptionPreview:
    """What a subscription with these filters and types of events would have been sent in the last days, with
    the newest as they would be sent; where there was nothing, a made-up one."""
    until = datetime.now(UTC)
    since = until - timedelta(days=DAYS)
    with context.store.begin() as db:
        sent, complete = alert_events.matching(db, filters, events, since=since, until=until)
        newest = [(event, alert_events.body(db, event.id)) for event in sent[:EXAMPLES]]
    examples = [
        _example(context, event.type, event.alert, event.at, body, template) for event, body in newest if body
    ]
    if not sent:
        event_type = next(iter(events))
        sample = templates.samples([event_type])[event_type].decode()
        examples = [_example(context, event_type, None, until, sample, template)]
    return SubscriptionPreview(
        since=since,
        until=until,
        events=len(sent),
        alerts=len({event.alert for event in sent}),
        complete=complete,
        examples=tuple(examples),
    )


def _example(  # what an example is made of
    context: StepContext,
    event_type: str,
    alert: int | None,
    at: datetime,
    document: str,
    template: PayloadTemplate | None,
) -> PayloadExample:
    try:
        content_type, body = payloads.make(context.template_sandbox, document.encode(), template)
    except (InvalidInput, TooCostly) as error:
        return PayloadExample(event_type, alert, at, templates.JSON, None, error.detail)
    return PayloadExample(event_type, alert, at, content_type, body.decode(), None)
