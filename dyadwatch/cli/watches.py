"""`dyadwatch watch`: pairs of actors, each a JSON or YAML document."""

from pathlib import Path
from typing import Any

import click
import orjson
import yaml

from dyadwatch import tagging
from dyadwatch.cli.session import opened
from dyadwatch.cli.tables import PAGE, every, table
from dyadwatch.errors import InvalidInput, NotFound
from dyadwatch.store import watches

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def watch() -> None:
    """Pairs of actors that are watched."""


@watch.command()
@click.argument("file", type=_FILE, required=False)
@click.option("--example", metavar="ID", help="Take one of `dyadwatch watch examples` instead of a file.")
@click.option("--replace", is_flag=True, help="Give a watch that exists this document as its next version.")
def add(file: Path | None, example: str | None, replace: bool) -> None:
    """Watch the pair that FILE (JSON or YAML) describes."""
    if (file is None) == (example is None):
        raise click.UsageError("Give either FILE or --example ID.")
    document = read(file) if file is not None else _example(str(example))
    tagging.parse_watch(document)
    name, title = document["id"], document["title"]
    with opened() as product, product.store.begin() as db:
        made = (watches.replace if replace else watches.create)(db, name, title, document)
    click.echo(f"watch {made.id}, version {made.version}: {made.title}")


@watch.command()
def examples() -> None:
    """Show the watches that come with the package and are not added by themselves."""
    table(("id", "title"), [(each["id"], each["title"]) for each in tagging.example_watches()])


@watch.command("list")
def list_() -> None:
    """Show every watch."""
    with opened() as product, product.store.begin() as db:
        rows = [
            (each.id, each.version, "on" if each.enabled else "off", each.title, each.updated_at)
            for each in every(lambda cursor: watches.page(db, limit=PAGE, cursor=cursor))
        ]
    table(("id", "version", "state", "title", "changed"), rows)


@watch.command()
@click.argument("name", metavar="ID")
def show(name: str) -> None:
    """Print a watch's document as JSON."""
    with opened() as product, product.store.begin() as db:
        document = watches.get(db, name).document
    click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2))


@watch.command()
@click.argument("name", metavar="ID")
def remove(name: str) -> None:
    """Remove a watch that has raised no alert."""
    with opened() as product, product.store.begin() as db:
        watches.delete(db, name)
    click.echo(f"watch {name} removed")


def _example(name: str) -> dict[str, Any]:
    known = {document["id"]: document for document in tagging.example_watches()}
    if name not in known:
        raise NotFound(f"There is no example {name!r}: take one of {', '.join(known)}.")
    return known[name]


def read(file: Path) -> dict[str, Any]:
    """The document of a file; JSON is YAML too. Raises InvalidInput."""
    try:
        document = yaml.safe_load(file.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{file} is neither JSON nor YAML: {error}", code="document_malformed") from error
    if not isinstance(document, dict):
        raise InvalidInput(f"{file} holds no mapping", code="document_malformed")
    return document
