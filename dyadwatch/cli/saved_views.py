"""`dyadwatch view`: lists of alerts that a reader comes back to."""

from collections.abc import Callable, Mapping
from typing import Any, get_args
from urllib.parse import urlencode

import click

from dyadwatch.cli.alerts import filter_options, print_alerts, read_filter, triage_option
from dyadwatch.cli.arguments import NAME
from dyadwatch.cli.groups import Group
from dyadwatch.cli.output import json_option, limit_option, print_items, print_result
from dyadwatch.cli.readers import find_reader, reader_option
from dyadwatch.cli.session import open_product
from dyadwatch.errors import NotFound
from dyadwatch.local.terminal import clean
from dyadwatch.model.alert_triage import Reader
from dyadwatch.model.alerts import AlertSort
from dyadwatch.model.saved_views import SavedView
from dyadwatch.store import Connection, saved_views
from dyadwatch.subscriptions.saved_views import parse_view

_COLUMNS: Mapping[str, Callable[[SavedView], object]] = {
    "id": lambda each: each.id,
    "name": lambda each: each.name,
    "query": lambda each: each.query,
    "made": lambda each: each.created_at,
}


@click.group(cls=Group)
def view() -> None:
    """Lists of alerts that a reader comes back to; the page shows them too."""


@view.command("list")
@reader_option
@json_option
def list_(reader: str | None) -> None:
    """List the views of a reader, by their names."""
    with open_product() as product, product.store.begin() as db:
        print_items(_COLUMNS, saved_views.of_reader(db, find_reader(db, reader)))


@view.command()
@click.argument("name", type=NAME)
@filter_options
@triage_option
@click.option("--sort", type=click.Choice(get_args(AlertSort)), help="The largest or latest first.")
@reader_option
@json_option
def add(name: str, reader: str | None, sort: str | None, **options: Any) -> None:
    """Save the list of alerts that these options filter."""
    with open_product() as product, product.store.begin() as db:
        who = find_reader(db, reader)
        read_filter(db, options)
        query = urlencode({key: value for key, value in (*options.items(), ("sort", sort)) if value}, True)
        saved_views.check(db, parse_view(query))
        made = saved_views.create(db, who, name, query)
    print_result(f"view {made.id}: {clean(made.name)}", made)


@view.command()
@click.argument("name", metavar="NAME|ID")
@limit_option
@reader_option
@json_option
def show(name: str, limit: int, reader: str | None) -> None:
    """List the alerts of a view."""
    with open_product() as product, product.store.begin() as db:
        who = find_reader(db, reader)
        query = parse_view(_find(db, who, name).query)
        print_alerts(db, query.read_by(who), limit, query.sort)


@view.command()
@click.argument("name", metavar="NAME|ID")
@reader_option
@json_option
def remove(name: str, reader: str | None) -> None:
    """Remove a view."""
    with open_product() as product, product.store.begin() as db:
        who = find_reader(db, reader)
        one = _find(db, who, name)
        saved_views.delete(db, who, one.id)
    print_result(f"view {one.id} removed: {clean(one.name)}", one)


def _find(db: Connection, reader: Reader, name: str) -> SavedView:
    """The view of a name, or else of an id. Raises NotFound."""
    views = saved_views.of_reader(db, reader)
    named = [one for one in views if one.name == name] or [one for one in views if str(one.id) == name]
    if not named:
        raise NotFound(f"{reader.person} has no view {name!r}.")
    return named[0]
