"""`dyadwatch key`: API keys."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import click

from dyadwatch.cli.arguments import NAME, grace_option
from dyadwatch.cli.session import open_product
from dyadwatch.cli.tables import PAGE_SIZE, all_items, print_table
from dyadwatch.model.keys import SCOPES, Scope
from dyadwatch.store import keys


@click.group()
def key() -> None:
    """API keys."""


@key.command()
@click.argument("name", type=NAME)
@click.option("--scope", "scopes", multiple=True, type=click.Choice(SCOPES), help="Default: read.")
@click.option("--owner", type=NAME, help="Whose it is.")
@click.option("--days", type=click.IntRange(1, 36_500), help="For which it is accepted. Default: for ever.")
def add(name: str, scopes: tuple[Scope, ...], owner: str | None, days: int | None) -> None:
    """Make a key and print it, this once."""
    expires_at = None if days is None else datetime.now(UTC) + timedelta(days=days)
    with open_product() as product, product.store.begin() as db:
        new_key, token = keys.create(db, name, scopes or ("read",), owner=owner, expires_at=expires_at)
    click.echo(f"key {new_key.id}: {new_key.name}, {_scopes(new_key.scopes)}; shown this once:", err=True)
    click.echo(token)


def _scopes(scopes: Sequence[Scope]) -> str:
    return f"{'scope' if len(scopes) == 1 else 'scopes'}: {', '.join(scopes)}"


@key.command("list")
def list_() -> None:
    """List the keys by their first characters."""
    with open_product() as product, product.store.begin() as db:
        rows = [
            (
                each.id,
                each.name,
                each.prefix + "…",
                each.scopes,
                each.created_at,
                each.last_used_at,
                each.revoked_at,
                each.owner,
                each.expires_at,
            )
            for each in all_items(lambda cursor: keys.page(db, limit=PAGE_SIZE, cursor=cursor))
        ]
    print_table(("id", "name", "key", "scopes", "made", "used", "revoked", "owner", "expires"), rows)


@key.command()
@click.argument("number", metavar="ID", type=int)
@grace_option("Hours for which the key of before is accepted too.")
def rotate(number: int, grace: float) -> None:
    """Replace a key and print the new one, this once. Its subscriptions stay."""
    with open_product() as product, product.store.begin() as db:
        new_key, token = keys.rotate(db, number, grace=grace * 3600)
    click.echo(f"key {new_key.id}: {new_key.name}; shown this once:", err=True)
    click.echo(token)


@key.command()
@click.argument("number", metavar="ID", type=int)
def revoke(number: int) -> None:
    """Revoke a key, effective at once."""
    with open_product() as product, product.store.begin() as db:
        keys.revoke(db, number)
    click.echo(f"key {number} revoked")
