"""`dyadwatch key`: API keys."""

import click

from dyadwatch.cli.session import opened
from dyadwatch.cli.tables import PAGE, every, table
from dyadwatch.model.keys import SCOPES, Scope
from dyadwatch.store import keys


@click.group()
def key() -> None:
    """API keys."""


@key.command()
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, type=click.Choice(SCOPES), help="Default: read.")
def add(name: str, scopes: tuple[Scope, ...]) -> None:
    """Make a key and print it, this once."""
    with opened() as product, product.store.begin() as db:
        made, token = keys.create(db, name, scopes or ("read",))
    click.echo(f"key {made.id}: {made.name}, may {', '.join(made.scopes)}; shown this once:", err=True)
    click.echo(token)


@key.command("list")
def list_() -> None:
    """Show every key, by its first characters."""
    with opened() as product, product.store.begin() as db:
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
            for each in every(lambda cursor: keys.page(db, limit=PAGE, cursor=cursor))
        ]
    table(("id", "name", "key", "may", "made", "used", "revoked"), rows)


@key.command()
@click.argument("number", metavar="ID", type=int)
def revoke(number: int) -> None:
    """End a key at once."""
    with opened() as product, product.store.begin() as db:
        keys.revoke(db, number)
    click.echo(f"key {number} revoked")
