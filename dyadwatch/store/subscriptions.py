"""Subscriptions: endpoints that are sent alert events.

Each belongs to an API key. `owner` is the key whose subscriptions alone are there for a caller, None where
all are.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import orjson
from sqlalchemy import Connection, Select, select, text

from dyadwatch import urls
from dyadwatch.errors import Conflict, FieldError, InvalidInput, NotFound
from dyadwatch.model.pagination import ListPage
from dyadwatch.model.subscriptions import (
    NewSubscription,
    Recipient,
    SecretView,
    SubscriptionState,
    SubscriptionView,
)
from dyadwatch.store import (
    confirmations,
    custom_headers,
    deliveries,
    endpoints,
    held_deliveries,
    pagination,
    subscription_secrets,
)
from dyadwatch.store.columns import (
    template_from_column,
    template_to_column,
    timing_from_column,
    timing_to_column,
)
from dyadwatch.store.queries import Query, Rows, run
from dyadwatch.subscriptions.confirmations import needs_confirmation

MAX_OF_KEY = 1_000  # subscriptions that a key may make: each is owed a delivery of every alert that fits

_CHANGEABLE = (
    "url",
    "events",
    "filter",
    "description",
    "state",
    "key",
    "template",
    "timing",
    "max_per_second",
)
_HEADERS = "headers"
_OF_READERS = {"state", "description"}  # what of a subscription by the hub may be changed
_ALL = select(text("*")).select_from(text("subscriptions"))
_BY_ID = _ALL.where(text("id = :id AND (CAST(:owner AS bigint) IS NULL OR key_id = :owner)"))
_COUNT = text("SELECT count(*) FROM subscriptions WHERE key_id = :key")
_INSERT = text("""
INSERT INTO subscriptions (url, host, events, filter, description, key_id,
    template, header_names, sealed_headers, timing, max_per_second, state, handshake)
VALUES (:url, :host, :events, CAST(:filter AS jsonb), :description, :key, CAST(:template AS jsonb),
    :header_names, :sealed_headers, CAST(:timing AS jsonb), :max_per_second, :state,
    :handshake)
RETURNING *
""")
_UPDATE = text("""
UPDATE subscriptions SET url = :url, host = :host, events = :events, filter = CAST(:filter AS jsonb),
    description = :description, key_id = :key, state = :state, updated_at = now(),
    template = CAST(:template AS jsonb), header_names = :header_names, sealed_headers = :sealed_headers,
    timing = CAST(:timing AS jsonb), max_per_second = :max_per_second,
    disabled_reason = CASE WHEN :state = 'active' THEN NULL ELSE disabled_reason END,
    failures = CASE WHEN :anew THEN 0 ELSE failures END,
    failing_since = CASE WHEN :anew THEN NULL ELSE failing_since END,
    blocked_until = CASE WHEN :anew THEN NULL ELSE blocked_until END
WHERE id = :id RETURNING *
""")
_DELETE = text("DELETE FROM subscriptions WHERE id = :id")
_DISABLE = text("""
UPDATE subscriptions SET state = 'disabled', disabled_reason = :reason, updated_at = now()
WHERE id = :id AND state <> 'disabled'
""")
# Whoever changes deliveries for their subscription's sake locks that first, so that none waits for another
# in a ring.
_LOCK_TO_READ = text("SELECT id, state FROM subscriptions WHERE id = ANY(:ids) ORDER BY id FOR SHARE")
_LOCK_TO_CHANGE = text("SELECT id, state FROM subscriptions WHERE id = ANY(:ids) ORDER BY id FOR UPDATE")
# What is pushed of a link ends with the link's key and with the lease.
_RECIPIENTS = text("""
SELECT id, events, filter FROM subscriptions AS one
WHERE state IN ('active', 'paused') AND (topic IS NULL OR lease_until > now() AND EXISTS (
    SELECT FROM api_keys WHERE id = one.key_id AND revoked_at IS NULL
        AND (expires_at IS NULL OR expires_at > now())))
