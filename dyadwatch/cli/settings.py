"""`dyadwatch settings`: every setting with its value."""

import click

from dyadwatch.cli.tables import print_table
from dyadwatch.settings import Settings


@click.command()
def settings() -> None:
    """List every setting with its value (secrets hidden) and its meaning."""
    print_table(("setting", "value", "meaning"), Settings.from_environ().describe())
