"""`dyadwatch triage`: what has been read of alerts, starred, dismissed, noted and assigned."""

from typing import Annotated, Any

import click
from pydantic import Field

from dyadwatch.cli.arguments import NAME, CheckedText
from dyadwatch.cli.output import json_option, print_result
from dyadwatch.cli.readers import find_reader, reader_option
from dyadwatch.cli.session import open_product
from dyadwatch.local.terminal import clean
from dyadwatch.model.alert_triage import AlertTriage
from dyadwatch.store import alert_triage as rows
from dyadwatch.store import alerts

_NOTE = CheckedText(
    "text", Annotated[str, Field(min_length=1, max_length=2_000)], "is not 1 to 2000 characters"
)


@click.command()
@click.argument("numbers", metavar="ID...", type=click.IntRange(1, 2**63 - 1), nargs=-1, required=True)
@click.option("--read/--unread", default=None, help="Whether the reader has read them.")
@click.option("--star/--unstar", "starred", default=None, help="Whether the reader comes back to them.")
@click.option("--dismiss/--restore", "dismissed", default=None, help="Whether the reader is done with them.")
@click.option("--note", type=_NOTE, help="What all readers see beside them.")
@click.option("--no-note", is_flag=True, help="Remove the note.")
@click.option("--assign", "assignee", type=NAME, help="Who is to look at them, for all readers.")
@click.option("--no-assignee", is_flag=True, help="Nobody in particular is to look at them.")
@reader_option
@json_option
def triage(numbers: tuple[int, ...], reader: str | None, **options: Any) -> None:
    """Say what a reader has read of alerts, or without an option show it."""
    changes = _changes(options)
    with open_product() as product, product.store.begin() as db:
        who = find_reader(db, reader)
        for number in numbers:
            alerts.get(db, number)
        rows.change(db, numbers, who, changes)
        after = rows.read(db, numbers, who)
    for each in after:
        print_result(_sentence(each), each)


def _changes(options: dict[str, Any]) -> dict[str, Any]:
    """The fields to change. Raises UsageError for options that contradict each other."""
    changes = {name: options[name] for name in (*rows.PERSONAL, *rows.SHARED) if options[name] is not None}
    for flag, name in (("no_note", "note"), ("no_assignee", "assignee")):
        if options[flag] and name in changes:
            raise click.UsageError(f"--{flag.replace('_', '-')} contradicts a new {name}.")
        if options[flag]:
            changes[name] = None
    return changes


def _sentence(one: AlertTriage) -> str:
    said = ["read" if one.read else "unread"]
    said += [name for name, holds in (("starred", one.starred), ("dismissed", one.dismissed)) if holds]
    if one.assignee is not None:
        said.append(f"assigned to {clean(one.assignee)}")
    note = "" if one.note is None else f"; note: {clean(one.note)}"
    return f"alert {one.alert}: {', '.join(said)}{note}"
