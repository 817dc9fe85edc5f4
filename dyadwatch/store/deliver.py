"""The claim and the save of a delivery, and what an alert's event owes."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, text

from dyadwatch.model.deliveries import AttemptView, ClaimedDelivery
from dyadwatch.store import claims

LEASE = 60.0
PER_HOST = 4

_DETAILS = text("""
SELECT deliveries.id, alert_events.webhook_id, alert_events.body, subscriptions.id AS subscription,
       subscriptions.url, subscriptions.secret, subscriptions.state
FROM deliveries JOIN alert_events ON alert_events.id = deliveries.event_id
JOIN subscriptions ON subscriptions.id = deliveries.subscription_id
WHERE deliveries.id = ANY(:ids)
""")


def claim(db: Connection, *, limit: int, busy: Collection[str] = ()) -> list[ClaimedDelivery]:
    """Takes deliveries that are due."""
    rows = claims.take(db, "deliveries", limit=limit, lease=LEASE, per_host=PER_HOST, busy=busy)
    return _with_details(db, rows)


def _with_details(db: Connection, rows: Sequence[RowMapping]) -> list[ClaimedDelivery]:
    details = {
        row["id"]: row for row in db.execute(_DETAILS, {"ids": [row["id"] for row in rows]}).mappings()
    }
    return [
        ClaimedDelivery(
            id=row["id"],
            turn=row["turn"],
            host=row["host"],
            number=row["attempt_count"] + 1,
            webhook_id=details[row["id"]]["webhook_id"],
            body=details[row["id"]]["body"],
            subscription=details[row["id"]]["subscription"],
            url=details[row["id"]]["url"],
            secret=details[row["id"]]["secret"],
            subscription_state=details[row["id"]]["state"],
        )
        for row in rows
    ]


_SAVE = text("""
UPDATE deliveries SET state = :state, due_at = :due_at, attempt_count = :number
WHERE id = :id AND turn = :turn
""")

_ATTEMPT = text("""
INSERT INTO attempts (delivery_id, number, at, seconds, status, error, detail, response)
VALUES (:id, :number, :at, :seconds, :status, :error, :detail, :response)
""")


def save(
    db: Connection, delivery: ClaimedDelivery, attempt: AttemptView, *, state: str, due_at: datetime | None
) -> bool:
    """Records an attempt and what follows from it. False where the turn has passed: then nothing is saved."""
    saved = db.execute(
        _SAVE,
        {
            "id": delivery.id,
            "turn": delivery.turn,
            "state": state,
            "due_at": due_at,
            "number": attempt.number,
        },
    )
    if saved.rowcount != 1:
        return False
    db.execute(
        _ATTEMPT,
        {
            "id": delivery.id,
            "number": attempt.number,
            "at": attempt.at,
            "seconds": attempt.seconds,
            "status": attempt.status,
            "error": attempt.error,
            "detail": attempt.detail,
            "response": attempt.response,
        },
    )
    return True


def set_aside(db: Connection, delivery: ClaimedDelivery) -> None:
    """Ends the turn without an attempt: held where the subscription is paused, over where it is disabled."""
    db.execute(
        text("""UPDATE deliveries SET state = :state, due_at = NULL WHERE id = :id AND turn = :turn"""),
        {
            "id": delivery.id,
            "turn": delivery.turn,
            "state": "pending" if delivery.subscription_state == "paused" else "cancelled",
        },
    )


def disable(db: Connection, subscription: int, reason: str) -> None:
    """Ends a subscription that its endpoint refuses, and cancels what is still owed to it."""
    db.execute(
        text("""UPDATE subscriptions SET state = 'disabled', disabled_reason = :reason, updated_at = now()
                WHERE id = :id AND state <> 'disabled'"""),
        {"id": subscription, "reason": reason},
    )
    db.execute(
        text("""UPDATE deliveries SET state = 'cancelled', due_at = NULL
                WHERE subscription_id = :id AND state = 'pending'"""),
        {"id": subscription},
    )


def owe(
    db: Connection,
    *,
    alert: int | None,
    event_type: str,
    webhook_id: str,
    body: str,
    subscriptions: Collection[int],
) -> None:
    """Writes an event and a delivery for each subscription, due now or, where it is paused, when it is resumed."""
    event = db.execute(
        text("""INSERT INTO alert_events (alert_id, type, webhook_id, body)
                VALUES (:alert, :type, :webhook_id, :body) RETURNING id"""),
        {"alert": alert, "type": event_type, "webhook_id": webhook_id, "body": body},
    ).scalar_one()
    db.execute(
        text("""INSERT INTO deliveries (event_id, subscription_id, host, due_at)
                SELECT :event, id, host, CASE WHEN state = 'active' THEN now() END
                FROM subscriptions WHERE id = ANY(:subscriptions)"""),
        {"event": event, "subscriptions": list(subscriptions)},
    )


def owe_now(
    db: Connection, *, subscription: int, event_type: str, webhook_id: str, body: str
) -> ClaimedDelivery:
    """Writes an event for one subscription and claims its delivery at once, so that no other runner takes it."""
    owe(db, alert=None, event_type=event_type, webhook_id=webhook_id, body=body, subscriptions=[subscription])
    row = (
        db.execute(
            text("""UPDATE deliveries SET due_at = now() + make_interval(secs => :lease), turn = turn + 1
                    WHERE event_id = (SELECT id FROM alert_events WHERE webhook_id = :webhook_id) RETURNING *"""),
            {"webhook_id": webhook_id, "lease": LEASE},
        )
        .mappings()
        .one()
    )
    return _with_details(db, [row])[0]


def subscribers(db: Connection) -> list[tuple[int, list[str], dict[str, Any]]]:
    """(id, events, filter) of every subscription that is owed something; one that is paused is owed it for later."""
    rows = db.execute(
        text("SELECT id, events, filter FROM subscriptions WHERE state <> 'disabled' ORDER BY id")
    )
    return [(row.id, list(row.events), dict(row.filter)) for row in rows]
