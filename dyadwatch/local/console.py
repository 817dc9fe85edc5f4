"""What `up` and its processes print: one line each with the time and the process; coloured on a terminal."""

import sys
from datetime import datetime
from typing import Any

import orjson
from rich.console import Console
from rich.text import Text

from dyadwatch.local.phrases import phrase
from dyadwatch.local.terminal import clean

_COLOURS = {
    "up": "bold cyan",
    "web": "green",
    "network": "cyan",
    "tag": "magenta",
    "scheduler": "yellow",
    "feed": "cyan",
    "page": "cyan",
    "alert": "bold green",
    "webhook": "bold green",
}
_LEVEL_STYLES = {"debug": "dim", "warning": "yellow", "error": "bold red", "critical": "bold red"}
_HIDDEN_FIELDS = frozenset({"event", "level", "timestamp", "logger", "exception"})
_DEFAULTS = {"saved": True, "attempt": 1}  # values that are left out, because they say nothing
_MAX_VALUE = 120  # characters


class Printer:
    """Writes lines to the console: of the processes' log records what a user has words for, with `verbose`
    every one as it is. With `raw`, output of processes passes unchanged, for a log collector. In the `demo`
    the receiver tells of alerts."""

    def __init__(
        self, console: Console, *, raw: bool = False, verbose: bool = False, demo: bool = False
    ) -> None:
        self._console = console
        self._raw = raw
        self._verbose = verbose
        self._demo = demo

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
        words = phrase(record) if record and not self._verbose else None
        if words is None:
            for text in format_record(record) if record else [Text(clean(line))]:
                self.print_text(process, text)
        elif words.text is not None and not (self._demo and words.subject == "alert"):
            self.print_line(words.subject, words.text)

    def print_text(self, process: str, text: Text) -> None:
        """A line that is styled already. Safe for threads."""
        self._console.print(_prefix(process) + text, soft_wrap=True)

    def print_line(self, subject: str, text: Text) -> None:
        """One event on one line: a terminal gets as much of it as has room. Safe for threads."""
        if self._console.is_terminal:
            self._console.print(_prefix(subject) + text, no_wrap=True, overflow="ellipsis")
        else:
            self.print_text(subject, text)


def _prefix(name: str) -> Text:
    return Text.assemble(
        (f"{datetime.now().astimezone():%H:%M:%S} ", "dim"), (f"{name:<9} ", _COLOURS.get(name, ""))
    )


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


def _parse_record(line: str) -> dict[str, Any] | None:
    if not line.startswith("{"):
        return None
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return record if "event" in record else None
