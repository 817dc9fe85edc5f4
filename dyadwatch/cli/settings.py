"""`dyadwatch settings`: every setting with its value."""

from operator import itemgetter

import click

from dyadwatch.cli.output import json_option, print_items
from dyadwatch.settings import Settings


@click.command()
@json_option
def settings() -> None:
    """List every setting with its value (secrets hidden) and its meaning."""
    columns = {
        "setting": itemgetter("setting"),
        "value": itemgetter("value"),
        "meaning": itemgetter("meaning"),
    }
    described = Settings.from_environ().describe()
    print_items(columns, [dict(zip(columns, row, strict=True)) for row in described])
