"""Commands about the installation itself: its tables, its archive, its due work."""

import click

from dyadwatch import logs
from dyadwatch.cli.session import opened
from dyadwatch.local.local_urls import with_local_urls
from dyadwatch.local.seeding import seed, wait_for_servers
from dyadwatch.settings import Settings
from dyadwatch.store import schema


@click.command()
@click.option(
    "--seed",
    "seeded",
    is_flag=True,
    help="Also load the shipped watch, the starter sources and an admin key.",
)
@click.option("--empty", is_flag=True, help="With --seed: without the starter sources.")
@click.option("--wait", is_flag=True, help="Wait for the servers, however long they take.")
def migrate(seeded: bool, empty: bool, wait: bool) -> None:
    """Bring the database up to date. Safe to repeat."""
    with opened() as product:
        if wait:
            wait_for_servers(product, lambda line: click.echo(line, err=True))
        if not seeded:
            before, now = schema.migrate(product.store)
            click.echo(f"revision {now} (was {before or 'empty'})")
            return
        made = seed(product, starter=not empty)
    click.echo(
        f"revision {made.revision} (was {made.before or 'empty'}); {made.watches} watches, {made.sources} sources loaded"
    )
    if made.admin_key:
        click.echo(f"admin key, shown this once: {made.admin_key}")


@click.command()
def run() -> None:
    """Work off everything that is due now, here, without broker or workers."""
    settings = with_local_urls(Settings.from_environ(), broker=False)
    logs.start(settings)
    with opened(settings) as product:
        worked = product.pipeline.run_until_idle()
    click.echo(", ".join(f"{step} {count}" for step, count in worked.items()))


@click.command()
def retag() -> None:
    """Tag the archive again, with the watches and rules as they are now. The workers do it."""
    with opened() as product:
        count = product.pipeline.retag()
    click.echo(f"{count} pages will be tagged again")
