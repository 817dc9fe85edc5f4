"""Rows as a table on a terminal, and as tab-separated lines in a pipe, for `cut` and `awk`."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dyadwatch.local.terminal import clean
from dyadwatch.model.pagination import ListPage

Item = TypeVar("Item")
PAGE_SIZE = 200  # rows that a list reads at once


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Prints the rows under the names of their columns."""
    console = Console(highlight=False)
    if not console.is_terminal:
        for row in (columns, *rows):
            print("\t".join(clean(_cell(value)).replace("\t", " ") for value in row))
        return
    table = Table(*columns, box=None, header_style="bold dim", pad_edge=False)
    for row in rows:
        table.add_row(*(Text(clean(_cell(value))) for value in row))
    console.print(table if table.row_count else Text("none", style="dim"))


def all_items(read: Callable[..., ListPage[Item]], at_most: int | None = None) -> Iterator[Item]:
    """The items of all pages, or so many of them; `read` takes a `limit` and a `cursor`."""
    return itertools.islice(_walk(partial(read, limit=min(at_most or PAGE_SIZE, PAGE_SIZE))), at_most)


def _walk(read: Callable[..., ListPage[Item]]) -> Iterator[Item]:
    cursor: str | None = None
    while True:
        page = read(cursor=cursor)
        yield from page.data
        if page.next is None:
            return
        cursor = page.next


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone():%Y-%m-%d %H:%M}"
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    return str(value)
