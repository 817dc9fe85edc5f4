"""`dyadwatch articles`: what was read, with its text."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from dyadwatch.cli.arguments import LANGUAGE, MOMENT, TEXT
from dyadwatch.cli.output import json_option, limit_option, print_items, print_json, wants_json
from dyadwatch.cli.session import open_product
from dyadwatch.cli.tables import all_items
from dyadwatch.local.terminal import clean
from dyadwatch.model.articles import ArticleView, FullArticleView
from dyadwatch.store import articles as rows
from dyadwatch.store import filter_values

_COLUMNS: Mapping[str, Callable[[ArticleView], object]] = {
    "id": lambda each: each.id,
    "first seen": lambda each: each.first_seen_at,
    "language": lambda each: each.language,
    "source": lambda each: each.source and each.source.name,
    "story": lambda each: each.story,
    "copy of": lambda each: each.copy_of,
    "title": lambda each: each.title,
    "url": lambda each: each.url,
}


@click.command()
@click.argument("number", metavar="[ID]", type=int, required=False)
@click.option("--source", type=click.IntRange(1), help="Of this source.")
@click.option("--language", type=LANGUAGE, help="In this language.")
@click.option("--watch", type=TEXT, help="That carry the relationship of this watch.")
@click.option("--since", type=MOMENT, help="First seen at this time or later.")
@click.option("--until", type=MOMENT, help="First seen before this time.")
@click.option("--q", type=TEXT, help='Words of texts; "a phrase", or and -not work.')
@limit_option
@json_option
def articles(number: int | None, limit: int, **filters: Any) -> None:
    """List articles, those seen last first, or show the one with this ID, with its text."""
    with open_product() as product, product.store.begin() as db:
        if number is not None:
            _show(rows.get(db, number))
            return
        filter_values.check(db, {name: filters[name] for name in ("source", "watch")})
        print_items(_COLUMNS, all_items(partial(rows.page, db, **filters), limit))


def _show(article: FullArticleView) -> None:
    if wants_json():
        print_json(article)
        return
    console = Console(highlight=False)
    fields = {
        "article": article.id,
        "url": article.url,
        "by": ", ".join(article.authors),
        "source": article.source and article.source.name,
        "published": _time(article.published_at),
        "first seen": _time(article.first_seen_at),
        "language": article.language,
        "story": article.story,
        "copy of": article.copy_of,
        "status": article.status,
    }
    for name, value in fields.items():
        if value:
            console.print(Text(f"{name:>10}  ", style="dim") + Text(clean(str(value))), soft_wrap=True)
    lines = "\n".join(clean(line) for line in article.text.split("\n"))
    console.print(Text(f"\n{lines}"), soft_wrap=not console.is_terminal)


def _time(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone():%Y-%m-%d %H:%M}"
