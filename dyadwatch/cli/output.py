"""What commands print: a table or a sentence for people, JSON Lines for programs (`--json`)."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import click
import orjson

from dyadwatch.cli.tables import print_table

Item = TypeVar("Item")
_JSON = "dyadwatch.json"


def _set_json(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    ctx.meta[_JSON] = value or ctx.meta.get(_JSON, False)  # as the group may have been given it


# For a command that prints by `print_items` or `print_result`, which read it from the context.
json_option = click.option(
    "--json", is_flag=True, expose_value=False, callback=_set_json, help="Print JSON, one object a line."
)


limit_option = click.option(
    "--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, help="At most so many."
)


def wants_json() -> bool:
    """Whether the command that runs was given --json."""
    context = click.get_current_context(silent=True)
    return bool(context and context.meta.get(_JSON))


def print_items(columns: Mapping[str, Callable[[Item], object]], items: Iterable[Item]) -> None:
    """Prints each item as a row of a table, whose columns are named and read so; with --json each as an
    object, as the REST interface has it."""
    if wants_json():
        for item in items:
            print_json(item)
    else:
        print_table(tuple(columns), ([read(item) for read in columns.values()] for item in items))


def print_result(text: str, value: object) -> None:
    """Prints a sentence, or with --json the value that it speaks of."""
    if wants_json():
        print_json(value)
    else:
        click.echo(text)


def print_json(value: object) -> None:
    click.echo(orjson.dumps(value, default=str))
