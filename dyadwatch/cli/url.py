"""`dyadwatch url`: where the page and the API are."""

import click

from dyadwatch.cli.output import json_option, print_result
from dyadwatch.errors import SettingsError
from dyadwatch.local.local_settings import find_running
from dyadwatch.local.probe import local_address
from dyadwatch.settings import Settings


@click.command()
@json_option
def url() -> None:
    """Print the address of the page, under which /v1 is the API."""
    settings = Settings.from_environ()
    environ = None if settings.database_url else find_running(settings)
    if environ is None and not settings.database_url:
        raise SettingsError("no `dyadwatch up` of yours runs: start it, or name its DYADWATCH_DATA_DIR")
    in_force = Settings.from_environ(environ) if environ else settings
    address = in_force.public_url or f"http://{local_address(in_force.bind)}"
    print_result(address.rstrip("/") + "/", {"url": address.rstrip("/") + "/"})
