"""`dyadwatch source`: publishers and their feeds."""

import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, BinaryIO

import click

from dyadwatch import urls
from dyadwatch.cli.arguments import COUNTRY, LANGUAGE, MOMENT, NAME, TEXT
from dyadwatch.cli.groups import Group
from dyadwatch.cli.output import json_option, print_items, print_json, print_result, wants_json
from dyadwatch.cli.session import open_product
from dyadwatch.cli.tables import all_items, print_table
from dyadwatch.errors import WebError
from dyadwatch.feeds import opml, without_feed_scheme
from dyadwatch.local.terminal import clean, quantity
from dyadwatch.model.feeds import FeedView, NewFeed
from dyadwatch.model.past_pages import PastPages, PastPagesRequest, Span
from dyadwatch.model.sources import NewSource, SourceView
from dyadwatch.sandbox import shared_sandbox
from dyadwatch.store import Connection, feeds, removal, sources

_COLUMNS: Mapping[str, Callable[[tuple[SourceView, FeedView]], object]] = {
    "id": lambda row: row[0].id,
    "name": lambda row: row[0].name,
    "country": lambda row: row[0].country,
    "side": lambda row: row[0].side,
    "language": lambda row: row[0].language,
    "feed": lambda row: row[1].id,
    "url": lambda row: row[1].url,
    "state": lambda row: row[1].state,
    "polled": lambda row: row[1].last_polled_at,
    "error": lambda row: row[1].last_error and row[1].last_error.code,
}


_FEED_COLUMNS: Mapping[str, Callable[[FeedView], object]] = {
    "kind": lambda feed: feed.kind,
    "state": lambda feed: feed.state,
    "polled": lambda feed: feed.last_polled_at,
    "next": lambda feed: feed.next_poll_at,
    "status": lambda feed: feed.last_status,
    "errors": lambda feed: feed.error_count,
    "error": lambda feed: feed.last_error and feed.last_error.code,
    "why then": lambda feed: feed.reason,
}


@click.group(cls=Group)
def source() -> None:
    """Publishers and their feeds."""


@source.command()
@click.argument("name", type=NAME)
@click.argument("feeds", metavar="FEED_URL...", nargs=-1, required=True, type=TEXT)
@click.option("--homepage", type=TEXT)
@click.option("--country", type=COUNTRY, help="ISO 3166-1 alpha-2, such as SY.")
@click.option("--side", type=NAME, help='Your own label, such as "syrian" or "western".')
@click.option("--language", type=LANGUAGE, help="BCP 47, such as ar.")
@click.option("--ownership", type=NAME, help='Your own label, such as "state" or "private".')
@json_option
def add(name: str, feeds: tuple[str, ...], **fields: str | None) -> None:
    """Add a publisher and its feeds."""
    new = NewSource(
        name=name,
        feeds=tuple(NewFeed(urls.strict(without_feed_scheme(url))) for url in feeds),
        homepage=fields["homepage"],
        country=fields["country"],
        side=fields["side"],
        language=fields["language"],
        ownership=fields["ownership"],
    )
    with open_product() as product, product.store.begin() as db:
        for url in filter(None, (new.homepage, *(feed.url for feed in new.feeds))):
            product.web.check(url)
        new_source = sources.create(db, new)
    count = quantity(len(new_source.feeds), "feed")
    print_result(f"source {new_source.id}: {new_source.name}, {count}", new_source)


@source.command("list")
@json_option
def list_() -> None:
    """List the sources with the state of each feed."""
    with open_product() as product, product.store.begin() as db:
        if wants_json():
            print_items({}, _all(db))
        else:
            print_items(_COLUMNS, ((each, feed) for each in _all(db) for feed in each.feeds))


@source.command()
@click.argument("number", metavar="ID", type=int)
@json_option
def show(number: int) -> None:
    """Show a source: each feed with its state, and why it is polled when it is."""
    with open_product() as product, product.store.begin() as db:
        view = sources.get(db, number)
    if wants_json():
        print_json(view)
        return
    for name in ("id", "name", "homepage", "country", "side", "language", "ownership", "state_control"):
        if (value := getattr(view, name)) is not None:
            click.echo(f"{name:<14} {clean(str(value))}")
    if view.drift:
        click.echo(f"{'drift':<14} {clean(view.drift.detail)} ({view.drift.code})")
    for feed in view.feeds:
        click.echo(f"\nfeed {feed.id}  {clean(feed.url)}")
        print_table(tuple(_FEED_COLUMNS), [[read(feed) for read in _FEED_COLUMNS.values()]])


@source.command()
@click.argument("url", type=TEXT)
@json_option
def check(url: str) -> None:
    """Read an address as a poll would, and store nothing: the feed behind it, its first entries, and the
    watches that their titles and summaries match. Of a home page, the feeds that it names."""
    with open_product() as product:
        preview = product.pipeline.preview_feed(without_feed_scheme(url))
    if wants_json():
        print_json(preview)
        return
    if preview.feed is None:
        click.echo("an HTML page that names several feeds; choose one of them:")
        for candidate in preview.candidates:
            click.echo(clean(candidate))
        return
    click.echo(f"{preview.kind} feed {clean(preview.title or '')}: {clean(preview.feed)}")
    click.echo(f"{quantity(preview.entry_count, 'entry', 'entries')}, the first of them:")
    print_table(
        ("published", "watches", "title", "url"),
        [(each.published_at, each.watches, each.title, each.url) for each in preview.entries],
    )


