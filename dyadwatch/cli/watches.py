"""`dyadwatch watch`: pairs of actors, each a JSON or YAML document."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import IO, Any

import click
import orjson

from dyadwatch import tagging
from dyadwatch.cli import watch_edits, watch_tests
from dyadwatch.cli.arguments import TEXT
from dyadwatch.cli.documents import read_text
from dyadwatch.cli.groups import Group
from dyadwatch.cli.jsonl import parse_date
from dyadwatch.cli.output import json_option, print_items, print_json, print_result, wants_json
from dyadwatch.cli.session import open_product
from dyadwatch.cli.status import describe_alarm
from dyadwatch.cli.tables import all_items, print_table
from dyadwatch.cli.watch_files import read_watch_file
from dyadwatch.errors import FieldError, InvalidInput, NotFound
from dyadwatch.local.terminal import quantity
from dyadwatch.model.backfills import BackfillPreview, BackfillView
from dyadwatch.model.watches import WatchView
from dyadwatch.store import alarms, backfills, removal, watches
from dyadwatch.tagging import Suggestion, sentence_tests

_SINCE = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


_COLUMNS: Mapping[str, Callable[[WatchView], object]] = {
    "id": lambda each: each.id,
    "version": lambda each: each.version,
    "state": lambda each: "on" if each.enabled else "off",
    "title": lambda each: each.title,
    "changed": lambda each: each.updated_at,
}
_BACKFILL_COLUMNS: Mapping[str, Callable[[BackfillView], object]] = {
    "scope": lambda view: view.scope,
    "state": lambda view: view.state,
    "read": lambda view: view.read_count,
    "of": lambda view: f"about {view.total_count}" if view.total_is_estimate else view.total_count,
    "matches": lambda view: view.match_count,
    "alerts changed": lambda view: view.event_count,
    "failures": lambda view: view.failure_count,
}


@click.group(cls=Group)
def watch() -> None:
    """Pairs of actors that are watched."""


@watch.command()
@click.argument("file", type=_FILE, required=False)
@click.option(
    "--example", metavar="ID", type=TEXT, help="Take one of `dyadwatch watch examples` instead of a file."
)
@click.option("--replace", is_flag=True, help="Make this the next version of a watch that exists.")
@json_option
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
    print_result(f"watch {saved.id}, version {saved.version}: {saved.title}", saved)


@watch.command()
@click.argument("watched", metavar="FILE|ID", type=TEXT)
@json_option
def check(watched: str) -> None:
    """Say what of a watch is an error, or is allowed and probably not meant. Fails where there is any."""
    document = _document(watched)
    warnings = tagging.check_watch(tagging.parse_watch(document), document)
    if wants_json():
        for warning in warnings:
            print_json(warning)
    else:
        _print_warnings(warnings, err=False)
    if warnings:
        click.get_current_context().exit(1)
    if not wants_json():
        click.echo("nothing to say against it")


@watch.command()
@click.argument("watched", metavar="FILE|ID", type=TEXT)
@click.option(
    "--language", "languages", multiple=True, type=TEXT, help="Also in this language (may be repeated)."
)
@json_option
def suggest(watched: str, languages: tuple[str, ...]) -> None:
    """Propose names that a watch lacks, as YAML to paste into it; forms that are found anyway are left
    out."""
    suggestions = tagging.suggest(tagging.parse_watch(_document(watched)), languages)
    if wants_json():
        for suggestion in suggestions:
            print_json(suggestion)
    elif suggestions:
        click.echo("\n".join(_as_yaml(suggestions)))
    else:
        click.echo("# nothing to add; --language asks for a language that the watch has no words in")


@watch.command()
@click.argument("watched", metavar="FILE|ID", type=TEXT)
@click.argument("sentences", metavar="[SENTENCES]", type=click.File(encoding="utf-8"), default="-")
@click.option("--published", type=TEXT, help="ISO 8601 date, against which roles are dated.")
@json_option
def test(watched: str, sentences: IO[str], published: str | None) -> None:
    """Say of each line of the file SENTENCES (or of stdin) whether the watch finds its relationship in it,
    and why or why not. A line that begins with + is expected to be a hit, one with - a miss; # is a remark.
    Fails where one is not as expected."""
    watch = tagging.parse_watch(_document(watched))
    lines = read_text(sentences, sentence_tests.MAX_CHARACTERS + 1).splitlines()
    expected = list(sentence_tests.read_sentences(lines))
    watch_tests.print_verdicts(sentence_tests.judge(watch, expected, parse_date(published)))


@watch.command()
@json_option
def examples() -> None:
    """List the watches that come with dyadwatch and wait to be added."""
    columns = {"id": itemgetter("id"), "title": itemgetter("title")}
    print_items(columns, tagging.example_watches())


@watch.command("list")
@json_option
def list_() -> None:
    """List the watches."""
    with open_product() as product, product.store.begin() as db:
        print_items(_COLUMNS, all_items(partial(watches.page, db)))


@watch.command()
@click.argument("name", metavar="ID", type=TEXT)
@json_option
def show(name: str) -> None:
    """Print a watch's document as JSON, and on standard error what of it is out of the usual. With --json
    it is the watch as `watch list` has it."""
    with open_product() as product, product.store.begin() as db:
        saved = watches.get(db, name)
        raised = alarms.active(db, name)
    print_result(orjson.dumps(saved.document, option=orjson.OPT_INDENT_2).decode(), saved)
    for alarm in raised:
        click.echo(describe_alarm(alarm), err=True)


@watch.command()
@click.argument("name", metavar="ID", type=TEXT)
@json_option
def enable(name: str) -> None:
    """Tag texts with a watch again."""
    with open_product() as product, product.store.begin() as db:
        saved = watches.enable(db, name, enabled=True)
    print_result(f"watch {name} enabled", saved)


@watch.command()
@click.argument("name", metavar="ID", type=TEXT)
@json_option
def disable(name: str) -> None:
    """Tag no more texts with a watch. Its alerts stay."""
    with open_product() as product, product.store.begin() as db:
        saved = watches.enable(db, name, enabled=False)
    print_result(f"watch {name} disabled", saved)


@watch.command()
@click.argument("name", metavar="ID", type=TEXT)
@json_option
def remove(name: str) -> None:
    """Remove a watch that has raised no alert; disable any other."""
    with open_product() as product:
        removal.remove(product.store, "watch", name)
    print_result(f"watch {name} removed", {"removed": name})


@watch.command()
@click.argument("name", metavar="ID", type=TEXT)
@click.option("--since", type=_SINCE, help="Only articles first seen at this time (UTC) or later.")
@click.option("--notify", is_flag=True, help="Deliver the events to subscriptions too.")
@click.option("--preview", is_flag=True, help="Show what would be found, and store nothing.")
@click.option("--progress", is_flag=True, help="Show how far it is.")
@json_option
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
    print_items(_BACKFILL_COLUMNS, views)


watch.add_command(watch_edits.preview)
watch.add_command(watch_edits.edit)


def _document(watched: str) -> Mapping[str, Any]:
    """The document of a file or, where there is none of that name, of a stored watch."""
    path = Path(watched)
    if path.is_file():
        return read_watch_file(path, code="document_malformed")
    if path.name != watched or path.suffix:  # no id of a watch has a dot or a slash
        raise InvalidInput(f"there is no file {watched!r}", code="file_unreadable")
    with open_product() as product, product.store.begin() as db:
        return watches.get(db, watched).document


def _print_warnings(warnings: Sequence[FieldError], *, err: bool) -> None:
    for warning in warnings:
        click.echo(f"{warning.pointer}: {warning.detail} ({warning.code})", err=err)


def _as_yaml(suggestions: Sequence[Suggestion]) -> Iterator[str]:
    """The suggestions as part of a watch document, those of a table and language on a line; those that belong
    into roles that are there as comments."""
    shown: tuple[str, ...] = ()
    for pointer, some in itertools.groupby(suggestions, key=lambda one: one.pointer):
        keys = tuple(pointer.split("/")[1:])
        role = keys[2:-1] if "roles" in keys else ()
        for depth, key in enumerate(keys[:2] if role else keys[:-1]):
            if shown[: depth + 1] != keys[: depth + 1]:
                yield f"{'  ' * depth}{key}:"
        shown = keys
        group = list(some)
        texts = orjson.dumps([one.text for one in group]).decode().replace('","', '", "')
        guess = "" if all(one.is_sure for one in group) else "  # a guess by its letters: check it"
        line = f"# to {'/'.join(role)}: {keys[-1]}" if role else "  " * (len(keys) - 3) + keys[-1]
        yield f"    {line}: {texts}{guess}"


def _print_preview(preview: BackfillPreview) -> None:
    if wants_json():
        print_json(preview)
        return
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
