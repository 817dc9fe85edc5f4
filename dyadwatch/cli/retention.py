"""Commands that remove what is stored: by age, or of one article or source."""

from dataclasses import asdict

import click

from dyadwatch.cli.groups import Group
from dyadwatch.cli.output import json_option, print_result
from dyadwatch.cli.session import open_product
from dyadwatch.model.expunging import ExpungeCounts


@click.command()
@json_option
def retain() -> None:
    """Expire now what the settings do not keep (DYADWATCH_KEEP_...). The workers do it once a day."""
    with open_product() as product:
        counts = product.pipeline.expire()
    print_result("expired: " + ", ".join(f"{name} {count}" for name, count in counts.items()), counts)


@click.group(cls=Group)
def expunge() -> None:
    """Remove one article or source wholly."""


_dry_run = click.option("--dry-run", is_flag=True, help="Only count what would be removed.")


@expunge.command()
@click.argument("number", metavar="ID", type=int)
@_dry_run
@json_option
def article(number: int, dry_run: bool) -> None:
    """Remove an article: its texts, pages as fetched, taggings, and what alerts quote of it.

    Alerts that it carried are updated or withdrawn; subscribers are notified."""
    with open_product() as product:
        counts = product.pipeline.expunge_article(number, dry_run=dry_run)
    _report(f"article {number}", counts, dry_run=dry_run)


@expunge.command()
@click.argument("number", metavar="ID", type=int)
@_dry_run
@json_option
def source(number: int, dry_run: bool) -> None:
    """Remove a source with its feeds, pages and articles, as `expunge article` removes them."""
    with open_product() as product:
        counts = product.pipeline.expunge_source(number, dry_run=dry_run)
    _report(f"source {number}", counts, dry_run=dry_run)


def _report(what: str, counts: ExpungeCounts, *, dry_run: bool) -> None:
    verb = "would be removed" if dry_run else "removed"
    text = f"{what} {verb}: " + ", ".join(f"{name} {count}" for name, count in asdict(counts).items())
    print_result(text, counts)
