"""Deliveries as shown: what is owed to a subscription, with every attempt. Attempts are written by deliver.py."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, select, text

from dyadwatch.errors import Conflict, NotFound
from dyadwatch.model.deliveries import AttemptView, DeliveryView
from dyadwatch.model.pagination import ListPage
from dyadwatch.store import pagination

_ALL = select(
    text(
        "d.id, d.subscription_id, e.webhook_id, e.type, e.alert_id, d.state, d.attempt_count, d.due_at, d.created_at"
    )
).select_from(text("deliveries d JOIN alert_events e ON e.id = d.event_id"))


def get(db: Connection, delivery_id: int) -> DeliveryView:
    """Raises NotFound."""
    row = db.execute(_ALL.where(text("d.id = :id")), {"id": delivery_id}).first()
    if row is None:
        raise NotFound(f"There is no delivery {delivery_id}.")
    return _views(db, [row])[0]


def page(
    db: Connection,
    *,
    subscription: int | None = None,
    state: str | None = None,
    limit: int,
    cursor: str | None,
) -> ListPage[DeliveryView]:
    """Deliveries, newest first."""
    query = _ALL
    if subscription is not None:
        query = query.where(text("d.subscription_id = :subscription"))
    if state is not None:
        query = query.where(text("d.state = :state"))
    given = {
        name: value for name, value in (("subscription", subscription), ("state", state)) if value is not None
    }
    build = lambda rows: _views(db, rows)  # noqa: E731
    return pagination.read(db, query, given, build, kind="deliveries", limit=limit, cursor=cursor, table="d.")


def resend(db: Connection, delivery_id: int) -> DeliveryView:
    """Makes a delivery due at once, whatever became of it before; its webhook-id stays.

    Raises NotFound, and Conflict `subscription_disabled` or `subscription_paused` while its subscription is.
    """
    statement = text(
        "SELECT s.state, s.disabled_reason FROM deliveries d JOIN subscriptions s ON s.id = d.subscription_id"
        " WHERE d.id = :id FOR UPDATE OF d"
    )
    row = db.execute(statement, {"id": delivery_id}).first()
    if row is None:
        raise NotFound(f"There is no delivery {delivery_id}.")
    if row.state != "active":
        reason = f" ({row.disabled_reason})" if row.disabled_reason else ""
        detail = f"The subscription is {row.state}{reason}: set its state to active first."
        raise Conflict(detail, code=f"subscription_{row.state}")
    db.execute(
        text("UPDATE deliveries SET state = 'pending', due_at = now() WHERE id = :id"), {"id": delivery_id}
    )
    return get(db, delivery_id)


def _views(db: Connection, rows: Sequence[pagination.Record]) -> list[DeliveryView]:
    attempts = _attempts(db, [row.id for row in rows])
    return [
        DeliveryView(
            id=row.id,
            subscription=row.subscription_id,
            webhook_id=row.webhook_id,
            event_type=row.type,
            alert=row.alert_id,
            state=row.state,
            attempt_count=row.attempt_count,
            next_attempt_at=row.due_at,
            created_at=row.created_at,
            attempts=tuple(attempts[row.id]),
        )
        for row in rows
    ]


def _attempts(db: Connection, delivery_ids: Sequence[int]) -> defaultdict[int, list[AttemptView]]:
    statement = text(
        "SELECT delivery_id, number, at, seconds, status, error, detail, response FROM attempts"
        " WHERE delivery_id = ANY(:deliveries) ORDER BY delivery_id, number"
    )
    made: defaultdict[int, list[AttemptView]] = defaultdict(list)
    for delivery_id, *values in db.execute(statement, {"deliveries": list(delivery_ids)}):
        made[delivery_id].append(AttemptView(*values))
    return made
