"""`dyadwatch trace`: why an address raised an alert, or why it did not."""

import click
from rich.console import Console
from rich.text import Text

from dyadwatch.cli.arguments import TEXT
from dyadwatch.cli.output import json_option, print_json, wants_json
from dyadwatch.cli.session import open_product
from dyadwatch.local.terminal import clean
from dyadwatch.model.traces import Trace, WatchTrace
from dyadwatch.tagging import REASONS

_MARKS = {"passed": ("✓", "green"), "waiting": ("…", "yellow"), "stopped": ("✗", "red")}
_MAX_QUOTE = 120  # characters


@click.command()
@click.argument("url", type=TEXT)
@json_option
def trace(url: str) -> None:
    """Say what became of a page on its way from a feed to an alert, and which rule refused what.

    A page that is not stored is requested, within what robots.txt allows, to see what would have come of it;
    nothing of it is kept."""
    with open_product() as product:
        answer = product.pipeline.trace(url)
    if wants_json():
        print_json(answer)
    else:
        _print(Console(highlight=False), answer)


def _print(console: Console, answer: Trace) -> None:
    console.print(Text(clean(answer.answer), style="bold"), soft_wrap=True)
    for stage in answer.stages:
        mark, style = _MARKS[stage.state]
        code = f"  ({stage.code})" if stage.code else ""
        line = Text.assemble((mark, style), f" {stage.stage:<9} {clean(stage.detail)}", (code, "dim"))
        console.print(line, soft_wrap=True)
    for watch in answer.watches:
        _print_watch(console, watch)


def _print_watch(console: Console, watch: WatchTrace) -> None:
    mark, style = _MARKS["passed" if watch.code is None else "stopped"]
    code = f"  ({watch.code})" if watch.code else ""
    head = Text.assemble((mark, style), f" {watch.watch}: {clean(watch.detail)}", (code, "dim"))
    console.print(head, soft_wrap=True)
    if watch.code is None or watch.relationship or any(watch.names.values()):
        names = "  ".join(f"{side}: {', '.join(found) or 'not named'}" for side, found in watch.names.items())
        console.print(Text(f"    {clean(names)}", style="dim"), soft_wrap=True)
    for refused in watch.suppressed:
        quote = " ".join(refused.quote.split())
        quote = quote if len(quote) <= _MAX_QUOTE else quote[: _MAX_QUOTE - 1] + "…"
        line = f"    “{clean(quote)}” {REASONS[refused.reason]} ({refused.rule})"
        console.print(Text(line, style="dim"), soft_wrap=True)