def _past_words(past: PastPages, request: PastPagesRequest) -> str:
    read = quantity(past.sitemaps, "sitemap") + (
        f" ({past.unread} more could not be read)" if past.unread else ""
    )
    words = f"{read}: {quantity(past.listed, 'page')} of that time, {past.added} not known before"
    if request.preview and past.added:
        words += f", which take {timedelta(seconds=round(past.added * request.seconds))} (h:mm:ss)"
    if past.last_due_at:
        words += f", one fetched every {request.seconds:g} s until {past.last_due_at:%Y-%m-%d %H:%M} UTC"
    if past.undated:
        words += f"; {past.undated} without a date left out"
    return words


def _change_feeds(number: int, change: Callable[[Connection, int], FeedView], words: str) -> None:
    """Changes every feed of a source."""
    with open_product() as product, product.store.begin() as db:
        sources.get(db, number)
        own = [*all_items(partial(feeds.page, db, source=number))]
        for feed in own:
            change(db, feed.id)
        view = sources.get(db, number)
    print_result(f"{quantity(len(own), 'feed')} of source {number} {words}", view)


@source.command()
@click.argument("number", metavar="ID", type=int)
@json_option
def poll(number: int) -> None:
    """Poll the feeds of a source now. The workers do it."""
    _change_feeds(number, feeds.poll_now, "will be polled now")


@source.command()
@click.argument("number", metavar="ID", type=int)
@json_option
def pause(number: int) -> None:
    """Poll the feeds of a source no more, until `source resume`."""
    _change_feeds(number, lambda db, feed: feeds.update(db, feed, "paused"), "paused")


@source.command()
@click.argument("number", metavar="ID", type=int)
@json_option
def resume(number: int) -> None:
    """Poll the feeds of a source again, at once."""
    _change_feeds(number, lambda db, feed: feeds.update(db, feed, "active"), "active again")


@source.command()
@click.argument("number", metavar="ID", type=int)
@click.option("--since", type=MOMENT, required=True, help="Pages published at this time or later.")
@click.option("--until", type=MOMENT, help="Pages published before this time; by default, now.")
@click.option(
    "--sitemap",
    "sitemaps",
    metavar="URL",
    multiple=True,
    type=TEXT,
    help="Begin with it; by default with those that robots.txt names.",
)
@click.option(
    "--every",
    "seconds",
    metavar="SECONDS",
    type=click.FloatRange(1, 3600),
    default=10,
    show_default=True,
    help="From one page to the next.",
)
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=10_000, show_default=True, help="Pages at most."
)
@click.option("--undated", "with_undated", is_flag=True, help="Take pages that say no date, too.")
@click.option("--preview", is_flag=True, help="Count them, and store nothing.")
@json_option
def backfill(
    number: int, since: datetime, until: datetime | None, sitemaps: tuple[str, ...], **options: Any
) -> None:
    """Fetch what a source published before it was watched, as its sitemaps list it.

    The workers fetch the pages one by one, as robots.txt and the host's pace allow, beside what is new. Their
    alerts are in every list, and sent to nobody. Pages that are known are left out, so it may be run again.
    """
    span = Span(since, until or datetime.now(UTC))
    request = PastPagesRequest(number, span, tuple(map(urls.strict, sitemaps)), **options)
    past = PastPages()
    with open_product() as product:
        for read in product.pipeline.add_past_pages(request):
            past = read.progress
            what = read.error.detail if read.error else f"{quantity(past.added, 'page')} so far"
            click.echo(f"{clean(read.url)}: {clean(what)}", err=True)
    if past.unread and not past.sitemaps:
        raise WebError("No sitemap could be read.", code="sitemap_unread")
    print_result(_past_words(past, request), past)


@source.command("import")
@click.argument("file", metavar="FILE.opml", type=click.File("rb"))
@json_option
def import_(file: BinaryIO) -> None:
    """Add the sources of an OPML file, except those that are there already."""
    listed = shared_sandbox().call(opml.read, file.read())
    with open_product() as product, product.store.begin() as db:
        listed = listed.checked(product.web.check)
        added = sources.ensure(db, listed.sources)
        left_out = listed.not_added(feeds.existing_urls(db, listed.urls))
    there = len(listed.sources) - added
    print_result(
        f"{quantity(added, 'source')} added, {there} already there",
        {"added": added, "already_there": there, "left_out": left_out},
    )
    for item in left_out:
        words = " ".join(filter(None, (item.name, item.url)))
        click.echo(f"left out: {clean(words)}: {item.detail} ({item.code})", err=True)


@source.command()
def export() -> None:
    """Write the sources as OPML, which other feed readers import."""
    with open_product() as product, product.store.begin() as db:
        every_source = [*all_items(partial(sources.page, db, max_feeds=None))]
    sys.stdout.buffer.write(opml.write(every_source))


@source.command()
@click.argument("number", metavar="ID", type=int)
@json_option
def remove(number: int) -> None:
    """Stop watching a source. Its articles and alerts stay."""
    with open_product() as product:
        removal.remove(product.store, "source", number)
    print_result(f"source {number} removed", {"removed": number})


def _all(db: Connection) -> Iterator[SourceView]:
    """All sources with all their feeds."""
    return all_items(partial(sources.page, db, max_feeds=None))
