"""What a person reads once everything runs."""

import shlex
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from dyadwatch.local.probe import local_address
from dyadwatch.local.program import program
from dyadwatch.settings import Settings


def print_banner(
    console: Console, settings: Settings, data_path: Path, new_key: str | None, *, demo: bool
) -> None:
    """Where to go, the admin key where it is new (this once), and a curl command to copy. Printed at once, so
    that no line of a process comes between."""
    base_url = f"http://{local_address(settings.bind)}"
    rows = {
        "open": f"{base_url}/",
        "API": f"{base_url}/docs",
        "data": f"{data_path} (emptied at every demo)" if demo else str(data_path),
        "stop": "Ctrl-C",
    }
    with console.capture() as shown:
        _print_rows(console, rows, "dyadwatch demo is running" if demo else "dyadwatch is running")
        # Outside the frame and unwrapped, so that they can be copied.
        _print_key(console, settings, data_path, new_key)
        header = f"Authorization: Bearer {'$KEY' if new_key is None else new_key}"
        console.print(f'curl -H "{header}" {base_url}/v1/alerts', soft_wrap=True, style="green")
    console.print(Text.from_ansi(shown.get()), soft_wrap=True, end="")


def _print_rows(console: Console, rows: Mapping[str, str], title: str) -> None:
    if not console.is_terminal:
        for name, value in rows.items():
            console.print(f"{name}: {value}", soft_wrap=True)
        return
    table = Table.grid(padding=(0, 2))
    for name, value in rows.items():
        table.add_row(Text(name, style="dim"), Text(value))
    console.print(Panel(table, title=title, title_align="left", border_style="green", expand=False))


def _print_key(console: Console, settings: Settings, data_path: Path, new_key: str | None) -> None:
    """The new key, or a shell command that puts a key into $KEY."""
    if new_key:
        console.print("admin key, shown this once:", style="bold")
        console.print(new_key, soft_wrap=True)
    elif settings.admin_key:
        console.print("KEY=$DYADWATCH_ADMIN_KEY", soft_wrap=True)
    else:
        console.print("the admin key was shown at the first start; to make another one:", style="dim")
        command = f"DYADWATCH_DATA_DIR={shlex.quote(str(data_path))} {program()} key add me --scope admin"
        console.print(f"KEY=$({command})", soft_wrap=True)
