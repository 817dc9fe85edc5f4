"""`dyadwatch watch preview` and `watch edit`: what a watch would find, before it is saved."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from dyadwatch import tagging
from dyadwatch.bootstrap import Product
from dyadwatch.cli.arguments import TEXT
from dyadwatch.cli.output import json_option, print_json, wants_json
from dyadwatch.cli.session import open_product
from dyadwatch.cli.tables import print_table
from dyadwatch.cli.watch_files import read_watch_file
from dyadwatch.errors import Conflict, FieldError, InvalidInput
from dyadwatch.local.terminal import quantity
from dyadwatch.model.watch_previews import WatchPreview
from dyadwatch.model.watches import WatchView
from dyadwatch.store import watches
from dyadwatch.tagging.watches import watch_texts

_SECONDS = 20.0
_MARKS = {"added": "+", "removed": "-", "same": " ", "place": " "}
_days = click.option(
    "--days",
    type=click.IntRange(1, 3_650),
    default=90,
    show_default=True,
    help="Look at articles first seen in so many days.",
)


@click.command()
@click.argument("watched", metavar="FILE|ID", type=TEXT)
@_days
@json_option
def preview(watched: str, days: int) -> None:
    """Say what a watch would find in the newest stored articles, as many as are read in 20 seconds, and what
    of what the stored watch of its id found it finds no longer. Stores nothing."""
    with open_product() as product:
        if Path(watched).is_file():
            document = read_watch_file(Path(watched), code="document_malformed")
        else:
            document = dict(_stored(product, watched).document)
        found = _preview(product, document, days)
    if wants_json():
        print_json(found)
    else:
        _print_preview(found)


@click.command()
@click.argument("name", metavar="ID", type=TEXT)
@_days
@click.option("--yes", is_flag=True, help="Save without asking.")
def edit(name: str, days: int, yes: bool) -> None:
    """Change a watch in your editor (VISUAL, EDITOR), as YAML; comments are not kept. What is wrong is said,
    and what changed and what it would find is shown before anything is saved."""
    with open_product() as product:
        before = _stored(product, name)
        document = _edited(product, name, watch_texts.as_yaml(before.document))
        if document is None or document == before.document:
            click.echo("nothing changed")
            return
        for kind, line in watch_texts.differences(before.document, document):
            click.echo(f"{_MARKS[kind]} {line}")
        for warning in tagging.check_watch(tagging.parse_watch(document), document):
            click.echo(f"{warning.pointer}: {warning.detail} ({warning.code})", err=True)
        _print_preview(_preview(product, document, days))
        if not yes:
            _confirm("Save it?")
        saved = _save(product, before, document)
    click.echo(f"watch {saved.id}, version {saved.version}: {saved.title}")


def _stored(product: Product, name: str) -> WatchView:
    with product.store.begin() as db:
        return watches.get(db, name)


def _edited(product: Product, name: str, text: str) -> dict[str, Any] | None:
    """The document as the editor left it, edited again while it is none; None where nothing was saved."""
    while True:
        edited = click.edit(text, extension=".yaml")
        if edited is None:
            return None
        try:
            return _read(product, name, edited)
        except InvalidInput as error:
            click.echo(error.report(), err=True)
            _confirm("Edit it again?")
            text = edited


def _read(product: Product, name: str, text: str) -> dict[str, Any]:
    """Raises InvalidInput where it is no document of this watch."""
    document = product.pipeline.read_watch(text)
    if tagging.parse_watch(document).id != name:
        problem = FieldError("/id", f"must be {name!r}", "contradictory")
        raise InvalidInput("The id of a watch never changes.", errors=[problem])
    return document


def _confirm(question: str) -> None:
    """Ends the command with 1 where the answer is no."""
    if not click.confirm(question, default=True, err=True):
        click.echo("nothing is saved", err=True)
        click.get_current_context().exit(1)


def _preview(product: Product, document: Mapping[str, Any], days: int) -> WatchPreview:
    since = datetime.now(UTC) - timedelta(days=days)
    return product.pipeline.preview_watch(document, since=since, seconds=_SECONDS)


def _print_preview(found: WatchPreview) -> None:
    about = "about " if found.total_is_estimate else ""
    click.echo(
        f"{quantity(found.read_count, 'article')} of {about}{found.total_count} read: "
        f"{found.gained_count} gained, {found.lost_count} lost, {found.kept_count} kept, "
        f"{quantity(found.alert_count, 'new alert')}"
    )
    print_table(
        ("change", "score", "title", "url", "quote"),
        [
            (each.change, f"{each.score:.2f}", each.title, each.url, each.mention.evidence.quote)
            for each in found.samples
        ],
    )


def _save(product: Product, before: WatchView, document: Mapping[str, Any]) -> WatchView:
    """Stores the document. Raises Conflict `watch_changed` where somebody else was faster."""
    with product.store.begin() as db:
        watches.lock(db)
        if watches.get(db, before.id).updated_at != before.updated_at:
            detail = f"The watch {before.id!r} was changed meanwhile: nothing is saved."
            raise Conflict(detail, code="watch_changed")
        return watches.replace(db, before.id, document["title"], document)
