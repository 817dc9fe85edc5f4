"""`dyadwatch tag`: what a text says about the actors of a watch, as text or JSON Lines. Needs no database."""

import contextlib
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import click
from rich.console import Console
from rich.text import Text

from dyadwatch import articles, urls
from dyadwatch.cli.arguments import LANGUAGE, TEXT
from dyadwatch.cli.documents import read_document
from dyadwatch.cli.explanations import explain
from dyadwatch.cli.jsonl import parse_date, stream
from dyadwatch.cli.output import print_json
from dyadwatch.errors import InvalidInput, NotFound
from dyadwatch.local.terminal import clean
from dyadwatch.model.mentions import Mention, Tagged, TaggedText
from dyadwatch.rerankers import ENDPOINT_RERANKER
from dyadwatch.sandbox import shared_sandbox
from dyadwatch.settings import Settings
from dyadwatch.tagging import Tagger, details, example_watches, parse_watch, report, shipped_watches
from dyadwatch.tagging.relations.rerankers import Reranker, open_reranker

_Command = TypeVar("_Command", bound=Callable[..., Any])

DEFAULT_WATCH = "assad-khamenei"
_STRING_FIELDS = ("text", "title", "language", "published", "watch", "url")
_FORM = f"{__name__}.form"  # in the context's meta: the option that says how to answer


def _choose(context: click.Context, option: click.Parameter, chosen: bool) -> None:
    """Notes the form of the answer. Raises a usage error for a second one."""
    if chosen and context.meta.setdefault(_FORM, option.name) != option.name:
        raise click.UsageError(
            "give one of --jsonl, --json and --explain; the lines of --jsonl are JSON, with every feature and"
            " what was refused"
        )


def _form_option(name: str, help_text: str) -> Callable[[_Command], _Command]:
    return click.option(name, is_flag=True, expose_value=False, callback=_choose, help=help_text)


@click.command()
@click.argument("text", metavar="FILE|URL", type=TEXT, required=False)
@_form_option("--jsonl", "Read JSON Lines on stdin (or FILE), write one line for each.")
@_form_option("--json", "Print the answer as one JSON object.")
@_form_option("--explain", "Print the text with marks, every rule and weight, and what was refused.")
@click.option(
    "--watch", "watch_id", type=TEXT, default=DEFAULT_WATCH, show_default=True, help="The watch to tag for."
)
@click.option(
    "--watch-file",
    "watch_files",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="A watch document (JSON or YAML) to add to the shipped ones; repeatable.",
)
@click.option("--language", type=LANGUAGE, help="BCP 47 code; identified where not given.")
@click.option(
    "--reranker",
    type=TEXT,
    help="A reranker that scores the mentions again: an installed one, as NAME:ARGUMENT (nli:DIRECTORY), or "
    "openai, as DYADWATCH_RERANKER_URL and the other settings say.",
)
@click.option("--published", type=TEXT, help="ISO 8601 date of publication, against which roles are dated.")
def tag(
    text: str | None,
    watch_id: str,
    watch_files: tuple[Path, ...],
    language: str | None,
    published: str | None,
    reranker: str | None,
) -> None:
    """Print what a text says about the two actors of a watch.

    The text is FILE or stdin (- or nothing). Of an HTML page, as a file or by its URL, the article is
    extracted first. With --jsonl each line is {"id", "text", "title"?, "language"?, "published"?, "watch"?,
    "url"?}; lines that cannot be answered make the exit code 3. What a watch refuses of sources counts where
    the address of the text is known.
    """
    form = click.get_current_context().meta.get(_FORM)
    with _opened(reranker) as model:
        taggers = _Taggers(watch_files, model)
        if form == "jsonl":
            with _lines(text) as lines:
                stream(lines, sys.stdout.buffer, partial(_respond, taggers, watch_id))
            return
        taggers.check(watch_id)
        parse_date(published)
        request = _read(text, language, published)
        if form == "json":
            print_json(_respond(taggers, watch_id, request))
            return
        tagged = _tag(taggers.of(watch_id), watch_id, request)
    if form == "explain":
        click.echo(explain(request["text"], tagged, watch_id))
    else:
        _print_verdict(Console(), tagged, watch_id)


@contextlib.contextmanager
def _lines(name: str | None) -> Iterator[BinaryIO]:
    if name in {None, "-"}:
        yield sys.stdin.buffer
        return
    try:
        with Path(str(name)).open("rb") as file:
            yield file
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InvalidInput(f"{name!r} cannot be read: {reason}", code="file_unreadable") from error


def _read(name: str | None, language: str | None, published: str | None) -> dict[str, Any]:
    """What is to be tagged. Of a page it is the article; what the options say counts more than the page."""
    document = read_document(name)
    if not document.is_html:
        text = document.text()
        if document.is_fragment:
            text = shared_sandbox().call(articles.fragment_text, text)
            print("read as a fragment of a page", file=sys.stderr)
        return {"text": text, "language": language, "published": published}
    article = shared_sandbox().call(
        articles.extract,
        document.body,
        url=document.url,
        content_type=document.content_type,
        fetched_at=datetime.now(UTC),
    )
    print(f"article: {clean(article.title) or 'without a title'}", file=sys.stderr)
    return {
        "text": article.text,
        "title": article.title,
        "language": language or article.language,
        "published": published or (str(article.published) if article.published else None),
        "url": document.url or None,
    }


