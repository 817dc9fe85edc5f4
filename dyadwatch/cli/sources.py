"""`dyadwatch source`: publishers and their feeds."""

import sys
from typing import BinaryIO

import click

from dyadwatch import urls
from dyadwatch.cli.session import opened
from dyadwatch.cli.tables import PAGE, every, table
from dyadwatch.feeds import opml
from dyadwatch.model.feeds import NewFeed
from dyadwatch.model.sources import NewSource
from dyadwatch.store import sources


@click.group()
def source() -> None:
    """Publishers and their feeds."""


@source.command()
@click.argument("name")
@click.argument("feeds", metavar="FEED_URL...", nargs=-1, required=True)
@click.option("--homepage")
@click.option("--country", help="ISO 3166, two letters.")
@click.option("--side", help='A word of yours, such as "syrian" or "western".')
@click.option("--language", help="BCP 47, such as ar.")
@click.option("--ownership", help='A word of yours, such as "state" or "private".')
def add(name: str, feeds: tuple[str, ...], **facts: str | None) -> None:
    """Watch a publisher by its feeds."""
    new = NewSource(
        name=name,
        feeds=tuple(NewFeed(urls.strict(url)) for url in feeds),
        homepage=facts["homepage"],
        country=facts["country"],
        side=facts["side"],
        language=facts["language"],
        ownership=facts["ownership"],
    )
    with opened() as product, product.store.begin() as db:
        made = sources.create(db, new)
    click.echo(f"source {made.id}: {made.name}, {len(made.feeds)} feeds")


@source.command("list")
def list_() -> None:
    """Show every source with the state of its feeds."""
    with opened() as product, product.store.begin() as db:
        rows = [
            (each.id, each.name, each.country, each.side, each.language, feed.url, feed.state, feed.last_polled_at,
             feed.last_error.code if feed.last_error else "")
            for each in every(lambda cursor: sources.page(db, limit=PAGE, cursor=cursor))
            for feed in each.feeds
        ]  # fmt: skip
    table(("id", "name", "country", "side", "language", "feed", "state", "polled", "error"), rows)


@source.command("import")
@click.argument("file", metavar="FILE.opml", type=click.File("rb"))
def import_(file: BinaryIO) -> None:
    """Watch every source of an OPML file that is not watched yet."""
    wanted = opml.read(file.read())
    with opened() as product, product.store.begin() as db:
        made = sources.ensure(db, wanted)
    click.echo(f"{made} sources added, {len(wanted) - made} were there already")


@source.command()
def export() -> None:
    """Write every source as OPML, which other feed readers import."""
    with opened() as product, product.store.begin() as db:
        found = [*every(lambda cursor: sources.page(db, limit=PAGE, cursor=cursor))]
    sys.stdout.buffer.write(opml.write(found))


@source.command()
@click.argument("number", metavar="ID", type=int)
def remove(number: int) -> None:
    """Stop watching a source. Its articles and alerts stay."""
    with opened() as product, product.store.begin() as db:
        sources.delete(db, number)
    click.echo(f"source {number} removed")
