"""`dyadwatch secrets`: the keys that seal stored secrets."""

import click

from dyadwatch.cli.groups import Group
from dyadwatch.cli.output import json_option, print_result
from dyadwatch.cli.session import open_product
from dyadwatch.errors import SettingsError
from dyadwatch.store import resealing, sealing


@click.group(cls=Group)
def secrets() -> None:
    """The keys that seal stored secrets."""


@secrets.command("new-key")
@json_option
def new_key() -> None:
    """Print a new key for DYADWATCH_SECRET_KEYS."""
    key = sealing.new_key()
    print_result(key, {"key": key})


@secrets.command()
@json_option
def reseal() -> None:
    """Seal every stored secret with the first of DYADWATCH_SECRET_KEYS, after which the others can go."""
    with open_product() as product:
        if not product.store.sealing.is_on:
            raise SettingsError("DYADWATCH_SECRET_KEYS is not set: nothing would be sealed")
        counts = resealing.reseal(product.store)
    print_result("sealed: " + ", ".join(f"{table} {count}" for table, count in counts.items()), counts)