ORDER BY id
""")


def check_count(db: Connection, key: int) -> None:
    """Raises Conflict `too_many_subscriptions` where a key has as many as it may."""
    if db.execute(_COUNT, {"key": key}).scalar_one() >= MAX_OF_KEY:
        raise Conflict(f"A key may have {MAX_OF_KEY} subscriptions.", code="too_many_subscriptions")


def create(
    db: Connection, new: NewSubscription, secret: str, public_key: str | None = None
) -> SubscriptionView:
    """Stores a subscription with the secret that signs what it is sent. One by mail, or with a handshake, is
    unconfirmed, and its reader or endpoint is asked. Raises Conflict `too_many_subscriptions` where its key
    has as many as it may, and `too_many_confirmations`."""
    if new.key is not None:
        check_count(db, new.key)
    params = {
        "url": new.url,
        "host": _host(new.url),
        "events": list(new.events),
        "filter": _json(new.filter),
        "description": new.description,
        "key": new.key,
        "template": template_to_column(new.template),
        "timing": timing_to_column(new.timing),
        "max_per_second": new.max_per_second,
        "state": "unconfirmed" if needs_confirmation(new.url, new.handshake) else "active",
        "handshake": new.handshake,
        **custom_headers.columns(db, new.headers),
    }
    view = _view(db.execute(_INSERT, params).one())
    subscription_secrets.add(db, view.id, secret, public_key)
    if view.state == "unconfirmed":
        confirmations.ask(db, view.id, view.url, view.handshake)
    return view


def get(db: Connection, subscription_id: int, *, owner: int | None = None) -> SubscriptionView:
    """Raises NotFound."""
    return _view(_row(db, _BY_ID, subscription_id, owner))


def rotate(
    db: Connection,
    subscription_id: int,
    secret: str,
    public_key: str | None = None,
    *,
    grace: float,
    owner: int | None = None,
) -> SecretView:
    """Gives a subscription another secret. The earlier ones also sign what it is sent for `grace` seconds
    more. Raises NotFound, and Conflict `too_many_secrets`."""
    _row(db, _BY_ID.with_for_update(), subscription_id, owner)
    return subscription_secrets.add(db, subscription_id, secret, public_key, grace=grace)


def page(
    db: Connection, *, owner: int | None = None, limit: int, cursor: str | None
) -> ListPage[SubscriptionView]:
    """Subscriptions, newest first."""
    conditions = [] if owner is None else ["key_id = :owner"]
    stream = pagination.stream("subscriptions", *conditions)
    params = {"owner": owner}
    return pagination.read(
        db, _ALL, params, _views, stream=stream, kind="subscriptions", limit=limit, cursor=cursor
    )


def update(
    db: Connection, subscription_id: int, changes: Mapping[str, Any], *, owner: int | None = None
) -> SubscriptionView:
    """Changes fields of a subscription; making it active again, or sending it elsewhere, forgets how its
    endpoint did. Another server gets none of the earlier headers. By mail, or with a handshake, it is
    unconfirmed again where it gets another address, and where its reader may have ended it.

    Pending deliveries follow the subscription to its new URL. Raises NotFound, and Conflict
    `subscription_unconfirmed` or `too_many_confirmations`.
    """
    unknown = [
        FieldError(f"/{name}", "cannot be changed", "unknown_field")
        for name in changes
        if name not in (*_CHANGEABLE, _HEADERS)
    ]
    if unknown:
        raise InvalidInput("A subscription has no such field to change.", errors=unknown)
    row = _row(db, _BY_ID.with_for_update(), subscription_id, owner)
    before = _view(row)
    _check_reader(before, changes)
    values = {name: changes.get(name, getattr(before, name)) for name in _CHANGEABLE}
    values["state"] = _state(before, values)
    params = {
        **values,
        **custom_headers.changed_columns(db, row, changes.get(_HEADERS), values["url"]),
        "template": template_to_column(values["template"]),
        "timing": timing_to_column(values["timing"]),
        "events": list(values["events"]),
        "filter": _json(values["filter"]),
        "host": _host(values["url"]),
        "id": subscription_id,
        "anew": values["url"] != before.url or (values["state"] == "active" and before.state != "active"),
    }
    after = db.execute(_UPDATE, params).one()
    _follow(db, before, row.host, after)
    return _view(after)


def _check_reader(before: SubscriptionView, changes: Mapping[str, Any]) -> None:
    """Raises InvalidInput where a reader alone says what is to change, by the hub."""
    theirs = [name for name in changes if name not in _OF_READERS]
    if before.topic is not None and theirs:
        errors = [
            FieldError(f"/{name}", "is said by its reader, at the hub", "contradictory") for name in theirs
        ]
        raise InvalidInput("A reader made this subscription at the hub.", errors=errors)


def _follow(db: Connection, before: SubscriptionView, host: str, after: pagination.Record) -> None:
    """Does what follows from a change: asks the reader, and lets go or moves what is owed."""
    if after.state == "unconfirmed" and (before.state != "unconfirmed" or after.url != before.url):
        confirmations.ask(db, before.id, after.url, after.handshake)
    if after.state == "active" and before.state != "active":
        deliveries.resume(db, before.id)
    elif timing_from_column(after.timing) != before.timing:
        held_deliveries.release(db, before.id)
    if after.host != host:
        deliveries.move(db, before.id, after.host)


def ask_again(db: Connection, subscription_id: int, *, owner: int | None = None) -> SubscriptionView:
    """Asks the reader or endpoint of an unconfirmed subscription again. Raises NotFound, Conflict
    `subscription_confirmed` and `too_many_confirmations`."""
    view = _view(_row(db, _BY_ID.with_for_update(), subscription_id, owner))
    if view.state != "unconfirmed" or view.topic is not None:
        raise Conflict(
            f"The subscription is {view.state}: nobody is to be asked.", code="subscription_confirmed"
        )
    confirmations.ask(db, subscription_id, view.url, view.handshake)
    return view


def delete(db: Connection, subscription_id: int) -> None:
    """Removes a subscription with its deliveries and their attempts. Raises NotFound."""
    if db.execute(_DELETE, {"id": subscription_id}).rowcount == 0:
        raise _not_found(subscription_id)


def lock(db: Connection, subscription_ids: Collection[int], *, to_change: bool) -> Mapping[int, str]:
    """The states of subscriptions, which stay until the transaction ends; those that were deleted are left
    out. `to_change`: this transaction may disable some of them."""
    return run(db, lock_query(subscription_ids, to_change=to_change))


def lock_query(subscription_ids: Collection[int], *, to_change: bool) -> Query[Mapping[int, str]]:
    """What `lock` does, to be run together with others."""
    statement = _LOCK_TO_CHANGE if to_change else _LOCK_TO_READ
    return Query(statement, {"ids": sorted(subscription_ids)}, _states)


def disable(db: Connection, subscription_id: int, reason: str) -> None:
    """Ends a subscription whose endpoint refuses deliveries, and cancels those that are pending."""
    db.execute(_DISABLE, {"id": subscription_id, "reason": reason})
    deliveries.cancel(db, subscription_id)


def recipients_query() -> Query[list[Recipient]]:
    """Every subscription that is active or paused. One that is paused is owed its deliveries for later."""
    return Query(_RECIPIENTS, {}, _recipients)


def _states(rows: Rows) -> Mapping[int, str]:
    return {row.id: row.state for row in rows}


def _recipients(rows: Rows) -> list[Recipient]:
    return [Recipient(row.id, tuple(row.events), row.filter) for row in rows]


def _row(
    db: Connection, statement: Select[Any], subscription_id: int, owner: int | None
) -> pagination.Record:
    row = db.execute(statement, {"id": subscription_id, "owner": owner}).first()
    if row is None:
        raise _not_found(subscription_id)
    return row


def _not_found(subscription_id: int) -> NotFound:
    return NotFound(f"There is no subscription {subscription_id}.")


def _views(rows: Sequence[pagination.Record]) -> list[SubscriptionView]:
    return [_view(row) for row in rows]


def _view(row: pagination.Record) -> SubscriptionView:
    return SubscriptionView(
        id=row.id,
        url=row.url,
        events=tuple(row.events),
        filter=row.filter,
        description=row.description,
        key=row.key_id,
        state=row.state,
        disabled_reason=row.disabled_reason,
        endpoint=endpoints.view(row._asdict()),
        created_at=row.created_at,
        updated_at=row.updated_at,
        template=template_from_column(row.template),
        header_names=tuple(row.header_names),
        timing=timing_from_column(row.timing),
        max_per_second=row.max_per_second,
        topic=row.topic,
        lease_until=row.lease_until,
        handshake=row.handshake,
    )


def _state(before: SubscriptionView, values: Mapping[str, Any]) -> SubscriptionState:
    """The state that follows from changed values. Raises Conflict `subscription_unconfirmed`."""
    state: SubscriptionState = values["state"]
    is_new = values["url"] != before.url
    if not needs_confirmation(values["url"], before.handshake) and before.topic is None:
        return "active" if state == "unconfirmed" else state
    if is_new or (before.state == "disabled" and state == "active" and before.topic is None):
        return "unconfirmed"
    if before.state == "unconfirmed" and state != "unconfirmed":
        detail = "Its reader or endpoint has not confirmed it yet."
        raise Conflict(detail, code="subscription_unconfirmed")
    return state


def _host(url: str) -> str:
    """The host that `url` leads to, by which deliveries at once are bounded; URLs of every channel have one,
    those of mail the same, for it leaves by one server. Raises WebError (url_invalid) for a malformed http or
    https URL."""
    scheme = url.partition(":")[0].lower()
    if scheme in {"http", "https"}:
        return urls.host(url)
    return urlsplit(url).hostname or scheme


def _json(value: Mapping[str, Any]) -> str:
    return orjson.dumps(dict(value)).decode()
