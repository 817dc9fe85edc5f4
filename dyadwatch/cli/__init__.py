"""The command line: one module per noun or command.

A command parses its arguments, calls one function of a lower layer and
prints the result. `service` and `workers` are started as programs and
never imported; no rule about news, no SQL and no HTTP client lives here.
"""

import importlib
import io
import sys
from collections.abc import Sequence

import click

from dyadwatch.cli.groups import Group
from dyadwatch.errors import DyadwatchError

# name -> (module, object, help). Imported when used, so that `--help` is quick and `up` stays small.
COMMANDS = {
    "up": ("dyadwatch.local.up", "up", "Run everything on this machine."),
    "demo": ("dyadwatch.local.up", "demo", "Run everything with a small newsroom, to try it out."),
    "url": ("dyadwatch.cli.url", "url", "Print where the page and the API are."),
    "migrate": ("dyadwatch.cli.maintenance", "migrate", "Bring the database up to date."),
    "web": ("dyadwatch.cli.exec_commands", "web", "Run the web server alone."),
    "worker": ("dyadwatch.cli.exec_commands", "worker", "Run a worker alone."),
    "scheduler": ("dyadwatch.cli.exec_commands", "scheduler", "Run the scheduler alone."),
    "run": ("dyadwatch.cli.maintenance", "run", "Do all work that is due now, without workers."),
    "tick": ("dyadwatch.cli.exec_commands", "tick", "Hint once to the workers that there may be work."),
    "sweep": ("dyadwatch.cli.maintenance", "sweep", "Make due whatever was lost."),
    "restory": ("dyadwatch.cli.maintenance", "restory", "Decide again which articles are one story."),
    "retag": ("dyadwatch.cli.maintenance", "retag", "Tag the archive again."),
    "retain": ("dyadwatch.cli.retention", "retain", "Expire now what the settings do not keep."),
    "expunge": ("dyadwatch.cli.retention", "expunge", "Remove one article or source wholly."),
    "source": ("dyadwatch.cli.sources", "source", "Publishers and their feeds."),
    "watch": ("dyadwatch.cli.watches", "watch", "Pairs of actors to watch for."),
    "subscription": ("dyadwatch.cli.subscriptions", "subscription", "Endpoints that alerts are sent to."),
    "alerts": ("dyadwatch.cli.alerts", "alerts", "List alerts, or show one."),
    "triage": ("dyadwatch.cli.alert_triage", "triage", "What was read of alerts, noted, assigned."),
    "view": ("dyadwatch.cli.saved_views", "view", "Lists of alerts that a reader comes back to."),
    "articles": ("dyadwatch.cli.articles", "articles", "List articles, or show one with its text."),
    "delivery": ("dyadwatch.cli.deliveries", "delivery", "Events on their way to subscriptions."),
    "export": ("dyadwatch.cli.export", "export", "Write alerts, articles or fetched pages to a file."),
    "trace": ("dyadwatch.cli.trace", "trace", "Say why a page raised an alert, or why not."),
    "status": ("dyadwatch.cli.status", "status", "Say what waits, what fails, what came of the last day."),
    "doctor": ("dyadwatch.cli.doctor", "doctor", "Look for what is wrong, and name the remedy."),
    "secrets": ("dyadwatch.cli.secrets", "secrets", "The keys that seal stored secrets."),
    "key": ("dyadwatch.cli.keys", "key", "API keys."),
    "extract": ("dyadwatch.cli.extract", "extract", "Extract the article of a page."),
    "tag": ("dyadwatch.cli.tag", "tag", "Find what a text says about the actors of a watch."),
    "events": ("dyadwatch.cli.events", "events", "Name the PLOVER event between two actors of a sentence."),
    "mcp": ("dyadwatch.cli.exec_commands", "mcp", "Serve language models by MCP (Model Context Protocol)."),
    "openapi": ("dyadwatch.cli.exec_commands", "openapi", "Print the API's OpenAPI document."),
    "reference": ("dyadwatch.cli.reference", "reference", "Print the page of all commands, or settings."),
    "settings": ("dyadwatch.cli.settings", "settings", "List every setting with its value."),
}  # fmt: skip


class _Lazy(Group):
    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, _, about) in COMMANDS.items()])


@click.group(cls=_Lazy)
@click.version_option(package_name="dyadwatch")
def dyadwatch() -> None:
    """Watches what the press says about a pair of actors, and shows the evidence.

    Commands find a `dyadwatch up` that runs in this folder, or else the only one that you run; another one,
    or a database of your own, is named in the environment (see `dyadwatch settings`).

    Exit codes: 0 done; 1 not done, with the reason and its code on stderr;
    2 wrong use or settings; 3 some lines of --jsonl could not be answered;
    130 interrupted.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code, as the help of `dyadwatch` lists them."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # whose encoding may lack the letters of a text
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        result = dyadwatch.main(args=arguments, prog_name="dyadwatch", standalone_mode=False)
    except DyadwatchError as error:
        print(error.report(), file=sys.stderr)
        return error.exit_status
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        print("stopped", file=sys.stderr)
        return 130
    return result if isinstance(result, int) else 0
