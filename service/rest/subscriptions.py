"""Subscriptions: endpoints that are sent alert events."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dyadwatch.errors import Conflict, FieldError, InvalidInput, NotFound
from dyadwatch.model.deliveries import DeliveryView, Recovery
from dyadwatch.model.subscriptions import (
    NewSubscription,
    PayloadTemplate,
    SecretView,
    SubscriptionHealth,
    SubscriptionView,
)
from dyadwatch.senders import signatures
from dyadwatch.store import (
    deliveries,
    endpoints,
    filter_values,
    health,
    keys,
    removal,
    subscription_secrets,
    subscriptions,
)
from dyadwatch.subscriptions import check_headers, mails, parse_filter
from dyadwatch.subscriptions.timing import sent_types
from service.rest.operations import Call, Operation, Transaction, require
from service.rest.requests import PageQuery, check_url
from service.rest.responses import ApiResponse, created_response, list_response
from service.rest.subscription_bodies import Range, Rotation, SubscriptionBody, SubscriptionChanges


@dataclass(frozen=True, slots=True)
class CreatedSubscription(SubscriptionView):
    """A new subscription with the secret that its webhooks are verified with, for `v1a` the public key. It is
    shown only in this response."""

    secret: str


@dataclass(frozen=True, slots=True)
class CreatedSecret(SecretView):
    """A new secret, for `v1a` its public key. It is shown only in this response."""

    secret: str


def list_subscriptions(call: Call, query: PageQuery) -> ApiResponse:
    """Newest first. A key sees the subscriptions that it made or was given, an admin key all."""
    with call.begin() as db:
        page = subscriptions.page(db, owner=call.owner, limit=query.limit, cursor=query.cursor)
    return list_response(page)


def create_subscription(call: Call, body: SubscriptionBody) -> ApiResponse:
    """The secret is shown only in this response. Webhooks are signed by Standard Webhooks. A subscription to
    a `mailto:` address is `unconfirmed`, and sent nothing else, until its reader has followed the link of a
    mail."""
    check_url(call.product.senders, body.url, "/url")
    new = NewSubscription(
        url=body.url,
        events=tuple(dict.fromkeys(body.events)),
        filter=parse_filter(body.filter),
        description=body.description,
        key=call.key.id,
        template=body.template.template() if body.template else None,
        headers=check_headers(body.headers),
        timing=body.timing.timing() if body.timing else None,
        max_per_second=body.max_per_second,
        handshake=body.handshake,
    )
    mails.check_fields(new.url, new.headers, new.template, new.handshake)
    if new.template is not None:
        call.product.pipeline.check_template(new.template, sent_types(new.events, new.timing))
    secret = body.signing_secret(body.signature)

    def action(db: Transaction) -> ApiResponse:
        filter_values.check(db, new.filter, "/filter")
        view = subscriptions.create(db, new, secret, signatures.public_key(secret))
        return created_response(view, f"/v1/subscriptions/{view.id}")

    return call.once(action)


def _secret(db: Transaction, document: Mapping[str, Any], owner: int | None) -> Mapping[str, str]:
    """What a CreatedSubscription has beside the view of a subscription: for whom it still belongs to."""
    try:
        subscriptions.get(db, document["id"], owner=owner)
    except NotFound as error:
        detail = "The subscription that this request made was removed since, or given to another key."
        raise Conflict(detail, code="subscription_removed") from error
    current = subscription_secrets.page(db, document["id"]).data[0]
    return {"secret": subscription_secrets.reveal(db, current.id, owner=owner)}


def list_secrets(call: Call, id: int) -> ApiResponse:  # noqa: A002  (the name in the path)
    """Those that sign now, the current one first, without the secrets themselves."""
    with call.begin() as db:
        subscriptions.get(db, id, owner=call.owner)
        return list_response(subscription_secrets.page(db, id))


def rotate_secret(call: Call, id: int, body: Rotation) -> ApiResponse:  # noqa: A002
    """Webhooks are signed by the new secret and, for a time, by those of before, so that the receiver can
    change over without losing one. The secret is shown only in this response."""

    def action(db: Transaction) -> ApiResponse:
        subscriptions.get(db, id, owner=call.owner)
        secret = body.signing_secret(body.signature or subscription_secrets.kind(db, id))
        view = subscriptions.rotate(
            db,
            id,
            secret,
            signatures.public_key(secret),
            grace=body.grace_seconds,
            owner=call.owner,
        )
        return created_response(view, f"/v1/subscriptions/{id}/secrets")

    return call.once(action)


def _rotated_secret(db: Transaction, document: Mapping[str, Any], owner: int | None) -> Mapping[str, str]:
    """What a CreatedSecret has beside the view of a secret: for whom its subscription still belongs to."""
    try:
        return {"secret": subscription_secrets.reveal(db, document["id"], owner=owner)}
    except NotFound as error:
        detail = "The secret that this request made has ended since, or is another key's."
        raise Conflict(detail, code="secret_ended") from error


def get_subscription(call: Call, id: int) -> ApiResponse:  # noqa: A002  (the name in the path)
    with call.begin() as db:
        return ApiResponse(subscriptions.get(db, id, owner=call.owner))


def change_subscription(call: Call, id: int, body: SubscriptionChanges) -> ApiResponse:  # noqa: A002
    changes = body.changes()
    if body.timing is not None:
        changes["timing"] = body.timing.timing()
    if "key" in changes:
        require(call.key, "admin")
    if "url" in changes:
        check_url(call.product.senders, changes["url"], "/url")
    if "events" in changes:
        changes["events"] = tuple(dict.fromkeys(changes["events"]))
    if "filter" in changes:
        changes["filter"] = parse_filter(changes["filter"])
    if "headers" in changes:
        changes["headers"] = check_headers(changes["headers"])
    if changes.get("template") is not None:
        changes["template"] = PayloadTemplate(**changes["template"])
    _check_template(call, id, changes)
    with call.begin() as db:
        filter_values.check(db, changes.get("filter", {}), "/filter")
        if "key" in changes:
            _check_key(db, changes["key"])
        return ApiResponse(subscriptions.update(db, id, changes, owner=call.owner))


def _check_template(call: Call, subscription: int, changes: Mapping[str, Any]) -> None:
    """Tries the template that a subscription would have on the events that it would be sent."""
    if changes.keys().isdisjoint({"template", "events", "timing", "url", "headers"}):
        return
    with call.begin() as db:
        before = subscriptions.get(db, subscription, owner=call.owner)
    template = changes.get("template", before.template)
    mails.check_fields(changes.get("url", before.url), changes.get("headers", ()), template)
    if template is not None:
        events, timing = changes.get("events", before.events), changes.get("timing", before.timing)
        call.product.pipeline.check_template(template, sent_types(events, timing))


def delete_subscription(call: Call, id: int) -> ApiResponse:  # noqa: A002
    """Removes its deliveries and their attempts too."""
    _check_owner(call, id)
    removal.remove(call.product.store, "subscription", id)
    return ApiResponse(status=204)


def pause_subscription(call: Call, id: int) -> ApiResponse:  # noqa: A002
    """What happens meanwhile is sent when it is resumed."""
    return _set_state(call, id, "paused")


def resume_subscription(call: Call, id: int) -> ApiResponse:  # noqa: A002
    """Makes a subscription active that was paused or disabled."""
    return _set_state(call, id, "active")


def _set_state(call: Call, subscription: int, state: str) -> ApiResponse:
    changes = {"state": state}
    return call.once(
        lambda db: ApiResponse(subscriptions.update(db, subscription, changes, owner=call.owner))
    )


def ask_again(call: Call, id: int) -> ApiResponse:  # noqa: A002
    """Asks the reader of an `unconfirmed` subscription again, by another mail with a link, or its endpoint by
    its handshake. An address is asked three times a day at most."""
    return call.once(lambda db: ApiResponse(subscriptions.ask_again(db, id, owner=call.owner)))


def get_health(call: Call, id: int) -> ApiResponse:  # noqa: A002
    """Of the last 24 hours, in one request."""
    with call.begin() as db:
        return ApiResponse(health.read(db, subscriptions.get(db, id, owner=call.owner)))


def recover_deliveries(call: Call, id: int, body: Range) -> ApiResponse:  # noqa: A002
    """Sends again, with the same webhook-ids and the whole schedule, what was created from `since` to `until`
    and then failed for good or was cancelled, but for tests. With `dry_run` it is only counted."""

    def action(db: Transaction) -> ApiResponse:
        view = subscriptions.get(db, id, owner=call.owner)
        states = subscriptions.lock(db, [id], to_change=True)
        if not body.dry_run:
            if states.get(id) != "active":
                detail = f"The subscription is {view.state}: resume it first."
                raise Conflict(detail, code=f"subscription_{view.state}")
            endpoints.unblock(db, id)
        until = body.until or datetime.now(UTC)
        recovery = deliveries.recover(db, id, since=body.since, until=until, dry_run=body.dry_run)
        return ApiResponse(recovery)

    return call.once(action)


def test_subscription(call: Call, id: int) -> ApiResponse:  # noqa: A002
    """Sends a `subscription.test` event now, once, and returns
    its delivery with the attempt, whether it succeeded or not."""
    _check_owner(call, id)
    return ApiResponse(call.product.send_test(id))


def _check_owner(call: Call, subscription_id: int) -> None:
    """Raises NotFound where the key of a request may not see a subscription."""
    with call.begin() as db:
        subscriptions.get(db, subscription_id, owner=call.owner)


def _check_key(db: Transaction, key_id: int) -> None:
    """Raises InvalidInput where there is no such API key, or it was revoked."""
    if not keys.exists(db, key_id):
        problem = FieldError("/key", "is no API key that is in use", "unknown_key")
        raise InvalidInput(f"There is no key {key_id}, or it was revoked.", errors=[problem])


OPERATIONS = (
    Operation(
        "GET",
        "/v1/subscriptions",
        list_subscriptions,
        "List subscriptions",
        "read",
        SubscriptionView,
        many=True,
    ),
    Operation(
        "POST",
        "/v1/subscriptions",
        create_subscription,
        "Subscribe an endpoint",
        "subscribe",
        CreatedSubscription,
        status=201,
        idempotent=True,
        complete=_secret,
    ),
    Operation(
        "GET", "/v1/subscriptions/{id}", get_subscription, "Get a subscription", "read", SubscriptionView
    ),
    Operation(
        "PATCH",
        "/v1/subscriptions/{id}",
        change_subscription,
        "Change, pause or resume a subscription",
        "subscribe",
        SubscriptionView,
        may_conflict=True,
    ),
    Operation(
        "DELETE",
        "/v1/subscriptions/{id}",
        delete_subscription,
        "Remove a subscription",
        "subscribe",
        status=204,
    ),
    Operation(
        "GET",
        "/v1/subscriptions/{id}/secrets",
        list_secrets,
        "List the secrets of a subscription",
        "read",
        SecretView,
        many=True,
    ),
    Operation(
        "POST",
        "/v1/subscriptions/{id}/secrets",
        rotate_secret,
        "Rotate the secret of a subscription",
        "subscribe",
        CreatedSecret,
        status=201,
        may_conflict=True,
        idempotent=True,
        complete=_rotated_secret,
    ),
    Operation(
        "POST",
        "/v1/subscriptions/{id}/pause",
        pause_subscription,
        "Pause a subscription",
        "subscribe",
        SubscriptionView,
        idempotent=True,
    ),
    Operation(
        "POST",
        "/v1/subscriptions/{id}/resume",
        resume_subscription,
        "Resume a subscription",
        "subscribe",
        SubscriptionView,
        idempotent=True,
    ),
    Operation(
        "POST",
        "/v1/subscriptions/{id}/confirmation",
        ask_again,
        "Ask the reader or endpoint of a subscription again",
        "subscribe",
        SubscriptionView,
        may_conflict=True,
        idempotent=True,
    ),
    Operation(
        "GET",
        "/v1/subscriptions/{id}/health",
        get_health,
        "Get the health of a subscription",
        "read",
        SubscriptionHealth,
    ),
    Operation(
        "POST",
        "/v1/subscriptions/{id}/recover",
        recover_deliveries,
        "Send again what failed in a range of time",
        "subscribe",
        Recovery,
        may_conflict=True,
        idempotent=True,
    ),
    Operation(
        "POST",
        "/v1/subscriptions/{id}/test",
        test_subscription,
        "Send a test event",
        "subscribe",
        DeliveryView,
        may_conflict=True,
        lane="network",
    ),
)
