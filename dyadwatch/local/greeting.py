"""What a person reads once everything runs."""

import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from dyadwatch.local.probe import reachable
from dyadwatch.settings import Settings


@dataclass(frozen=True, slots=True)
class Greeting:
    """Where and how to greet: a panel on a terminal, plain lines elsewhere."""

    console: Console
    demo: bool


def greet(greeting: Greeting, settings: Settings, folder: Path, key: str | None) -> None:
    """Shows where to go, the key where it is new (this once), and a line to copy."""
    address = f"http://{reachable(settings.bind)}"
    facts = {
        "open": f"{address}/",
        "API": f"{address}/docs",
        "data": f"{folder} (new at every demo)" if greeting.demo else str(folder),
        "stop": "Ctrl-C",
    }
    console = greeting.console
    if console.is_terminal:
        table = Table.grid(padding=(0, 2))
        for name, value in facts.items():
            table.add_row(Text(name, style="dim"), Text(value))
        title = "dyadwatch demo is running" if greeting.demo else "dyadwatch is running"
        console.print(Panel(table, title=title, title_align="left", border_style="green", expand=False))
    else:
        for name, value in facts.items():
            console.print(f"{name}: {value}", soft_wrap=True)
    # Outside of the frame and in one piece each, so that a person can copy them.
    if key:
        console.print("admin key, shown this once:", style="bold")
        console.print(key, soft_wrap=True)
    elif settings.admin_key:
        console.print("KEY=$DYADWATCH_ADMIN_KEY", soft_wrap=True)
    else:
        console.print("the admin key was shown at the first start; for another one:", style="dim")
        console.print(
            f"KEY=$(DYADWATCH_DATA_DIR={shlex.quote(str(folder))} {_program()} key add me)", soft_wrap=True
        )
    console.print(
        f'curl -H "Authorization: Bearer {key or "$KEY"}" {address}/v1/alerts', soft_wrap=True, style="green"
    )


def _program() -> str:
    """The command line as this person can call it."""
    return "dyadwatch" if shutil.which("dyadwatch") else f"{shlex.quote(sys.executable)} -m dyadwatch.cli"
