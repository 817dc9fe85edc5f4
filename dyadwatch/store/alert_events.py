"""Alert events and the deliveries that they owe: the outbox,
written in the transaction that changes the alert."""

from collections.abc import Collection

from sqlalchemy import Connection, text

from dyadwatch.model.alerts import AlertEvent

_INSERT = text("""
INSERT INTO alert_events (alert_id, type, webhook_id, body)
VALUES (:alert, :type, :webhook_id, :body) RETURNING id
""")
# A delivery to a paused subscription is due when that is resumed. The lock waits for a change of the state
# that is under way, which would not see this delivery.
_INSERT_DELIVERIES = text("""
INSERT INTO deliveries (event_id, subscription_id, host, state, due_at)
SELECT :event, id, host, CASE WHEN state = 'disabled' THEN 'cancelled' ELSE 'pending' END,
    CASE WHEN state = 'active' THEN now() END
FROM (SELECT * FROM subscriptions WHERE id = ANY(:subscriptions) ORDER BY id FOR SHARE) AS subscription
""")


def add(db: Connection, event: AlertEvent, subscriptions: Collection[int]) -> int:
    """Stores an event and a delivery of it to each of the subscriptions. Returns the event's id."""
    event_id: int = db.execute(
        _INSERT,
        {"alert": event.alert, "type": event.type, "webhook_id": event.webhook_id, "body": event.body},
    ).scalar_one()
    if subscriptions:
        db.execute(_INSERT_DELIVERIES, {"event": event_id, "subscriptions": list(subscriptions)})
    return event_id
