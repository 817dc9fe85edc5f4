"""`dyadwatch watch`: pairs of actors, each a JSON or YAML document."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import orjson

from dyadwatch import tagging
from dyadwatch.cli.arguments import TEXT
from dyadwatch.cli.session import open_product
from dyadwatch.cli.tables import PAGE_SIZE, all_items, print_table
from dyadwatch.cli.watch_files import read_watch_file
from dyadwatch.errors import FieldError, NotFound
from dyadwatch.local.terminal import quantity
from dyadwatch.model.backfills import BackfillPreview
from dyadwatch.store import backfills, removal, watches
from dyadwatch.tagging import Suggestion

_SINCE = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def watch() -> None:
    """Pairs of actors that are watched."""


@watch.command()
@click.argument("file", type=_FILE, required=False)
@click.option(
    "--example", metavar="ID", type=TEXT, help="Take one of `dyadwatch watch examples` instead of a file."
)
@click.option("--replace", is_flag=True, help="Make this the next version of a watch that exists.")
def add(file: Path | None, example: str | None, replace: bool) -> None:
    """Watch the pair that FILE (JSON or YAML) describes."""
    if (file is None) == (example is None):
        raise click.UsageError("Give either FILE or --example ID.")
    document = (
        read_watch_file(file, code="document_malformed") if file is not None else _example(str(example))
    )
    _print_warnings(tagging.check_watch(tagging.parse_watch(document), document), err=True)
    name, title = document["id"], document["title"]
    with open_product() as product, product.store.begin() as db:
        saved = (watches.replace if replace else watches.create)(db, name, title, document)
    click.echo(f"watch {saved.id}, version {saved.version}: {saved.title}")


@watch.command()
@click.argument("watched", metavar="FILE|ID", type=TEXT)
def check(watched: str) -> None:
    """Say what of a watch is an error, or is allowed and probably not meant. Fails where there is any."""
    document = _document(watched)
    warnings = tagging.check_watch(tagging.parse_watch(document), document)
    _print_warnings(warnings, err=False)
    if warnings:
        click.get_current_context().exit(1)
    click.echo("nothing to say against it")


@watch.command()
@click.argument("watched", metavar="FILE|ID", type=TEXT)
@click.option(
    "--language", "languages", multiple=True, type=TEXT, help="Also in this language (may be repeated)."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines.")
def suggest(watched: str, languages: tuple[str, ...], as_json: bool) -> None:
    """Propose names that a watch lacks, as YAML to paste into it; forms that are found anyway are left
    out."""
    suggestions = tagging.suggest(tagging.parse_watch(_document(watched)), languages)
    if as_json:
        for suggestion in suggestions:
            click.echo(orjson.dumps(suggestion))
    elif suggestions:
        click.echo("\n".join(_as_yaml(suggestions)))
    else:
        click.echo("# nothing to add; --language asks for a language that the watch has no words in")


@watch.command()
def examples() -> None:
    """List the watches that come with dyadwatch and wait to be added."""
    print_table(("id", "title"), [(each["id"], each["title"]) for each in tagging.example_watches()])


@watch.command("list")
def list_() -> None:
    """List the watches."""
    with open_product() as product, product.store.begin() as db:
        rows = [
            (each.id, each.version, "on" if each.enabled else "off", each.title, each.updated_at)
            for each in all_items(lambda cursor: watches.page(db, limit=PAGE_SIZE, cursor=cursor))
        ]
    print_table(("id", "version", "state", "title", "changed"), rows)


@watch.command()
@click.argument("name", metavar="ID", type=TEXT)
def show(name: str) -> None:
    """Print a watch's document as JSON."""
    with open_product() as product, product.store.begin() as db:
        document = watches.get(db, name).document
    click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2))


@watch.command()
@click.argument("name", metavar="ID", type=TEXT)
def enable(name: str) -> None:
    """Tag texts with a watch again."""
    with open_product() as product, product.store.begin() as db:
        watches.enable(db, name, enabled=True)
    click.echo(f"watch {name} enabled")


