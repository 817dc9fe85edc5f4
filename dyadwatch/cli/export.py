"""`dyadwatch export`: alerts, articles and fetched pages as files for other programs."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, BinaryIO, TypeVar

import click
import orjson
from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from dyadwatch.bootstrap import Product, user_agent
from dyadwatch.cli.alerts import filter_options, read_filter
from dyadwatch.cli.arguments import LANGUAGE, MOMENT
from dyadwatch.cli.groups import Group
from dyadwatch.cli.session import open_product
from dyadwatch.cli.tables import PAGE_SIZE
from dyadwatch.exports import Page, parquet, polecat, table, warc
from dyadwatch.exports.page import ActorsOf, Document
from dyadwatch.local.terminal import quantity
from dyadwatch.model.pagination import ListPage
from dyadwatch.model.snapshots import FetchedPage
from dyadwatch.store import Connection, snapshots, watches
from dyadwatch.store import alerts as alert_rows
from dyadwatch.store import articles as article_rows

_Item = TypeVar("_Item")
_OUT = click.option("-o", "--out", type=click.File("wb"), default="-", help="Default: standard output.")
# The writers of tables, which begin with a line of names.
_TABLES: Mapping[str, Callable[[Page], bytes]] = {"csv": table.write, "polecat": polecat.write}
_MAX_PAGES = 20  # fetched pages that are read at once: each may have megabytes


@click.group(cls=Group)
def export() -> None:
    """Write alerts, articles or fetched pages to a file."""


@export.command("alerts")
@click.option(
    "--format", "form", type=click.Choice(["jsonl", *_TABLES, "parquet"]), default="jsonl", show_default=True
)
@filter_options
@_OUT
def alerts_(form: str, out: BinaryIO, **options: Any) -> None:
    """Write alerts: each as the REST interface has it (jsonl), a line with its first article and surest
    evidence (csv), the columns of POLECAT, or a row for each piece of evidence (parquet, an extra)."""
    with open_product() as product:
        with product.store.begin() as db:
            filters = read_filter(db, options)

        def read(db: Connection, cursor: str | None) -> ListPage[alert_rows.AlertDocument]:
            return alert_rows.page(db, filters, limit=PAGE_SIZE, cursor=cursor)

        pages = _counted((page.data for page in _pages(product, read)), "alert")
        if form == "jsonl":
            out.writelines(f"{alert.json}\n".encode() for page in pages for alert in page)
            return
        documents = ([alert.parse() for alert in page] for page in pages)
        if form == "parquet":
            with product.store.begin() as db:
                actors = _actors(db)
            parquet.write_all(chain.from_iterable(documents), actors, out)
        else:
            _write_table(product, form, documents, out)


def _write_table(product: Product, form: str, pages: Iterable[list[Document]], out: BinaryIO) -> None:
    """One table of all pages: of each but the first the line of names is left out."""
    with product.store.begin() as db:
        actors = _actors(db)
    base = (product.settings.public_url or "").rstrip("/")
    for number, documents in enumerate(pages):
        rows = _TABLES[form](Page(documents, "", None, base, actors))
        out.write(rows if number == 0 else rows.split(b"\n", 1)[1])


@export.command("articles")
@click.option("--source", type=click.IntRange(1), help="Of this source.")
@click.option("--language", type=LANGUAGE, help="In this language.")
@click.option("--since", type=MOMENT, help="First seen at this time or later.")
@click.option("--until", type=MOMENT, help="First seen before this time.")
@_OUT
def articles_(out: BinaryIO, **filters: Any) -> None:
    """Write articles with their texts, an object of JSON a line."""

    def read(db: Connection, cursor: str | None) -> ListPage[Any]:
        page = article_rows.page(db, **filters, limit=PAGE_SIZE, cursor=cursor)
        return ListPage(tuple(article_rows.get(db, each.id) for each in page.data), page.next)

    with open_product() as product:
        for page in _counted((page.data for page in _pages(product, read)), "article"):
            out.writelines(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE) for each in page)


@export.command("pages")
@_OUT
def pages_(out: BinaryIO) -> None:
    """Write every page that is kept, as it was fetched, as a compressed WARC file."""
    with open_product() as product:
        pages = _counted(_fetched(product), "page")
        warc.write_all(chain.from_iterable(pages), user_agent(product.settings), out)


def _fetched(product: Product) -> Iterator[list[FetchedPage]]:
    after = 0
    while True:
        with product.store.begin() as db:
            some = snapshots.fetched_pages(db, after=after, limit=_MAX_PAGES)
        if not some:
            return
        yield some
        after = some[-1].id


def _pages(
    product: Product, read: Callable[[Connection, str | None], ListPage[_Item]]
) -> Iterator[ListPage[_Item]]:
    """The pages of a list, each in a transaction of its own: whoever reads the output may be slow."""
    cursor: str | None = None
    while True:
        with product.store.begin() as db:
            page = read(db, cursor)
        yield page
        if page.next is None:
            return
        cursor = page.next


def _counted(pages: Iterable[Any], noun: str) -> Iterator[Any]:
    """The pages, whose items are counted on a terminal while they are written."""
    columns = (TextColumn("{task.description}"), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task, written = progress.add_task("begins"), 0
        for page in pages:
            yield page
            written += len(page)
            progress.update(task, description=f"{quantity(written, noun)} written")


def _actors(db: Connection) -> ActorsOf:
    return watches.actors(db, [label.id for label in watches.labels(db, limit=10_000)])
