"""`dyadwatch settings`: what an operator may decide, and what is in force."""

import click

from dyadwatch.cli.tables import table
from dyadwatch.settings import Settings


@click.command()
def settings() -> None:
    """Show every setting, its value (secrets hidden) and what it is."""
    table(("setting", "value", "meaning"), Settings.from_environ().describe())
