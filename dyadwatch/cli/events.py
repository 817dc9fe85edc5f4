"""`dyadwatch events`: the PLOVER event between two actors of a sentence, as text or JSON Lines. Needs no
database."""

import sys
import time
from collections.abc import Mapping
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from dyadwatch.cli.arguments import LANGUAGE, TEXT
from dyadwatch.cli.jsonl import parse_date, stream
from dyadwatch.errors import InvalidInput
from dyadwatch.tagging.events.type_event import TypedEvent, type_event, warm


@click.command()
@click.argument("text", required=False, type=TEXT)
@click.option("--actor", type=TEXT, help="The words of TEXT that name the actor.")
@click.option("--recipient", type=TEXT, help="The words of TEXT that name the recipient.")
@click.option("--language", type=LANGUAGE, help="BCP 47 code; identified where not given.")
@click.option(
    "--published", type=TEXT, help="ISO 8601 date of publication; events well before it are historical."
)
@click.option("--jsonl", is_flag=True, help="Read JSON Lines on stdin, write one line for each.")
def events(
    text: str | None,
    actor: str | None,
    recipient: str | None,
    language: str | None,
    published: str | None,
    jsonl: bool,
) -> None:
    """Print the PLOVER event that TEXT reports between two actors.

    With --jsonl each line is {"id", "text", "actor": [start, end], "recipient": [start, end], "language"?,
    "published"?}, offsets in Unicode code points, null for an actor that the text does not name; lines that
    cannot be answered make the exit code 3.

    That there is an event is taken for certain; docs/events.md says how the answer may differ from an alert.
    """
    if jsonl:
        warm()
        stream(sys.stdin.buffer, sys.stdout.buffer, _respond)
        return
    if not text or not (actor or recipient):
        raise click.UsageError("give a TEXT with --actor or --recipient, or --jsonl to read lines from stdin")
    spans = _span(text, actor), _span(text, recipient)
    _print_event(Console(), type_event(text, *spans, language=language, published=parse_date(published)))


def _span(text: str, name: str | None) -> tuple[int, int] | None:
    """Where the text names an actor first. Raises InvalidInput where it does not."""
    if not name:
        return None
    start = text.find(name)
    if start < 0:
        raise InvalidInput(f"the text does not contain {name!r}", code="span_invalid")
    return start, start + len(name)


def _respond(request: Mapping[str, Any]) -> dict[str, Any]:
    started = time.perf_counter()
    text, language = request.get("text"), request.get("language")
    if not isinstance(text, str):
        raise InvalidInput("text is missing or not a string", code="line_malformed")
    if not isinstance(language, str | None):
        raise InvalidInput("language is not a string", code="line_malformed")
    event = type_event(
        text,
        request.get("actor"),
        request.get("recipient"),
        language=language,
        published=parse_date(request.get("published")),
    )
    return {**_fields(event), "seconds": round(time.perf_counter() - started, 6)}


def _fields(event: TypedEvent) -> dict[str, Any]:
    return {
        "event_type": event.event_type,
        "mode": event.mode,
        "modality": event.modality,
        "quad_class": event.quad_class,
        "confidence": event.confidence,
        "language": event.language,
        "features": dict(event.features),
        "rules": list(event.rules),
    }


def _print_event(console: Console, event: TypedEvent) -> None:
    name = event.event_type or "no event"
    head = f"{name}{':' + event.mode if event.mode else ''}"
    console.print(Text.assemble((head, "bold"), f"  {event.modality}  {event.quad_class or ''}"))
    console.print(f"confidence {event.confidence:.2f}  {' '.join(event.rules)}")
    for name, weight in event.features.items():
        console.print(Text(f"  {weight:+.2f}  {name}", style="dim"))
