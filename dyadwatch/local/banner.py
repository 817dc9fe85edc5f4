"""What a person reads once everything runs."""

import shlex
import shutil
import sys
from pathlib import Path

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from dyadwatch.local.probe import local_address
from dyadwatch.settings import Settings


def print_banner(
    console: Console, settings: Settings, data_path: Path, new_key: str | None, *, demo: bool
) -> None:
    """Where to go, the admin key where it is new (this once), and a curl command to copy."""
    base_url = f"http://{local_address(settings.bind)}"
    rows = {
        "open": f"{base_url}/",
        "API": f"{base_url}/docs",
        "data": f"{data_path} (emptied at every demo)" if demo else str(data_path),
        "stop": "Ctrl-C",
    }
    if console.is_terminal:
        table = Table.grid(padding=(0, 2))
        for name, value in rows.items():
            table.add_row(Text(name, style="dim"), Text(value))
        title = "dyadwatch demo is running" if demo else "dyadwatch is running"
        console.print(Panel(table, title=title, title_align="left", border_style="green", expand=False))
    else:
        for name, value in rows.items():
            console.print(f"{name}: {value}", soft_wrap=True)
    # Outside the frame and unwrapped, so that they can be copied.
    _print_key(console, settings, data_path, new_key)
    header = f"Authorization: Bearer {new_key or '$KEY'}"
    console.print(f'curl -H "{header}" {base_url}/v1/alerts', soft_wrap=True, style="green")


def _print_key(console: Console, settings: Settings, data_path: Path, new_key: str | None) -> None:
    """The new key, or a shell command that puts a key into $KEY."""
    if new_key:
        console.print("admin key, shown this once:", style="bold")
        console.print(new_key, soft_wrap=True)
    elif settings.admin_key:
        console.print("KEY=$DYADWATCH_ADMIN_KEY", soft_wrap=True)
    else:
        console.print("the admin key was shown at the first start; to make another key:", style="dim")
        command = f"DYADWATCH_DATA_DIR={shlex.quote(str(data_path))} {_program()} key add me"
        console.print(f"KEY=$({command})", soft_wrap=True)


def _program() -> str:
    """The command line program as this user can call it."""
    return "dyadwatch" if shutil.which("dyadwatch") else f"{shlex.quote(sys.executable)} -m dyadwatch.cli"
