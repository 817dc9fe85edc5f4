"""`dyadwatch events`: what is done between two marked actors, for a person or as JSON Lines; needs no database."""

import sys
import time
from collections.abc import Mapping
from typing import Any

import click
import orjson
from rich.console import Console
from rich.text import Text

from dyadwatch.cli.jsonl import day, parsed
from dyadwatch.errors import DyadwatchError, InvalidInput
from dyadwatch.tagging.events.event_types import TypedEvent, type_event, warm


@click.command()
@click.argument("text", required=False)
@click.option("--actor", help="Words of TEXT that name who acts.")
@click.option("--recipient", help="Words of TEXT that name whom it is done to.")
@click.option("--language", help="BCP 47 code; identified where not given.")
@click.option("--published", help="ISO 8601 date of publication, against which the past is told.")
@click.option("--jsonl", is_flag=True, help="Read JSON Lines on stdin, write one line for each.")
def events(
    text: str | None,
    actor: str | None,
    recipient: str | None,
    language: str | None,
    published: str | None,
    jsonl: bool,
) -> None:
    """Say which of PLOVER's events TEXT tells of between two actors.

    With --jsonl each line is {"id", "text", "actor": [start, end], "recipient": [start, end], "language"?, "published"?},
    offsets in Unicode code points, null for an actor that the text does not name.
    """
    if jsonl:
        warm()
        output = sys.stdout.buffer
        for line in sys.stdin.buffer:
            output.write(orjson.dumps(_answer(line), option=orjson.OPT_APPEND_NEWLINE))
            output.flush()
        return
    if not text or not (actor or recipient):
        raise click.UsageError("give a TEXT with --actor or --recipient, or --jsonl to read lines from stdin")
    spans = _place(text, actor), _place(text, recipient)
    _show(Console(), type_event(text, *spans, language=language, published=day(published)))


def _place(text: str, name: str | None) -> tuple[int, int] | None:
    if not name:
        return None
    start = text.find(name)
    if start < 0:
        raise InvalidInput(f"the text does not contain {name!r}", code="span_invalid")
    return start, start + len(name)


def _answer(line: bytes) -> dict[str, Any]:
    """The answer to one line: the event and the seconds it took, or an error."""
    started = time.perf_counter()
    identity: Any = None
    try:
        given = parsed(line)
        identity = given.get("id")
        found = _typed(given)
    except DyadwatchError as error:
        return {"id": identity, "error": {"code": error.code, "detail": error.detail}}
    return {"id": identity, **_told(found), "seconds": round(time.perf_counter() - started, 6)}


def _typed(given: Mapping[str, Any]) -> TypedEvent:
    text, language = given.get("text"), given.get("language")
    if not isinstance(text, str):
        raise InvalidInput("text is missing or not a string", code="line_malformed")
    if not isinstance(language, str | None):
        raise InvalidInput("language is not a string", code="line_malformed")
    return type_event(
        text,
        given.get("actor"),
        given.get("recipient"),
        language=language,
        published=day(given.get("published")),
    )


def _told(found: TypedEvent) -> dict[str, Any]:
    return {
        "event_type": found.event_type,
        "mode": found.mode,
        "modality": found.modality,
        "quad_class": found.quad_class,
        "confidence": found.confidence,
        "language": found.language,
        "features": dict(found.features),
        "rules": list(found.rules),
    }


def _show(console: Console, found: TypedEvent) -> None:
    kind = found.event_type or "no event"
    head = f"{kind}{':' + found.mode if found.mode else ''}"
    console.print(Text.assemble((head, "bold"), f"  {found.modality}  {found.quad_class or ''}"))
    console.print(f"confidence {found.confidence:.2f}  {' '.join(found.rules)}")
    for name, weight in found.features.items():
        console.print(Text(f"  {weight:+.2f}  {name}", style="dim"))
