"""`dyadwatch tag`: what a text says about a watch, for a person or as JSON Lines; needs no database."""

import re
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import click
import orjson
import yaml
from rich.console import Console
from rich.text import Text

from dyadwatch.cli.explanations import explained
from dyadwatch.cli.jsonl import day, parsed
from dyadwatch.errors import DyadwatchError, InvalidInput, NotFound
from dyadwatch.model.mentions import Mention, Tagged, TaggedText
from dyadwatch.tagging import Tagger, details, example_watches, parse_watch, report, shipped_watches
from dyadwatch.tagging.relations.rerankers import open_reranker

DEFAULT_WATCH = "assad-khamenei"
# Half characters of scraped pages, which no answer in UTF-8 could quote; what stands for them is as long.
_LONE = re.compile("[\ud800-\udfff]")
_TEXTS = ("text", "title", "language", "published", "watch")


@click.command()
@click.argument("file", type=click.File("rb"), required=False)
@click.option(
    "--jsonl", "form", flag_value="jsonl", help="Read JSON Lines on stdin (or FILE), write one line for each."
)
@click.option(
    "--explain",
    "form",
    flag_value="explain",
    help="Show the text with marks, every rule and weight, and what was refused.",
)
@click.option("--watch", "watch_id", default=DEFAULT_WATCH, show_default=True, help="The watch to ask about.")
@click.option(
    "--watch-file",
    "watch_files",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="A watch document (JSON or YAML) to use beside the shipped ones; may be given again.",
)
@click.option("--language", help="BCP 47 code; identified where not given.")
@click.option(
    "--reranker",
    help="A second opinion: the name of an installed reranker, and its argument (nli:DIRECTORY).",
)
@click.option("--published", help="ISO 8601 date of publication, against which roles are dated.")
def tag(
    file: BinaryIO | None,
    form: str | None,
    watch_id: str,
    watch_files: tuple[Path, ...],
    language: str | None,
    published: str | None,
    reranker: str | None,
) -> None:
    """Say what a text says about the two actors of a watch.

    FILE is plain text (- or none: stdin). With --jsonl each line is {"id", "text", "title"?, "language"?,
    "published"?, "watch"?}.
    """
    tagger = _tagger(watch_files, reranker)
    stream = file if file is not None else sys.stdin.buffer
    if form == "jsonl":
        output = sys.stdout.buffer
        for line in stream:
            output.write(_answer(tagger, line, watch_id) + b"\n")
            output.flush()
        return
    text = stream.read().decode("utf-8", "replace")
    known = _known(tagger, watch_id)
    tagged = tagger.tag(text, language=language, published=day(published), watches={known})
    if form == "explain":
        click.echo(explained(text, tagged, known))
    else:
        _show(Console(), tagged, known)


def _tagger(paths: Sequence[Path], reranker: str | None) -> Tagger:
    """The shipped watches, the examples, and those of the files, which win over one of the same id."""
    documents: dict[str, Mapping[str, Any]] = {
        str(document["id"]): document for document in (*shipped_watches(), *example_watches())
    }
    for path in paths:
        document = _document(path)
        documents[str(document.get("id"))] = document
    opinion = open_reranker(reranker) if reranker else None
    return Tagger([parse_watch(document) for document in documents.values()], reranker=opinion)


def _document(path: Path) -> Mapping[str, Any]:
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path} is neither JSON nor YAML: {error}", code="watch_invalid") from error
    if not isinstance(document, dict):
        raise InvalidInput(f"{path} holds no watch document", code="watch_invalid")
    return document


def _known(tagger: Tagger, watch_id: str) -> str:
    known = sorted(watch.id for watch in tagger.watches)
    if watch_id not in known:
        raise NotFound(f"no watch {watch_id!r}; there are: {', '.join(known)}", code="watch_unknown")
    return watch_id


def _answer(tagger: Tagger, line: bytes, watch_id: str) -> bytes:
    """The output line for one input line."""
    started = time.perf_counter()
    identity: Any = None
    try:
        document = parsed(line)
        identity = document.get("id")
        _check(document)
        known = _known(tagger, document.get("watch") or watch_id)
        tagged = tagger.tag(
            _LONE.sub("\ufffd", document["text"]),
            title=document.get("title"),
            language=document.get("language"),
            published=day(document.get("published")),
            watches={known},
        )
    except DyadwatchError as error:
        return orjson.dumps({"id": identity, "error": {"code": error.code, "detail": error.detail}})
    answer = {
        "id": identity,
        **report(tagged, known),
        **details(tagged, known),
        "seconds": round(time.perf_counter() - started, 6),
    }
    return orjson.dumps(answer)


def _check(document: Mapping[str, Any]) -> None:
    for name in _TEXTS:
        value = document.get(name)
        if not isinstance(value, str) and (value is not None or name == "text"):
            raise InvalidInput(f"{name} is missing or not a string", code="line_malformed")


def _show(console: Console, tagged: TaggedText, watch_id: str) -> None:
    """The verdict and each sentence that made it, with the actors marked and the reasons."""
    found = tagged.watches.get(watch_id)
    verdict = "yes" if found and found.relationship else "no"
    console.print(Text.assemble(("relationship ", "dim"), (verdict, "bold"), (f"  {watch_id}", "dim")))
    console.print(f"score {found.score if found else 0.0:.2f}  language {tagged.language or 'unknown'}")
    if found is not None:
        console.print(_named(found))
        for mention in found.mentions:
            console.print()
            console.print(_marked(mention))
            console.print(_reasons(mention))


def _named(found: Tagged) -> str:
    names = {
        side: sorted({surface.surface for surface in surfaces})
        for side, surfaces in sorted(found.actors.items())
    }
    return "  ".join(f"{side}: {', '.join(items) or 'not named'}" for side, items in names.items())


def _marked(mention: Mention) -> Text:
    start = mention.evidence.start
    shown = Text(mention.evidence.quote)
    for side, style in (("a", "bold cyan"), ("b", "bold magenta")):
        for surface in mention.actors[side]:
            if start <= surface.start and surface.end <= mention.evidence.end:
                shown.stylize(style, surface.start - start, surface.end - start)
    return shown


def _reasons(mention: Mention) -> Text:
    kind = mention.event_type or "tie"
    said = f", says {mention.attribution.speaker}" if mention.attribution else ""
    head = f"  {kind}{':' + mention.mode if mention.mode else ''} {mention.direction} {mention.level} {mention.modality}{said}"
    weights = " ".join(f"{name} {weight:+.1f}" for name, weight in mention.features.items())
    return Text(
        f"{head}\n  confidence {mention.confidence:.2f} = {weights}\n  {' '.join(mention.rules)}", style="dim"
    )
