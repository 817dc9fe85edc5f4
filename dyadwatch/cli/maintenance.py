"""Commands on the whole installation: its schema, its due work, its archive."""

import click

from dyadwatch import logs
from dyadwatch.cli.session import open_product
from dyadwatch.local.local_settings import with_local_settings
from dyadwatch.local.seeding import seed, wait_for_servers
from dyadwatch.local.terminal import quantity
from dyadwatch.model.steps import Step
from dyadwatch.settings import Settings
from dyadwatch.store import schema


@click.command()
@click.option(
    "--seed",
    "with_seed",
    is_flag=True,
    help="Also add the shipped watches, the starter sources and an admin key.",
)
@click.option("--empty", is_flag=True, help="With --seed: without the starter sources.")
@click.option("--wait", is_flag=True, help="Wait for the servers, however long they take.")
def migrate(with_seed: bool, empty: bool, wait: bool) -> None:
    """Bring the database up to date. Safe to repeat."""
    with open_product() as product:
        if wait:
            wait_for_servers(product, lambda line: click.echo(line, err=True))
        if not with_seed:
            before, now = schema.migrate(product.store)
            click.echo(f"revision {now} (was {before or 'empty'})")
            return
        result = seed(product, starter=not empty)
    click.echo(
        f"revision {result.revision} (was {result.before or 'empty'}); "
        f"{quantity(result.watches, 'watch', 'watches')}, {quantity(result.sources, 'source')} added"
    )
    if result.admin_key:
        click.echo(f"admin key, shown this once: {result.admin_key}")


@click.command()
def run() -> None:
    """Do all work that is due now in this process, without broker or workers."""
    settings = with_local_settings(Settings.from_environ(), broker=False)
    logs.start(settings)
    with open_product(settings) as product:
        counts = product.pipeline.run_until_idle()
    click.echo(", ".join(f"{step} {count}" for step, count in counts.items()))


@click.command()
def sweep() -> None:
    """Make due whatever was lost: rows that are neither due, being worked, done nor waiting for a person. The
    workers do this every ten minutes; here are the counts."""
    with open_product() as product:
        counts = {step: product.pipeline.sweep(step) for step in Step}
    click.echo("lost and due again: " + ", ".join(f"{step} {count}" for step, count in counts.items()))


@click.command()
def retag() -> None:
    """Tag the archive again, with the watches and rules as they are now. The
    workers do it, from new pages to old, when nothing else is to be tagged."""
    with open_product() as product:
        count = product.pipeline.retag()
    about = "about " if count.is_estimate else ""
    click.echo(f"{about}{quantity(count.value, 'page')} will be tagged again")
