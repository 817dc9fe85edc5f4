"""The alerts of a story, kept in step with what its articles carry."""

import uuid
from collections.abc import Collection
from datetime import timedelta
from typing import Any

import orjson

from dyadwatch import subscriptions
from dyadwatch.alerts import RETAGGED, AlertKey, Cause, Decision, decide, serialize, with_changes
from dyadwatch.model.alerts import AlertEvent, AlertEventType, AlertVerdict, StoredAlert
from dyadwatch.store import Connection, alert_events, alerts, sources, stories, taggings
from dyadwatch.store import subscriptions as subscription_rows
from dyadwatch.store.queries import Query, run_together

_AT_ONCE = timedelta(0)


def update_alert(
    db: Connection,
    watch: str,
    story: int,
    *,
    cause: Cause = RETAGGED,
    window: timedelta = _AT_ONCE,
) -> AlertEventType | None:
    """Raises, updates or withdraws the alert of a watch for a story, with its event and deliveries, in the
    open transaction. What is not urgent is left to the notify step, a `window` after the first such change.
    Returns the first event, None where there is none."""
    decision = change_alert(db, watch, story, cause=cause, window=window)
    return decision.event if decision else None


def change_alert(
    db: Connection,
    watch: str,
    story: int,
    *,
    cause: Cause = RETAGGED,
    window: timedelta = _AT_ONCE,
) -> Decision | None:
    """As `update_alert`, and says how the alert changes, even where that makes no event; None where it does
    not."""
    _, before, carriers, further, now, read_sides = run_together(
        db,
        stories.lock_query(story),
        alerts.find_query(watch, story),
        taggings.carriers_query(watch, story),
        taggings.further_carriers_query(watch, story),
        alerts.clock_query(),
        sources.sides_query(),
    )
    if before is None and not carriers:
        return None
    key = AlertKey(before.alert.id if before else alerts.new_id(db), watch, story)
    decision = decide(
        before, carriers, further, key=key, now=now, cause=cause, window=window, read_sides=read_sides
    )
    if decision is not None:
        save(db, decision, is_quiet=cause.is_quiet)
    return decision


def save(
    db: Connection, decision: Decision, *, is_quiet: bool = False, verdict_before: AlertVerdict | None = None
) -> None:
    """Stores an alert with its events and, unless it `is_quiet`, their deliveries. The story is locked."""
    document = serialize(decision.stored.alert)
    queries: list[Query[Any]] = [alerts.save_query(decision.stored, document)]
    for event in decision.events:
        recipients = [] if is_quiet else _recipients(db, decision.stored, event, verdict_before)
        queries.append(_add_event_query(decision, event, document, recipients))
    run_together(db, *queries)


def _add_event_query(
    decision: Decision, event_type: AlertEventType, document: bytes, recipients: Collection[int]
) -> Query[int]:
    """Stores the event with the body that every subscriber is sent, and a delivery to each recipient."""
    alert = decision.stored.alert
    data = orjson.Fragment(with_changes(document, decision.changes))
    body = subscriptions.envelope(event_type, alert.updated_at, data)
    event = AlertEvent(alert.id, event_type, f"msg_{uuid.uuid4().hex}", body.decode())
    return alert_events.add_query(event, recipients)


def _recipients(
    db: Connection, stored: StoredAlert, event_type: AlertEventType, verdict_before: AlertVerdict | None
) -> list[int]:
    """The ids of the subscriptions that are notified of an event of an alert."""
    source_refs, recipients = run_together(
        db, sources.refs_query(stored.source_ids), subscription_rows.recipients_query()
    )
    facts = subscriptions.AlertFacts(stored, source_refs, verdict_before)
    return [
        subscription.id
        for subscription in recipients
        if subscriptions.matches(subscription.filter, subscription.events, event_type, facts)
    ]
