"""`dyadwatch doctor`: what is wrong with an installation, and the remedy."""

import click
from rich.console import Console
from rich.text import Text

from dyadwatch.cli.output import json_option, print_json, wants_json
from dyadwatch.cli.session import open_product
from dyadwatch.local.doctor import Check, examine
from dyadwatch.local.terminal import clean

_MARKS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "failed": ("✗", "red")}


@click.command()
@json_option
def doctor() -> None:
    """Look at database, broker, clock, DNS, disk, keys, web server, OpenID provider, workers and feeds, and
    name what to do where one is not well. Fails where any has failed."""
    with open_product(any_schema=True) as product:
        checks = []
        for check in examine(product):
            checks.append(check)
            _print(check)
    if any(check.state == "failed" for check in checks):
        click.get_current_context().exit(1)


def _print(check: Check) -> None:
    if wants_json():
        print_json(check)
        return
    mark, style = _MARKS[check.state]
    console = Console(highlight=False)
    console.print(Text.assemble((mark, style), f" {check.name:<9} {clean(check.detail)}"), soft_wrap=True)
    if check.remedy:
        console.print(Text(f"  {'':<9} → {check.remedy}", style=style), soft_wrap=True)
