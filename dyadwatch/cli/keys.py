"""`dyadwatch key`: API keys."""

from collections.abc import Sequence

import click

from dyadwatch.cli.arguments import NAME
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
def add(name: str, scopes: tuple[Scope, ...]) -> None:
    """Make a key and print it, this once."""
    with open_product() as product, product.store.begin() as db:
        new_key, token = keys.create(db, name, scopes or ("read",))
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
            )
            for each in all_items(lambda cursor: keys.page(db, limit=PAGE_SIZE, cursor=cursor))
        ]
    print_table(("id", "name", "key", "scopes", "made", "used", "revoked"), rows)


@key.command()
@click.argument("number", metavar="ID", type=int)
def revoke(number: int) -> None:
    """Revoke a key, effective at once."""
    with open_product() as product, product.store.begin() as db:
        keys.revoke(db, number)
    click.echo(f"key {number} revoked")
