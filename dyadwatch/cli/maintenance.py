"""Commands on the whole installation: its schema, its due work, its archive."""

import click
from rich.console import Console
from rich.progress import Progress

from dyadwatch import logs
from dyadwatch.bootstrap import Product
from dyadwatch.cli.arguments import TEXT
from dyadwatch.cli.output import json_option, print_json, print_result, wants_json
from dyadwatch.cli.session import open_product
from dyadwatch.cli.tables import print_table
from dyadwatch.local.local_settings import with_local_settings
from dyadwatch.local.seeding import seed, wait_for_servers
from dyadwatch.local.terminal import quantity
from dyadwatch.model.archive_runs import ArchiveKind, ArchiveRunView
from dyadwatch.model.steps import Step
from dyadwatch.settings import Settings
from dyadwatch.store import archive_runs, schema, watches

_SLICE = 2.0  # seconds of a dry run between two looks at how far it is


@click.command()
@click.option(
    "--seed",
    "with_seed",
    is_flag=True,
    help="Also add the shipped watches, the starter sources and an admin key.",
)
@click.option("--empty", is_flag=True, help="With --seed: without the starter sources.")
@click.option("--wait", is_flag=True, help="Wait for the servers, however long they take.")
@json_option
def migrate(with_seed: bool, empty: bool, wait: bool) -> None:
    """Bring the database up to date. Safe to repeat."""
    with open_product(any_schema=True) as product:
        if wait:
            wait_for_servers(product, lambda line: click.echo(line, err=True))
        if not with_seed:
            before, now = schema.migrate(product.store)
            print_result(f"revision {now} (was {before or 'empty'})", {"revision": now, "before": before})
            return
        result = seed(product, starter=not empty)
    print_result(
        f"revision {result.revision} (was {result.before or 'empty'}); "
        f"{quantity(result.watches, 'watch', 'watches')}, {quantity(result.sources, 'source')} added",
        result,
    )
    if result.admin_key and not wants_json():
        click.echo(f"admin key, shown this once: {result.admin_key}")


@click.command()
@json_option
def run() -> None:
    """Do all work that is due now in this process, without broker or workers."""
    settings = with_local_settings(Settings.from_environ(), broker=False)
    logs.start(settings)
    with open_product(settings) as product:
        counts = product.pipeline.run_until_idle()
    print_result(", ".join(f"{step} {count}" for step, count in counts.items()), counts)


@click.command()
@json_option
def sweep() -> None:
    """Make due whatever was lost: rows that are neither due, being worked, done nor waiting for a person. The
    workers do this every ten minutes; here are the counts."""
    with open_product() as product:
        counts = {step: product.pipeline.sweep(step) for step in Step}
    print_result(
        "lost and due again: " + ", ".join(f"{step} {count}" for step, count in counts.items()), counts
    )


@click.command()
@click.option("--watch", metavar="ID", type=TEXT, help="With this watch alone.")
@click.option("--dry-run", is_flag=True, help="Store nothing; report what would change.")
@click.option("--notify", is_flag=True, help="Deliver the events to subscriptions too.")
@click.option("--progress", is_flag=True, help="Show what came of the last run so far.")
@click.option("--stop", is_flag=True, help="End the run that is under way where it is.")
@click.option("--pages", is_flag=True, help="Extract all pages anew instead, which takes much longer.")
@json_option
def retag(watch: str | None, dry_run: bool, notify: bool, progress: bool, stop: bool, pages: bool) -> None:
    """Tag the archive again, with the watches and rules as they are now. The workers do it, from new stories
    to old, when nothing else is to be tagged; a dry run ends here. Nobody is notified unless asked."""
    with open_product() as product:
        if pages:
            count = product.pipeline.retag_pages()
            about = "about " if count.is_estimate else ""
            words = f"{about}{quantity(count.value, 'page')} will be extracted and tagged again"
            print_result(words, {"pages": count.value, "is_estimate": count.is_estimate})
            return
        if not progress and not stop:
            with product.store.begin() as db:
                if watch is not None:
                    watches.require_enabled(db, watch)
                archive_runs.start(db, watch=watch, dry_run=dry_run, notify=notify)
            _finish(product, dry_run=dry_run)
        _print_last_run(product, "retag", stop=stop)


@click.command()
@click.option("--dry-run", is_flag=True, help="Move nothing; report what would change.")
@click.option("--notify", is_flag=True, help="Deliver the events to subscriptions too.")
@click.option("--progress", is_flag=True, help="Show what came of the last run so far.")
@click.option("--stop", is_flag=True, help="End the run that is under way where it is.")
@json_option
def restory(dry_run: bool, notify: bool, progress: bool, stop: bool) -> None:
    """Decide again in which stories the archive's articles belong. The workers do it, in the order in which
    the articles came, when nothing is to be tagged; a dry run ends here. What analysts merged or split stays,
    and nobody is notified unless asked."""
    with open_product() as product:
        if not progress and not stop:
            with product.store.begin() as db:
                archive_runs.start(db, kind="restory", dry_run=dry_run, notify=notify)
            _finish(product, dry_run=dry_run)
        _print_last_run(product, "restory", stop=stop)


def _finish(product: Product, *, dry_run: bool) -> None:
    """Does a dry run here; a terminal sees how far it is."""
    console = Console(stderr=True)
    with Progress(console=console, disable=not (dry_run and console.is_terminal)) as progress:
        task = progress.add_task("articles", total=None)
        while dry_run and product.pipeline.run(Step.BACKFILL, _SLICE):
            with product.store.begin() as db:
                run = archive_runs.newest(db)[0]
            progress.update(task, completed=run.counts.read, total=run.total_count)


def _print_last_run(product: Product, kind: ArchiveKind, *, stop: bool) -> None:
    with product.store.begin() as db:
        run = next((run for run in archive_runs.newest(db) if run.kind == kind), None)
        if run is not None:
            _print_archive_run(archive_runs.stop(db, run.id) if stop else run)


def _print_archive_run(run: ArchiveRunView) -> None:
    if wants_json():
        print_json(run)
        return
    counts, about = run.counts, "about " if run.total_is_estimate else ""
    items = quantity(run.total_count, "alert" if run.kind == "refresh" else "article")
    changes = {
        "retag": f"{counts.changed} changed, +{counts.mentions_added} mentions, -{counts.mentions_removed},"
        f" +{counts.evidence_added} evidence, -{counts.evidence_removed}",
        "restory": f"+{counts.joins} joins, -{counts.separations} separations, {counts.origins} origins",
        "backfill": f"{counts.matches} match",
        "refresh": f"{counts.changed} changed, {counts.origins} origins",
    }
    click.echo(
        f"run {run.id}, {'dry, ' if run.dry_run else ''}{run.state}: {counts.read} of {about}"
        f"{items} read, {changes[run.kind]}; "
        f"alerts: {counts.alerts_created} created, {counts.alerts_changed} changed, "
        f"{counts.alerts_withdrawn} withdrawn; {counts.failures} failed"
    )
    if run.examples:
        print_table(
            ("watch", "carried", "carries", "added", "removed", "title", "url"),
            [
                (each.watch, each.carried, each.carries, each.added, each.removed, each.title, each.url)
                for each in run.examples
            ],
        )
    _print_moves(run)


def _print_moves(run: ArchiveRunView) -> None:
    if run.moves:
        print_table(
            ("from story", "into story", "because of", "article", "title", "url"),
            [
                (
                    each.story,
                    each.into or "a new one",
                    each.joined_by.kind if each.joined_by else "nothing in common",
                    each.article,
                    each.title,
                    each.url,
                )
                for each in run.moves
            ],
        )
