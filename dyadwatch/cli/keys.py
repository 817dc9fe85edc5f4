"""`dyadwatch key`: API keys."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import partial

import click

from dyadwatch.cli.arguments import NAME, grace_option
from dyadwatch.cli.groups import Group
from dyadwatch.cli.output import json_option, print_items, print_result, wants_json
from dyadwatch.cli.session import open_product
from dyadwatch.cli.tables import all_items
from dyadwatch.local.program import program
from dyadwatch.model.keys import SCOPES, KeyView, Scope
from dyadwatch.store import keys

_COLUMNS: Mapping[str, Callable[[KeyView], object]] = {
    "id": lambda each: each.id,
    "name": lambda each: each.name,
    "key": lambda each: each.prefix + "…",
    "scopes": lambda each: each.scopes,
    "made": lambda each: each.created_at,
    "used": lambda each: each.last_used_at,
    "revoked": lambda each: each.revoked_at,
    "owner": lambda each: each.owner,
    "expires": lambda each: each.expires_at,
}


@click.group(cls=Group, invoke_without_command=True)
@json_option
@click.pass_context
def key(context: click.Context) -> None:
    """API keys. Without a command: what is known of them, which is all but the keys themselves."""
    if context.invoked_subcommand is None and wants_json():
        context.invoke(list_)
    elif context.invoked_subcommand is None:
        context.invoke(list_)
        click.echo("a key is shown once, when it is made; to make another admin key:", err=True)
        click.echo(f"  {program()} key add me --scope admin", err=True)


@key.command()
@click.argument("name", type=NAME)
@click.option("--scope", "scopes", multiple=True, type=click.Choice(SCOPES), help="Default: read.")
@click.option("--owner", type=NAME, help="Whose it is.")
@click.option("--days", type=click.IntRange(1, 36_500), help="For which it is accepted. Default: for ever.")
@json_option
def add(name: str, scopes: tuple[Scope, ...], owner: str | None, days: int | None) -> None:
    """Make a key and print it, this once."""
    expires_at = None if days is None else datetime.now(UTC) + timedelta(days=days)
    with open_product() as product, product.store.begin() as db:
        new_key, token = keys.create(db, name, scopes or ("read",), owner=owner, expires_at=expires_at)
    click.echo(f"key {new_key.id}: {new_key.name}, {_scopes(new_key.scopes)}; shown this once:", err=True)
    print_result(token, {**asdict(new_key), "key": token})


def _scopes(scopes: Sequence[Scope]) -> str:
    return f"{'scope' if len(scopes) == 1 else 'scopes'}: {', '.join(scopes)}"


@key.command("list")
@json_option
def list_() -> None:
    """List the keys by their first characters."""
    with open_product() as product, product.store.begin() as db:
        print_items(_COLUMNS, all_items(partial(keys.page, db)))


@key.command()
@click.argument("number", metavar="ID", type=int)
@grace_option("Hours for which the key of before is accepted too.")
@json_option
def rotate(number: int, grace: float) -> None:
    """Replace a key and print the new one, this once. Its subscriptions stay."""
    with open_product() as product, product.store.begin() as db:
        new_key, token = keys.rotate(db, number, grace=grace * 3600)
    click.echo(f"key {new_key.id}: {new_key.name}; shown this once:", err=True)
    print_result(token, {**asdict(new_key), "key": token})


@key.command()
@click.argument("number", metavar="ID", type=int)
@json_option
def revoke(number: int) -> None:
    """Revoke a key, effective at once."""
    with open_product() as product, product.store.begin() as db:
        revoked = keys.revoke(db, number)
    print_result(f"key {number} revoked", revoked)
