"""`dyadwatch subscription`: endpoints that alerts are sent to."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from typing import IO, Any, get_args

import click
import orjson

from dyadwatch.bootstrap import Product
from dyadwatch.cli.arguments import TEXT, grace_option
from dyadwatch.cli.documents import read_text
from dyadwatch.cli.groups import Group
from dyadwatch.cli.output import json_option, print_items, print_result
from dyadwatch.cli.session import open_product
from dyadwatch.cli.subscription_options import field_options, read_fields
from dyadwatch.cli.tables import all_items
from dyadwatch.model.alerts import ALERT_EVENT_TYPES
from dyadwatch.model.subscriptions import Handshake, NewSubscription, SecretKind, SubscriptionView
from dyadwatch.senders import signatures
from dyadwatch.store import Connection, filter_values, removal, subscription_secrets, subscriptions
from dyadwatch.subscriptions import mails
from dyadwatch.subscriptions.timing import sent_types

_KINDS = click.Choice(get_args(SecretKind))
_SIGNATURE = click.option(
    "--signature",
    type=_KINDS,
    help="v1, the default: a secret that the receiver shares; v1a: a private key, it gets the public one.",
)
_SECRET_FILE = click.option(
    "--secret-file",
    type=click.File(encoding="utf-8"),
    help="Holds a secret of your own; - is the standard input.",
)


_COLUMNS: Mapping[str, Callable[[SubscriptionView], object]] = {
    "id": lambda each: each.id,
    "url": lambda each: each.url,
    "state": lambda each: each.state,
    "events": lambda each: each.events,
    "filter": lambda each: orjson.dumps(each.filter).decode(),
    "reason": lambda each: each.disabled_reason,
    "key": lambda each: each.key,
}


@click.group(cls=Group)
def subscription() -> None:
    """Endpoints that alerts are sent to."""


@subscription.command()
@click.argument("url", type=TEXT)
@_SIGNATURE
@_SECRET_FILE
@click.option(
    "--handshake",
    type=click.Choice(get_args(Handshake)),
    help="Send nothing else until the endpoint has allowed it: by OPTIONS (CloudEvents), or a test event.",
)
@field_options
@json_option
def add(
    url: str,
    *,
    signature: SecretKind | None,
    secret_file: IO[str] | None,
    handshake: Handshake | None,
    **options: Any,
) -> None:
    """Send alerts to URL. Prints what verifies them, this once."""
    fields = {"events": ALERT_EVENT_TYPES, "filter": {}, **read_fields(options)}
    new = NewSubscription(url=url, handshake=handshake, **fields)
    secret = _signing_secret(signature, secret_file)
    with open_product() as product, product.store.begin() as db:
        product.senders.check(url)
        _check(product, db, asdict(new) | {"template": new.template, "timing": new.timing})
        new_subscription = subscriptions.create(db, new, secret, signatures.public_key(secret))
    click.echo(f"subscription {new_subscription.id}: {new_subscription.url}", err=True)
    if new_subscription.state == "unconfirmed":
        click.echo("it is asked first; nothing else is sent until the answer", err=True)
    _print_secret(secret, new_subscription)


@subscription.command()
@click.argument("number", metavar="ID", type=int)
@click.option("--url", type=TEXT, help="Send to another address.")
@click.option("--state", type=click.Choice(["active", "paused"]), help="Resume or pause it.")
@click.option(
    "--without",
    multiple=True,
    type=click.Choice(["template", "headers", "timing", "max_per_second", "description"]),
    help="What it is to have no more.",
)
@field_options
@json_option
def edit(
    number: int, *, url: str | None, state: str | None, without: tuple[str, ...], **options: Any
) -> None:
    """Change a subscription: what is given replaces what was."""
    changes: dict[str, Any] = {} if url is None else {"url": url}
    changes |= ({} if state is None else {"state": state}) | read_fields(options)
    if twice := sorted(changes.keys() & set(without)):
        raise click.UsageError(f"--without {twice[0]} goes with no other {twice[0]}")
    for name in without:
        changes[name] = {} if name == "headers" else None
    if not changes:
        raise click.UsageError("say what to change; --help names what can be")
    with open_product() as product, product.store.begin() as db:
        before = subscriptions.get(db, number)
        if url is not None:
            product.senders.check(url)
        _check(product, db, {"headers": before.header_names, **_fields_of(before), **changes}, changes)
        changed = subscriptions.update(db, number, changes)
    print_result(f"subscription {number} changed: {changed.url}, {changed.state}", changed)


def _fields_of(view: SubscriptionView) -> Mapping[str, Any]:
    names = ("url", "events", "template", "timing")
    return {name: getattr(view, name) for name in names}


def _check(
    product: Product, db: Connection, fields: Mapping[str, Any], changed: Mapping[str, Any] | None = None
) -> None:
    """Refuses what the REST interface refuses, of the fields that a subscription would have; of those that do
    not change no more than how they go together."""
    changed = fields if changed is None else changed
    filter_values.check(db, changed.get("filter", {}), "/filter")
    if changed.keys().isdisjoint({"template", "events", "timing", "url", "headers"}):
        return
    mails.check_fields(fields["url"], fields["headers"], fields["template"], fields.get("handshake"))
    if fields["template"] is not None:
        product.pipeline.check_template(fields["template"], sent_types(fields["events"], fields["timing"]))


@subscription.command()
@click.argument("number", metavar="ID", type=int)
@grace_option("Hours for which earlier secrets sign too.")
@click.option("--signature", type=_KINDS, help="By default as the current one.")
@_SECRET_FILE
@json_option
def rotate(number: int, grace: float, signature: SecretKind | None, secret_file: IO[str] | None) -> None:
    """Sign with another secret and print it, this once."""
    with open_product() as product, product.store.begin() as db:
        subscriptions.get(db, number)
        current = subscription_secrets.kind(db, number)
        secret = _signing_secret(signature, secret_file, usual=current)
        subscriptions.rotate(db, number, secret, signatures.public_key(secret), grace=grace * 3600)
        rotated = subscriptions.get(db, number)
    _print_secret(secret, rotated)


@subscription.command("list")
@json_option
def list_() -> None:
    """List the subscriptions."""
    with open_product() as product, product.store.begin() as db:
        print_items(_COLUMNS, all_items(partial(subscriptions.page, db)))


@subscription.command()
@click.argument("number", metavar="ID", type=int)
@json_option
def remove(number: int) -> None:
    """Remove a subscription and its pending deliveries."""
    with open_product() as product:
        removal.remove(product.store, "subscription", number)
    print_result(f"subscription {number} removed", {"removed": number})


@subscription.command("confirmation")
@click.argument("number", metavar="ID", type=int)
@json_option
def confirmation(number: int) -> None:
    """Ask the reader or the endpoint of a subscription again, which has not confirmed it."""
    with open_product() as product, product.store.begin() as db:
        view = subscriptions.ask_again(db, number)
    print_result(f"subscription {number}: {view.url} is asked again", view)


@subscription.command()
@click.argument("number", metavar="ID", type=int)
@json_option
def test(number: int) -> None:
    """Send a test event now and print the response."""
    with open_product() as product:
        delivery = product.send_test(number)
    attempt = delivery.attempts[-1]
    outcome = f"answered {attempt.status}" if attempt.status else f"{attempt.error}: {attempt.detail}"
    print_result(f"{delivery.webhook_id}: {outcome} in {attempt.seconds:.2f} s", delivery)
    if delivery.state != "delivered":
        click.get_current_context().exit(1)


def _signing_secret(
    signature: SecretKind | None, secret_file: IO[str] | None, *, usual: SecretKind = "v1"
) -> str:
    if secret_file is None:
        return signatures.new_secret(signature or usual)
    secret = read_text(secret_file, 1_000).strip()
    signatures.check_secret(secret, signature)
    return secret


def _print_secret(secret: str, view: SubscriptionView) -> None:
    click.echo("what its webhooks are verified with, shown this once:", err=True)
    shown = signatures.public_key(secret) or secret
    print_result(shown, {**asdict(view), "secret": shown})
