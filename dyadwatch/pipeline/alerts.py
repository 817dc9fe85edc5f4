"""The alerts of a story, kept in step with what its articles carry."""

import uuid
from collections.abc import Collection
from typing import Any

import orjson

from dyadwatch import subscriptions
from dyadwatch.alerts import AlertKey, decide, serialize
from dyadwatch.model.alerts import AlertEvent, AlertEventType, StoredAlert
from dyadwatch.store import Connection, alert_events, alerts, sources, stories, taggings
from dyadwatch.store import subscriptions as subscription_rows
from dyadwatch.store.queries import Query, run_together


def update_alert(db: Connection, watch: str, story: int, *, notify: bool = True) -> AlertEventType | None:
    """Raises, updates or withdraws the alert of a watch for a story, with its event and, if
    `notify`, its deliveries, in the open transaction. Returns the event, None where there is none."""
    _, before, carriers, further, now = run_together(
        db,
        stories.lock_query(story),
        alerts.find_query(watch, story),
        taggings.carriers_query(watch, story),
        taggings.further_carriers_query(watch, story),
        alerts.clock_query(),
    )
    if before is None and not carriers:
        return None
    key = AlertKey(before.alert.id if before else alerts.new_id(db), watch, story)
    change = decide(before, carriers, further, key=key, now=now)
    if change is None:
        return None
    document = serialize(change.stored.alert)
    queries: list[Query[Any]] = [alerts.save_query(change.stored, document)]
    if change.event is not None:
        recipients = _recipients(db, change.stored, change.event) if notify else []
        queries.append(_add_event_query(change.stored, change.event, document, recipients))
    run_together(db, *queries)
    return change.event


def _add_event_query(
    stored: StoredAlert, event_type: AlertEventType, document: bytes, recipients: Collection[int]
) -> Query[int]:
    """Stores the event with the body that every subscriber is sent, and a delivery to each recipient."""
    body = subscriptions.envelope(event_type, stored.alert.updated_at, orjson.Fragment(document))
    event = AlertEvent(stored.alert.id, event_type, f"msg_{uuid.uuid4().hex}", body.decode())
    return alert_events.add_query(event, recipients)


def _recipients(db: Connection, stored: StoredAlert, event_type: AlertEventType) -> list[int]:
    """The ids of the subscriptions that are notified of an event of an alert."""
    source_refs, recipients = run_together(
        db, sources.refs_query(stored.source_ids), subscription_rows.recipients_query()
    )
    facts = subscriptions.AlertFacts(stored, source_refs)
    return [
        subscription.id
        for subscription in recipients
        if subscriptions.matches(subscription.filter, subscription.events, event_type, facts)
    ]
