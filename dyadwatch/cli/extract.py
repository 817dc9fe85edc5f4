"""`dyadwatch extract`: one page for a person, or JSON Lines for programs. Needs no database."""

import gzip
import sys
import time
import traceback
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

import click
import orjson
from rich.console import Console
from rich.text import Text

from dyadwatch import articles
from dyadwatch.cli.jsonl import parsed
from dyadwatch.errors import DyadwatchError, InvalidInput
from dyadwatch.model.articles import ExtractedArticle


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option(
    "--url", default="", help="Where the page was found; relative links and the canonical link need it."
)
@click.option("--jsonl", is_flag=True, help="Read JSON Lines on stdin, write one line per input line.")
def extract(file: Path | None, url: str, jsonl: bool) -> None:
    """Show the article of the HTML page FILE (.gz is unpacked).

    With --jsonl: in {"id", "url", "html"} (or "html_path", .gz allowed), out {"id", "title", "authors", "published",
    "language", "canonical_url", "text", "not_article", "seconds", ...} or {"id", "error": {"code", "detail"}}, in order.
    """
    if jsonl:
        _stream(sys.stdin.buffer, sys.stdout.buffer)
        return
    if file is None:
        raise click.UsageError("give a FILE, or --jsonl to read lines from stdin")
    _show(articles.extract(_read(file), url=url))


def _stream(lines: BinaryIO, out: BinaryIO) -> None:
    """Answers every line that is not blank, in order, each at once."""
    for line in lines:
        if line.strip():
            out.write(orjson.dumps(_answer(line), option=orjson.OPT_APPEND_NEWLINE))
            out.flush()


def _answer(line: bytes) -> dict[str, Any]:
    """The answer to one line; whatever happens to it, the next line is answered too."""
    name: Any = None
    try:
        given = parsed(line)
        name = given.get("id")
        page = _page(given)
        started = time.perf_counter()
        article = articles.extract(page, url=given.get("url") or "")
        return {"id": name, **asdict(article), "seconds": round(time.perf_counter() - started, 6)}
    except DyadwatchError as error:
        return {"id": name, "error": {"code": error.code, "detail": error.detail}}
    except Exception as error:  # noqa: BLE001  # a fault of ours in one page must not cost the others; it is shown
        traceback.print_exc()
        return {"id": name, "error": {"code": "internal_error", "detail": f"{type(error).__name__}: {error}"}}


def _page(given: Mapping[str, Any]) -> str | bytes:
    if not isinstance(given.get("url"), str | None):
        raise InvalidInput('"url" is not a string', code="line_invalid")
    html, path = given.get("html"), given.get("html_path")
    if isinstance(html, str):
        return html
    if isinstance(path, str):
        return _read(Path(path))
    raise InvalidInput('neither "html" nor "html_path" is a string', code="line_invalid")


def _read(path: Path) -> bytes:
    """A file's bytes, unpacked where its name ends in .gz; one byte beyond the extractor's bound at most."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            return file.read(articles.MAX_BYTES + 1)
    except (OSError, EOFError, ValueError) as error:
        raise InvalidInput(f"{str(path)!r} cannot be read: {error}", code="file_unreadable") from error


def _show(article: ExtractedArticle) -> None:
    console = Console(highlight=False, soft_wrap=False)
    console.print(Text(article.title, style="bold"))
    facts = {
        "by": ", ".join(article.authors),
        "published": article.published,
        "modified": article.modified,
        "language": article.language,
        "section": article.section,
        "canonical": article.canonical_url,
        "origin": _origin(article),
        "caution": article.not_article and f"no whole article: {article.not_article}",
    }
    for name, value in facts.items():
        if value:
            console.print(Text(f"{name:>10}  ", style="dim") + Text(value), soft_wrap=True)
    if article.dek:
        console.print(Text(f"\n{article.dek}", style="italic"))
    console.print(Text(f"\n{article.text}"))


def _origin(article: ExtractedArticle) -> str:
    origin = article.origin
    return " · ".join(filter(None, (origin.agency, origin.publisher, origin.url))) if origin else ""
