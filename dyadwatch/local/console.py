"""What the tree says, a line at a time: which part, when, what; colours on a terminal, plain lines elsewhere."""

import sys
from datetime import datetime
from typing import Any

import orjson
from rich.console import Console
from rich.text import Text

from dyadwatch.local.terminal import clean

COLOURS = {"up": "bold cyan", "web": "green", "network": "blue", "tag": "magenta", "scheduler": "yellow",
           "postgres": "cyan", "valkey": "red", "newsroom": "bright_black", "receiver": "bold green"}  # fmt: skip
_LEVELS = {"debug": "dim", "warning": "yellow", "error": "bold red", "critical": "bold red"}
_UNSHOWN = frozenset({"event", "level", "timestamp", "logger", "exception"})
_USUAL = {"saved": True, "attempt": 1}  # values that say nothing unless they are others
_LONGEST_VALUE = 120  # characters


class Relay:
    """Writes lines to the console. With `raw`, lines of parts pass as they came (for a log collector)."""

    def __init__(self, console: Console, *, raw: bool = False) -> None:
        self._console = console
        self._raw = raw

    def say(self, text: str, *, style: str = "") -> None:
        """A line of `up` itself."""
        self.show("up", Text(text, style=style))

    def pass_on(self, part: str, line: str) -> None:
        """A line of a part: our JSON log lines are made legible or, where they are routine, left out; others stay as
        they are."""
        if self._raw:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
            return
        record = _record(line)
        if record and _is_routine(record):
            return
        for shown in legible(record) if record else [Text(clean(line))]:
            self.show(part, shown)

    def show(self, part: str, text: Text) -> None:
        """A line that has its style already. Safe for threads."""
        prefix = Text.assemble(
            (f"{datetime.now().astimezone():%H:%M:%S} ", "dim"), (f"{part:<9} ", COLOURS.get(part, ""))
        )
        self._console.print(prefix + text, soft_wrap=True)


def legible(record: dict[str, Any]) -> list[Text]:
    """A log record as lines: the event, then its values, then its traceback where it carries one."""
    style = _LEVELS.get(str(record.get("level")), "")
    line = Text(clean(str(record.get("event", ""))), style=style)
    traceback = str(record.get("exception") or "").splitlines()
    for name, value in record.items():
        if name not in _UNSHOWN and value is not None and value != _USUAL.get(name):
            shown = clean(f"{value:.3g}" if isinstance(value, float) else str(value))
            shown = shown if len(shown) <= _LONGEST_VALUE else shown[: _LONGEST_VALUE - 1] + "…"
            line.append(f" {name}=", style="dim").append(shown)
    return [line, *(Text("  " + clean(row), style="dim") for row in traceback)]


def _is_routine(record: dict[str, Any]) -> bool:
    """Whether the line says only that nothing is new: a feed that has not changed, a question after our health."""
    if record["event"] == "polled":
        return record.get("status") == 304
    return (
        record["event"] == "request"
        and record.get("path") in {"/readyz", "/healthz"}
        and record.get("status") == 200
    )


def _record(line: str) -> dict[str, Any] | None:
    if not line.startswith("{"):
        return None
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return record if "event" in record else None
