"""`dyadwatch extract`: the article of an HTML page, as text or JSON Lines. Needs no database."""

import gzip
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from dyadwatch import articles
from dyadwatch.cli.arguments import TEXT
from dyadwatch.cli.jsonl import stream
from dyadwatch.errors import InvalidInput
from dyadwatch.model.articles import ExtractedArticle
from dyadwatch.sandbox import shared_sandbox


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option(
    "--url", type=TEXT, default="", help="The page's address, for relative links and the canonical URL."
)
@click.option("--jsonl", is_flag=True, help="Read JSON Lines on stdin, write one line per input line.")
def extract(file: Path | None, url: str, jsonl: bool) -> None:
    """Print the article of the HTML page FILE (.gz is unpacked).

    With --jsonl: in {"id", "url", "html"} (or "html_path", .gz allowed), out {"id",
    "title", "authors", "published", "language", "canonical_url", "text",
    "not_article", "seconds", ...} or {"id", "error": {"code", "detail"}}, in order.
    """
    if jsonl:
        stream(sys.stdin.buffer, sys.stdout.buffer, _respond)
        return
    if file is None:
        raise click.UsageError("give a FILE, or --jsonl to read lines from stdin")
    _print_article(_extract(_read(file), url))


def _respond(request: Mapping[str, Any]) -> dict[str, Any]:
    page = _page(request)
    started = time.perf_counter()
    article = _extract(page, request.get("url") or "")
    return {**asdict(article), "seconds": round(time.perf_counter() - started, 6)}


def _extract(page: str | bytes, url: str) -> ExtractedArticle:
    return shared_sandbox().call(articles.extract, page, url=url, fetched_at=datetime.now(UTC))


def _page(request: Mapping[str, Any]) -> str | bytes:
    if not isinstance(request.get("url"), str | None):
        raise InvalidInput('"url" is not a string', code="line_invalid")
    html, path = request.get("html"), request.get("html_path")
    if isinstance(html, str):
        return html
    if isinstance(path, str):
        return _read(Path(path))
    raise InvalidInput('neither "html" nor "html_path" is a string', code="line_invalid")


def _read(path: Path) -> bytes:
    """A file's bytes, unpacked where its name ends in .gz; at most one more than the extractor accepts."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            return file.read(articles.MAX_BYTES + 1)
    except (OSError, EOFError, ValueError) as error:
        raise InvalidInput(f"{str(path)!r} cannot be read: {error}", code="file_unreadable") from error


def _print_article(article: ExtractedArticle) -> None:
    console = Console(highlight=False, soft_wrap=False)
    console.print(Text(article.title, style="bold"))
    fields = {
        "by": ", ".join(article.authors),
        "published": article.published and f"{article.published} ({article.published_source})",
        "modified": article.modified,
        "language": article.language,
        "section": article.section,
        "canonical": article.canonical_url,
        "origin": _origin(article),
        "caution": article.not_article and f"not a complete article: {article.not_article.replace('_', ' ')}",
    }
    for name, value in fields.items():
        if value:
            console.print(Text(f"{name:>10}  ", style="dim") + Text(value), soft_wrap=True)
    if article.dek:
        console.print(Text(f"\n{article.dek}", style="italic"))
    console.print(Text(f"\n{article.text}"))


def _origin(article: ExtractedArticle) -> str:
    origin = article.origin
    return " · ".join(filter(None, (origin.agency, origin.publisher, origin.url))) if origin else ""
