"""Subscriptions: endpoints that are sent alert events. A secret
is read again only where a delivery is signed."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson
from sqlalchemy import Connection, select, text

from dyadwatch import urls
from dyadwatch.errors import FieldError, InvalidInput, NotFound
from dyadwatch.model.pagination import ListPage
from dyadwatch.model.subscriptions import NewSubscription, Recipient, SubscriptionView
from dyadwatch.store import pagination

_CHANGEABLE = ("url", "events", "filter", "description", "state")
_ALL = select(text("*")).select_from(text("subscriptions"))
_DISABLE = text("""
UPDATE subscriptions SET state = 'disabled', disabled_reason = :reason, updated_at = now()
WHERE id = :id AND state <> 'disabled'
""")
_CANCEL_PENDING = text("""
UPDATE deliveries SET state = 'cancelled', due_at = NULL WHERE subscription_id = :id AND state = 'pending'
""")
_RECIPIENTS = text("SELECT id, events, filter FROM subscriptions WHERE state <> 'disabled' ORDER BY id")


def create(db: Connection, new: NewSubscription, secret: str) -> SubscriptionView:
    """Stores an active subscription with the secret that signs what it is sent."""
    statement = text(
        "INSERT INTO subscriptions (url, host, secret, events, filter, description)"
        " VALUES (:url, :host, :secret, :events, CAST(:filter AS jsonb), :description) RETURNING *"
    )
    values = {
        "url": new.url,
        "host": _host(new.url),
        "secret": secret,
        "events": list(new.events),
        "filter": _json(new.filter),
        "description": new.description,
    }
    return _view(db.execute(statement, values).one())


def get(db: Connection, subscription_id: int) -> SubscriptionView:
    """Raises NotFound."""
    return _view(_row(db, text("SELECT * FROM subscriptions WHERE id = :id"), subscription_id))


def page(db: Connection, *, limit: int, cursor: str | None) -> ListPage[SubscriptionView]:
    """Subscriptions, newest first."""
    build = lambda rows: [_view(row) for row in rows]  # noqa: E731
    return pagination.read(db, _ALL, {}, build, kind="subscriptions", limit=limit, cursor=cursor)


def update(db: Connection, subscription_id: int, changes: Mapping[str, Any]) -> SubscriptionView:
    """Changes url, events, filter, description or state; making it active again forgets why it was disabled.

    What is pending follows the subscription to its new address. Raises NotFound.
    """
    unknown = [
        FieldError(f"/{name}", "cannot be changed", "unknown_field")
        for name in changes
        if name not in _CHANGEABLE
    ]
    if unknown:
        raise InvalidInput("A subscription has no such field to change.", errors=unknown)
    row = _row(db, text("SELECT * FROM subscriptions WHERE id = :id FOR UPDATE"), subscription_id)
    values = {name: changes.get(name, getattr(row, name)) for name in _CHANGEABLE}
    host = _host(values["url"])
    statement = text(
        "UPDATE subscriptions SET url = :url, host = :host, events = :events,"
        " filter = CAST(:filter AS jsonb),"
        " description = :description, state = :state, updated_at = now(),"
        " disabled_reason = CASE WHEN :active THEN NULL ELSE disabled_reason END WHERE id = :id RETURNING *"
    )
    bound = {
        **values,
        "events": list(values["events"]),
        "filter": _json(values["filter"]),
        "host": host,
        "active": values["state"] == "active",
        "id": subscription_id,
    }
    changed = db.execute(statement, bound).one()
    if changed.state == "active" and row.state != "active":
        held = (
            "UPDATE deliveries SET due_at = now()"
            " WHERE subscription_id = :id AND state = 'pending' AND due_at IS NULL"
        )
        db.execute(text(held), {"id": subscription_id})
    if host != row.host:
        moved = text("UPDATE deliveries SET host = :host WHERE subscription_id = :id AND state = 'pending'")
        db.execute(moved, {"host": host, "id": subscription_id})
    return _view(changed)


def delete(db: Connection, subscription_id: int) -> None:
    """Removes a subscription with its deliveries and their attempts. Raises NotFound."""
    if db.execute(text("DELETE FROM subscriptions WHERE id = :id"), {"id": subscription_id}).rowcount == 0:
        raise NotFound(f"There is no subscription {subscription_id}.")


def disable(db: Connection, subscription_id: int, reason: str) -> None:
    """Ends a subscription whose endpoint refuses deliveries, and cancels those that are pending."""
    db.execute(_DISABLE, {"id": subscription_id, "reason": reason})
    db.execute(_CANCEL_PENDING, {"id": subscription_id})


def recipients(db: Connection) -> list[Recipient]:
    """Every subscription that is not disabled. One that is paused is owed its deliveries for later."""
    return [Recipient(row.id, tuple(row.events), row.filter) for row in db.execute(_RECIPIENTS)]


def _row(db: Connection, statement: Any, subscription_id: int) -> pagination.Record:
    row: pagination.Record | None = db.execute(statement, {"id": subscription_id}).first()
    if row is None:
        raise NotFound(f"There is no subscription {subscription_id}.")
    return row


def _view(row: pagination.Record) -> SubscriptionView:
    return SubscriptionView(
        id=row.id,
        url=row.url,
        events=tuple(row.events),
        filter=row.filter,
        description=row.description,
        state=row.state,
        disabled_reason=row.disabled_reason,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _host(url: str) -> str:
    """The host that `url` leads to, by which deliveries at once are bounded; URLs of every channel, as
    mailto, have one. Raises WebError (url_invalid) for a malformed http or https URL."""
    scheme = url.partition(":")[0].lower()
    if scheme in {"http", "https"}:
        return urls.host(url)
    parts = urlsplit(url)
    return parts.hostname or parts.path.rpartition("@")[2] or scheme


def _json(value: Mapping[str, Any]) -> str:
    return orjson.dumps(dict(value)).decode()
