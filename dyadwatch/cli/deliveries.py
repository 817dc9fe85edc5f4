"""`dyadwatch delivery`: events on their way to subscriptions."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, get_args

import click

from dyadwatch.cli.groups import Group
from dyadwatch.cli.output import json_option, limit_option, print_items, print_result
from dyadwatch.cli.session import open_product
from dyadwatch.cli.tables import all_items
from dyadwatch.model.deliveries import DeliveryState, DeliveryView
from dyadwatch.store import deliveries as rows


def _last(delivery: DeliveryView) -> str:
    if not delivery.attempts:
        return ""
    attempt = delivery.attempts[-1]
    return str(attempt.error or attempt.status or "")


_COLUMNS: Mapping[str, Callable[[DeliveryView], object]] = {
    "id": lambda each: each.id,
    "created": lambda each: each.created_at,
    "subscription": lambda each: each.subscription,
    "event": lambda each: each.event_type,
    "alert": lambda each: each.alert,
    "state": lambda each: each.state,
    "attempts": lambda each: each.attempt_count,
    "next": lambda each: each.next_attempt_at,
    "last": _last,
}


@click.group(cls=Group)
def delivery() -> None:
    """Events on their way to subscriptions."""


@delivery.command("list")
@click.option("--subscription", type=click.IntRange(1), help="To this subscription.")
@click.option("--state", type=click.Choice(get_args(DeliveryState)), help="In this state.")
@click.option("--alert", type=click.IntRange(1), help="About this alert.")
@limit_option
@json_option
def list_(limit: int, **filters: Any) -> None:
    """List deliveries, newest first, with what came of the last attempt."""
    with open_product() as product, product.store.begin() as db:
        print_items(_COLUMNS, all_items(partial(rows.page, db, **filters), limit))


@delivery.command()
@click.argument("number", metavar="ID", type=int)
@json_option
def retry(number: int) -> None:
    """Send a delivery again."""
    with open_product() as product, product.store.begin() as db:
        again = rows.resend(db, number)
    print_result(f"delivery {number} is due again", again)
