"""The alerts of a story, kept in step with what its articles carry."""

import uuid
from collections.abc import Collection

import orjson

from dyadwatch import subscriptions
from dyadwatch.alerts import AlertKey, decide, serialize
from dyadwatch.model.alerts import AlertEvent, AlertEventType, StoredAlert
from dyadwatch.store import Connection, alert_events, alerts, sources, stories, taggings
from dyadwatch.store import subscriptions as subscription_rows


def update_alert(db: Connection, watch: str, story: int, *, notify: bool = True) -> AlertEventType | None:
    """Raises, updates or withdraws the alert of a watch for a story, with its event and, if
    `notify`, its deliveries, in the open transaction. Returns the event, None where there is none."""
    stories.lock(db, story)
    before = alerts.find(db, watch, story)
    carriers = taggings.carriers(db, watch, story)
    if before is None and not carriers:
        return None
    key = AlertKey(before.alert.id if before else alerts.new_id(db), watch, story)
    change = decide(before, carriers, key=key, now=alerts.clock(db))
    if change is None:
        return None
    document = serialize(change.stored.alert)
    alerts.save(db, change.stored, document)
    if change.event is not None:
        recipients = _recipients(db, change.stored, change.event) if notify else []
        _add_event(db, change.stored, change.event, document, recipients)
    return change.event


def _add_event(
    db: Connection,
    stored: StoredAlert,
    event_type: AlertEventType,
    document: bytes,
    recipients: Collection[int],
) -> None:
    """Stores the event with the body that every subscriber is sent, and a delivery to each recipient."""
    body = subscriptions.envelope(event_type, stored.alert.updated_at, orjson.Fragment(document))
    event = AlertEvent(stored.alert.id, event_type, f"msg_{uuid.uuid4().hex}", body.decode())
    alert_events.add(db, event, recipients)


def _recipients(db: Connection, stored: StoredAlert, event_type: AlertEventType) -> list[int]:
    """The ids of the subscriptions that are notified of an event of an alert."""
    facts = subscriptions.AlertFacts(stored, sources.refs(db, stored.source_ids))
    return [
        subscription.id
        for subscription in subscription_rows.recipients(db)
        if subscriptions.matches(subscription.filter, subscription.events, event_type, facts)
    ]