@watch.command()
@click.argument("name", metavar="ID", type=TEXT)
def disable(name: str) -> None:
    """Tag no more texts with a watch. Its alerts stay."""
    with open_product() as product, product.store.begin() as db:
        watches.enable(db, name, enabled=False)
    click.echo(f"watch {name} disabled")


@watch.command()
@click.argument("name", metavar="ID", type=TEXT)
def remove(name: str) -> None:
    """Remove a watch that has raised no alert; disable any other."""
    with open_product() as product:
        removal.remove(product.store, "watch", name)
    click.echo(f"watch {name} removed")


@watch.command()
@click.argument("name", metavar="ID", type=TEXT)
@click.option("--since", type=_SINCE, help="Only articles first seen at this time (UTC) or later.")
@click.option("--notify", is_flag=True, help="Deliver the events to subscriptions too.")
@click.option("--preview", is_flag=True, help="Show what would be found, and store nothing.")
@click.option("--progress", is_flag=True, help="Show how far it is.")
def backfill(name: str, since: datetime | None, notify: bool, preview: bool, progress: bool) -> None:
    """Tag the articles that were stored before a watch. The workers do it."""
    since = since and since.replace(tzinfo=UTC)
    with open_product() as product:
        if preview:
            _print_preview(product.pipeline.preview_backfill(name, since=since, seconds=float("inf")))
            return
        with product.store.begin() as db:
            watches.require_enabled(db, name)
            if not progress:
                backfills.start(db, name, since=since, notify=notify)
            views = backfills.of_watch(db, name)
    print_table(
        ("scope", "state", "read", "of", "matches", "alerts changed", "failures"),
        [
            (
                view.scope,
                view.state,
                view.read_count,
                f"about {view.total_count}" if view.total_is_estimate else view.total_count,
                view.match_count,
                view.event_count,
                view.failure_count,
            )
            for view in views
        ],
    )


def _document(watched: str) -> Mapping[str, Any]:
    """The document of a file or, where there is none of that name, of a stored watch."""
    path = Path(watched)
    if path.is_file():
        return read_watch_file(path, code="document_malformed")
    with open_product() as product, product.store.begin() as db:
        return watches.get(db, watched).document


def _print_warnings(warnings: Sequence[FieldError], *, err: bool) -> None:
    for warning in warnings:
        click.echo(f"{warning.pointer}: {warning.detail} ({warning.code})", err=err)


def _as_yaml(suggestions: Sequence[Suggestion]) -> Iterator[str]:
    """The suggestions as part of a watch document, those of a table and language on a line."""
    shown: tuple[str, ...] = ()
    for pointer, some in itertools.groupby(suggestions, key=lambda one: one.pointer):
        keys = tuple(pointer.split("/")[1:])
        for depth, key in enumerate(keys[:-1]):
            if shown[: depth + 1] != keys[: depth + 1]:
                yield f"{'  ' * depth}{key}:"
        shown = keys
        group = list(some)
        texts = orjson.dumps([one.text for one in group]).decode().replace('","', '", "')
        guess = "" if all(one.is_sure for one in group) else "  # a guess by its letters: check it"
        yield f"{'  ' * (len(keys) - 1)}{keys[-1]}: {texts}{guess}"


def _print_preview(preview: BackfillPreview) -> None:
    about = "about " if preview.total_is_estimate else ""
    click.echo(
        f"{quantity(preview.read_count, 'article')} of {about}{preview.total_count} read: "
        f"{preview.match_count} match, {quantity(preview.alert_count, 'new alert')}"
    )
    print_table(
        ("score", "events", "title", "url", "quote"),
        [
            (f"{each.score:.2f}", each.event_types, each.title, each.url, each.quote)
            for each in preview.samples
        ],
    )


def _example(name: str) -> dict[str, Any]:
    examples_by_id = {document["id"]: document for document in tagging.example_watches()}
    if name not in examples_by_id:
        raise NotFound(f"There is no example {name!r}: take one of {', '.join(examples_by_id)}.")
    return examples_by_id[name]
