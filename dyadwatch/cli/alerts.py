"""`dyadwatch alerts`: relationships found in the news, filtered as the REST interface filters them."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar, get_args

import click
from pydantic import ValidationError
from rich.console import Console
from rich.text import Text

from dyadwatch.cli.arguments import TEXT
from dyadwatch.cli.output import json_option, limit_option, print_items, wants_json
from dyadwatch.cli.readers import find_reader, reader_option
from dyadwatch.cli.session import open_product
from dyadwatch.cli.tables import all_items
from dyadwatch.errors import InvalidInput
from dyadwatch.local.terminal import clean, quantity
from dyadwatch.model.alert_triage import TriageState
from dyadwatch.model.alerts import AlertSort
from dyadwatch.store import Connection, filter_values
from dyadwatch.store import alerts as rows
from dyadwatch.store.alerts import AlertDocument
from dyadwatch.subscriptions import AlertFilter
from dyadwatch.subscriptions.filters import PERSONAL, SCHEMAS
from dyadwatch.validation import field_errors

_Command = TypeVar("_Command", bound=Callable[..., Any])
_Document = Mapping[str, Any]
_COLUMNS: Mapping[str, Callable[[_Document], object]] = {
    "id": lambda alert: alert["id"],
    "created": lambda alert: alert["created_at"][:16].replace("T", " "),
    "watch": lambda alert: alert["watch"],
    "state": lambda alert: alert["state"],
    "score": lambda alert: f"{alert['score']:.2f}",
    "events": lambda alert: alert["event_types"],
    "source": lambda alert: _first(alert).get("source"),
    "title": lambda alert: _first(alert).get("title"),
}


def filter_options(command: _Command) -> _Command:
    """An option for each field by which alerts are filtered, but for those about the reader."""
    for name, schema in reversed([item for item in SCHEMAS.items() if item[0] not in PERSONAL]):
        option = click.option(
            "--" + name.replace("_", "-"),
            name,
            type=TEXT,
            multiple=schema["type"] == "array",
            help=schema["description"] + (" (may be repeated)." if schema["type"] == "array" else "."),
        )
        command = option(command)
    return command


def triage_option(command: _Command) -> _Command:
    """The option for the field that is about the reader."""
    return click.option(
        "--triage",
        type=click.Choice(get_args(TriageState)),
        multiple=True,
        help=SCHEMAS["triage"]["description"],
    )(command)


def read_filter(db: Connection, options: Mapping[str, Any]) -> AlertFilter:
    """The filter of the options. Raises InvalidInput with an error for each option at fault."""
    stated = {name: list(value) if isinstance(value, tuple) else value for name, value in options.items()}
    try:
        filters = AlertFilter.model_validate({name: value for name, value in stated.items() if value})
    except ValidationError as error:
        raise InvalidInput("the filter is not valid", errors=field_errors(error)) from error
    filter_values.check(db, filters.model_dump())
    return filters


@click.command()
@click.argument("number", metavar="[ID]", type=int, required=False)
@filter_options
@triage_option
@click.option(
    "--sort",
    type=click.Choice(get_args(AlertSort)),
    default="created",
    help="By what: the largest or latest first.",
)
@reader_option
@limit_option
@json_option
def alerts(number: int | None, limit: int, reader: str | None, sort: AlertSort, **options: Any) -> None:
    """List alerts, newest first, or show the one with this ID, with its evidence."""
    with open_product() as product, product.store.begin() as db:
        if number is not None:
            _show(rows.get(db, number))
            return
        filters = read_filter(db, options)
        if filters.triage is not None:
            filters = filters.read_by(find_reader(db, reader))
        print_alerts(db, filters, limit, sort)


def print_alerts(db: Connection, filters: AlertFilter, limit: int, sort: AlertSort) -> None:
    """Prints the first alerts that pass the filters."""
    page = partial(rows.page, db, filters, sort=sort)
    print_items(_COLUMNS, (each.parse() for each in all_items(page, limit)))


def _show(document: AlertDocument) -> None:
    if wants_json():
        click.echo(document.json)
        return
    alert = document.parse()
    console = Console(highlight=False)
    events = ", ".join(alert["event_types"])
    head = f"alert {alert['id']}  {alert['state']}  score {alert['score']:.2f}  {events}"
    _print(console, head, "bold")
    origins = f"{quantity(alert['copies'], 'article')} of {quantity(alert['origin_count'], 'origin')}"
    _print(console, f"{alert['watch']}, story {alert['story']}, {origins}")
    for article in alert["articles"]:
        _print(console, f"\n{article['title']}  ({article['source'] or 'unknown'})\n  {article['url']}")
    for mention in alert["evidence"]:
        quote = mention["evidence"]["quote"]
        facts = (mention["event_type"] or "tie", mention["direction"], mention["modality"])
        _print(console, f"\n“{quote}”")
        _print(console, f"  {' '.join(facts)}  confidence {mention['confidence']:.2f}", "dim")


def _print(console: Console, text: str, style: str = "") -> None:
    lines = "\n".join(clean(line) for line in text.split("\n"))
    console.print(Text(lines, style=style), soft_wrap=not console.is_terminal)


def _first(alert: _Document) -> _Document:
    first: _Document = next(iter(alert["articles"]), {})
    return first
