"""`dyadwatch extract`: the article of an HTML page, as text or JSON Lines. Needs no database."""

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
from dyadwatch.cli.documents import read_document, read_file
from dyadwatch.cli.jsonl import stream
from dyadwatch.cli.output import print_json
from dyadwatch.errors import InvalidInput
from dyadwatch.model.articles import ExtractedArticle
from dyadwatch.sandbox import shared_sandbox


@click.command()
@click.argument("page", metavar="FILE|URL", required=False, type=TEXT)
@click.option(
    "--url", type=TEXT, default="", help="A file's address, for relative links and the canonical URL."
)
@click.option("--json", "as_json", is_flag=True, help="Print the article as one JSON object.")
@click.option("--jsonl", is_flag=True, help="Read JSON Lines on stdin, write one line per input line.")
def extract(page: str | None, url: str, as_json: bool, jsonl: bool) -> None:
    """Print the article of an HTML page: FILE (.gz is unpacked), URL, or - or nothing for stdin.

    With --jsonl: in {"id", "url", "html"} (or "html_path", .gz allowed), out {"id",
    "title", "authors", "published", "language", "canonical_url", "text",
    "not_article", "seconds", ...} or {"id", "error": {"code", "detail"}}, in order.
    A page without an article is an answer; lines that cannot be answered at all make the exit code 3.
    """
    if jsonl:
        stream(sys.stdin.buffer, sys.stdout.buffer, _respond)
        return
    document = read_document(page)
    article = _extract(document.body, url or document.url, document.content_type)
    if as_json:
        print_json(article)
    else:
        _print_article(article)


def _respond(request: Mapping[str, Any]) -> dict[str, Any]:
    page = _page(request)
    started = time.perf_counter()
    article = _extract(page, request.get("url") or "")
    return {**asdict(article), "seconds": round(time.perf_counter() - started, 6)}


def _extract(page: str | bytes, url: str, content_type: str | None = None) -> ExtractedArticle:
    return shared_sandbox().call(
        articles.extract, page, url=url, content_type=content_type, fetched_at=datetime.now(UTC)
    )


def _page(request: Mapping[str, Any]) -> str | bytes:
    if not isinstance(request.get("url"), str | None):
        raise InvalidInput('"url" is not a string', code="line_invalid")
    html, path = request.get("html"), request.get("html_path")
    if isinstance(html, str):
        return html
    if isinstance(path, str):
        return read_file(Path(path))
    raise InvalidInput('neither "html" nor "html_path" is a string', code="line_invalid")


def _print_article(article: ExtractedArticle) -> None:
    console = Console(highlight=False)
    wrap = not console.is_terminal  # a pipe gets a paragraph as one line
    console.print(Text(article.title, style="bold"), soft_wrap=wrap)
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
        console.print(Text(f"\n{article.dek}", style="italic"), soft_wrap=wrap)
    console.print(Text(f"\n{article.text}"), soft_wrap=wrap)


def _origin(article: ExtractedArticle) -> str:
    origin = article.origin
    return " · ".join(filter(None, (origin.agency, origin.publisher, origin.url))) if origin else ""