@contextlib.contextmanager
def _opened(choice: str | None) -> Iterator[Reranker | None]:
    if choice == ENDPOINT_RERANKER:
        from dyadwatch.bootstrap import standalone_reranker  # noqa: PLC0415  # this one alone needs a network

        settings = Settings.from_environ().model_copy(update={"reranker": choice})
        with standalone_reranker(settings) as reranker:
            yield reranker
    else:
        yield open_reranker(choice) if choice else None


class _Taggers:
    """A tagger for each watch: those shipped, the examples, and those of the files, which win over one of the
    same id. One is compiled when it is asked for, since each takes a second. Raises InvalidInput
    `watch_invalid` for a file that holds no watch."""

    def __init__(self, paths: Sequence[Path], reranker: Reranker | None) -> None:
        self._documents = {str(each["id"]): each for each in (*shipped_watches(), *example_watches())}
        self._reranker = reranker
        self._compiled: dict[str, Tagger] = {}
        for path in paths:
            watch = parse_watch(_read_watch_file(path))
            self._compiled[watch.id] = Tagger([watch], reranker=reranker)

    def check(self, watch_id: str) -> None:
        """Raises NotFound `watch_unknown`."""
        if watch_id not in (known := self._documents.keys() | self._compiled.keys()):
            there = ", ".join(sorted(known))
            raise NotFound(f"no watch {watch_id!r}; there are: {there}", code="watch_unknown")

    def of(self, watch_id: str) -> Tagger:
        """The tagger of a watch that there is."""
        if watch_id not in self._compiled:
            watch = parse_watch(self._documents[watch_id])
            self._compiled[watch_id] = Tagger([watch], reranker=self._reranker)
        return self._compiled[watch_id]


def _read_watch_file(path: Path) -> Mapping[str, Any]:
    from dyadwatch.cli.watch_files import read_watch_file  # noqa: PLC0415  # by the steps, with all that they need

    return read_watch_file(path, code="watch_invalid")


def _respond(taggers: _Taggers, default_watch: str, request: Mapping[str, Any]) -> dict[str, Any]:
    _check_strings(request)
    watch_id = request.get("watch") or default_watch
    taggers.check(watch_id)
    tagger = taggers.of(watch_id)
    started = time.perf_counter()
    tagged = _tag(tagger, watch_id, request)
    seconds = round(time.perf_counter() - started, 6)
    return {**report(tagged, watch_id), **details(tagged, watch_id), "seconds": seconds}


def _tag(tagger: Tagger, watch_id: str, request: Mapping[str, Any]) -> TaggedText:
    url = request.get("url")
    return tagger.tag(
        request["text"],
        title=request.get("title"),
        language=request.get("language"),
        published=parse_date(request.get("published")),
        watches={watch_id},
        host=urls.host(url) if url else "",
    )


def _check_strings(request: Mapping[str, Any]) -> None:
    for name in _STRING_FIELDS:
        value = request.get(name)
        if not isinstance(value, str) and (value is not None or name == "text"):
            raise InvalidInput(f"{name} is missing or not a string", code="line_malformed")


def _print_verdict(console: Console, tagged: TaggedText, watch_id: str) -> None:
    """The verdict and each mention behind it, with the actors marked and the weights."""
    result = tagged.watches.get(watch_id)
    verdict = "yes" if result and result.relationship else "no"
    console.print(Text.assemble(("relationship ", "dim"), (verdict, "bold"), (f"  {watch_id}", "dim")))
    console.print(f"score {result.score if result else 0.0:.2f}  language {tagged.language or 'unknown'}")
    if result is not None:
        console.print(_names(result))
        for mention in result.mentions:
            console.print()
            console.print(_mark_actors(mention))
            console.print(_reasons(mention, console.width))


def _names(result: Tagged) -> str:
    names = {
        side: sorted({surface.surface for surface in surfaces})
        for side, surfaces in sorted(result.actors.items())
    }
    return "  ".join(f"{side}: {', '.join(items) or 'not named'}" for side, items in names.items())


def _mark_actors(mention: Mention) -> Text:
    start = mention.evidence.start
    quote = Text(mention.evidence.quote)
    for side, style in (("a", "bold cyan"), ("b", "bold magenta")):
        for surface in mention.actors[side]:
            if start <= surface.start and surface.end <= mention.evidence.end:
                quote.stylize(style, surface.start - start, surface.end - start)
    return quote


def _reasons(mention: Mention, width: int) -> Text:
    event = f"{mention.event_type or 'tie'}{':' + mention.mode if mention.mode else ''}"
    speaker = f", says {mention.attribution.speaker}" if mention.attribution else ""
    head = f"  {event} {mention.direction} {mention.level} {mention.modality}{speaker}"
    # A feature and its weight stay on one line: textwrap breaks at plain spaces alone.
    weights = (f"{name} {weight:+.1f}".replace(" ", "\u00a0") for name, weight in mention.features.items())
    confidence = f"  confidence {mention.confidence:.2f} = {', '.join(weights)}"
    lines = textwrap.wrap(confidence, width, subsequent_indent="    ", break_long_words=False)
    wrapped = "\n".join(lines).replace("\u00a0", " ")
    return Text(f"{head}\n{wrapped}\n  {' '.join(mention.rules)}", style="dim")
