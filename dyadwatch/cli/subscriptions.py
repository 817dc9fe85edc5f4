"""`dyadwatch subscription`: endpoints that alerts are sent to."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import IO, Any, Literal, get_args

import click
import orjson

from dyadwatch.cli.arguments import TEXT, grace_option
from dyadwatch.cli.documents import read_text
from dyadwatch.cli.groups import Group
from dyadwatch.cli.output import json_option, print_items, print_result
from dyadwatch.cli.session import open_product
from dyadwatch.cli.tables import all_items
from dyadwatch.errors import InvalidInput
from dyadwatch.model.alerts import ALERT_EVENT_TYPES, ARTICLE_EVENT_TYPES
from dyadwatch.model.subscriptions import (
    DigestTimes,
    EventType,
    NewSubscription,
    OperatorEventType,
    PayloadTemplate,
    PresetName,
    SecretKind,
    SubscriptionView,
    Timing,
    WatchEventType,
)
from dyadwatch.senders import signatures
from dyadwatch.store import filter_values, removal, subscriptions
from dyadwatch.subscriptions import check_headers, describe_filter, mails, parse_filter, templates
from dyadwatch.subscriptions.timing import available_time_zones, sent_types

_EVENTS = (*ALERT_EVENT_TYPES, *ARTICLE_EVENT_TYPES, *get_args(OperatorEventType), *get_args(WatchEventType))
_SIGNATURE = click.option(
    "--signature",
    type=click.Choice(get_args(SecretKind)),
    default="v1",
    show_default=True,
    help="v1: a secret that the receiver shares; v1a: a private key, of which it gets the public one.",
)
_TEMPLATE_OPTIONS = (
    click.option("--preset", type=click.Choice(get_args(PresetName)), help="Send what this service takes."),
    click.option(
        "--template-file",
        type=click.File(encoding="utf-8"),
        help="Holds Jinja that makes what is sent, JSON.",
    ),
    click.option(
        "--digest", type=click.Choice(["hour", "day"]), help="Send all of an hour or a day as one webhook."
    ),
    click.option("--at", type=click.DateTime(["%H:%M"]), help="When daily digests are sent: HH:MM, 08:00."),
    click.option("--time-zone", default="UTC", show_default=True, help="Of --at."),
    click.option("--text", is_flag=True, help="The template makes plain text, not JSON."),
    click.option(
        "--headers-file",
        type=click.File(encoding="utf-8"),
        help='Holds headers to send, as JSON: {"Authorization": "..."}; - is the standard input.',
    ),
)
_SECRET_FILE = click.option(
    "--secret-file",
    type=click.File(encoding="utf-8"),
    help="Holds a secret of your own; - is the standard input.",
)


def _template_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_TEMPLATE_OPTIONS):
        command = option(command)
    return command


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
@click.option(
    "--event", "events", multiple=True, type=click.Choice(_EVENTS), help="Default: those of alerts."
)
@click.option(
    "--filter",
    "filter_text",
    default="{}",
    type=TEXT,
    help=f'JSON, such as {{"watch": "assad-khamenei", "min_score": 0.5}}. {describe_filter()}',
)
@click.option("--description", type=TEXT)
@_SIGNATURE
@_SECRET_FILE
@_template_options
@json_option
def add(  # noqa: PLR0913  # the fields of a subscription
    url: str,
    *,
    events: tuple[EventType, ...],
    filter_text: str,
    description: str | None,
    signature: SecretKind,
    secret_file: IO[str] | None,
    headers_file: IO[str] | None,
    digest: Literal["hour", "day"] | None,
    at: datetime | None,
    time_zone: str,
    **template: Any,
) -> None:
    """Send alerts to URL. Prints what verifies them, this once."""
    new = NewSubscription(
        url=url,
        events=events or ALERT_EVENT_TYPES,
        filter=parse_filter(_parse_object(filter_text, "--filter")),
        description=description,
        template=_template(**template),
        headers=_headers(headers_file),
        timing=_timing(digest, at, time_zone),
    )
    secret = _signing_secret(signature, secret_file)
    with open_product() as product, product.store.begin() as db:
        product.senders.check(url)
        mails.check_fields(url, new.headers, new.template)
        if new.template is not None:
            product.pipeline.check_template(new.template, sent_types(new.events, new.timing))
        filter_values.check(db, new.filter, "/filter")
        new_subscription = subscriptions.create(db, new, secret, signatures.public_key(secret))
    click.echo(f"subscription {new_subscription.id}: {new_subscription.url}", err=True)
    _print_secret(secret, new_subscription)


@subscription.command()
@click.argument("number", metavar="ID", type=int)
@grace_option("Hours for which earlier secrets sign too.")
@_SIGNATURE
@_SECRET_FILE
@json_option
def rotate(number: int, grace: float, signature: SecretKind, secret_file: IO[str] | None) -> None:
    """Sign with another secret and print it, this once."""
    secret = _signing_secret(signature, secret_file)
    with open_product() as product, product.store.begin() as db:
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
    """Mail the link again by which its reader confirms a subscription."""
    with open_product() as product, product.store.begin() as db:
        view = subscriptions.ask_again(db, number)
    print_result(f"subscription {number}: {view.url.partition(':')[2]} is asked again", view)


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


def _signing_secret(signature: SecretKind, secret_file: IO[str] | None) -> str:
    if secret_file is None:
        return signatures.new_secret(signature)
    secret = read_text(secret_file, 1_000).strip()
    signatures.check_secret(secret)
    return secret


def _print_secret(secret: str, view: SubscriptionView) -> None:
    click.echo("what its webhooks are verified with, shown this once:", err=True)
    shown = signatures.public_key(secret) or secret
    print_result(shown, {**asdict(view), "secret": shown})


def _template(preset: PresetName | None, template_file: IO[str] | None, text: bool) -> PayloadTemplate | None:
    if preset is None and template_file is None:
        return None
    if preset is not None and (template_file is not None or text):
        raise click.UsageError("--preset goes with neither --template-file nor --text")
    body = None if template_file is None else read_text(template_file, templates.MAX_LENGTH + 1)
    if body is not None and len(body) > templates.MAX_LENGTH:
        raise InvalidInput(
            f"a template has at most {templates.MAX_LENGTH} characters", code="template_invalid"
        )
    return PayloadTemplate(preset, body, "text/plain" if text else None)


def _timing(every: Literal["hour", "day"] | None, at: datetime | None, time_zone: str) -> Timing | None:
    if at is not None and every != "day":
        raise click.UsageError("--at goes with --digest day")
    if time_zone not in available_time_zones():
        raise InvalidInput(f"{time_zone} is no time zone of the tz database", code="time_zone_unknown")
    if every is None:
        return None
    return Timing(digest=DigestTimes(every, time_zone, f"{at:%H:%M}" if at else None))


def _headers(file: IO[str] | None) -> dict[str, str]:
    headers = {} if file is None else _parse_object(read_text(file, 20_000), "--headers-file")
    return check_headers({name: str(value) for name, value in headers.items()})


def _parse_object(text: str, option: str) -> dict[str, object]:
    code = f"{option.removeprefix('--').removesuffix('-file')}_malformed"
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidInput(f"{option} is not JSON: {error}", code=code) from error
    if not isinstance(value, dict):
        raise InvalidInput(f"{option} is not a JSON object", code=code)
    return value
