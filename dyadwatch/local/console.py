"""What `up` and its processes print: one line each with the time and the process; coloured on a terminal."""

import sys
from datetime import datetime
from typing import Any

import orjson
from rich.console import Console
from rich.text import Text

from dyadwatch.local.terminal import clean

_COLOURS = {
    "up": "bold cyan",
    "web": "green",
    "network": "blue",
    "tag": "magenta",
    "scheduler": "yellow",
    "receiver": "bold green",
}
_LEVEL_STYLES = {"debug": "dim", "warning": "yellow", "error": "bold red", "critical": "bold red"}
_HIDDEN_FIELDS = frozenset({"event", "level", "timestamp", "logger", "exception"})
_DEFAULTS = {"saved": True, "attempt": 1}  # values that are left out, because they say nothing
_HEALTH_PATHS = frozenset({"/readyz", "/healthz"})
_MAX_VALUE = 120  # characters


class Printer:
    """Writes lines to the console. With `raw`, output of processes passes unchanged, for a log collector."""

    def __init__(self, console: Console, *, raw: bool = False) -> None:
        self._console = console
        self._raw = raw

    def print_message(self, text: str, *, style: str = "") -> None:
        """A line of `up` itself."""
        self.print_text("up", Text(text, style=style))

    def print_output(self, process: str, line: str) -> None:
        """A line that a process wrote. Our JSON log records are formatted or, where routine, left out."""
        if self._raw:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
            return
        record = _parse_record(line)
        if record and _is_routine(record):
            return
        for text in format_record(record) if record else [Text(clean(line))]:
            self.print_text(process, text)

    def print_text(self, process: str, text: Text) -> None:
        """A line that is styled already. Safe for threads."""
        prefix = Text.assemble(
            (f"{datetime.now().astimezone():%H:%M:%S} ", "dim"), (f"{process:<9} ", _COLOURS.get(process, ""))
        )
        self._console.print(prefix + text, soft_wrap=True)


def format_record(record: dict[str, Any]) -> list[Text]:
    """A log record as lines: the event and its values, then the rest of an event of several lines, and the
    traceback where it has one."""
    style = _LEVEL_STYLES.get(str(record.get("level")), "")
    event, *more = str(record.get("event", "")).strip().splitlines() or [""]
    line = Text(clean(event), style=style)
    traceback = str(record.get("exception") or "").splitlines()
    for name, value in record.items():
        if name not in _HIDDEN_FIELDS and value is not None and value != _DEFAULTS.get(name):
            text = clean(f"{value:.3g}" if isinstance(value, float) else " ".join(str(value).splitlines()))
            text = text if len(text) <= _MAX_VALUE else text[: _MAX_VALUE - 1] + "…"
            line.append(f" {name}=", style="dim").append(text)
    return [line, *(Text("  " + clean(row), style="dim") for row in [*more, *traceback])]


def _is_routine(record: dict[str, Any]) -> bool:
    """Whether the record says only that nothing is new: an unchanged feed, a health check that passed."""
    match record:
        case {"event": "polled", "status": 304}:
            return True
        case {"event": "request", "status": 200, "path": path}:
            return path in _HEALTH_PATHS
    return False


def _parse_record(line: str) -> dict[str, Any] | None:
    if not line.startswith("{"):
        return None
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return record if "event" in record else None
