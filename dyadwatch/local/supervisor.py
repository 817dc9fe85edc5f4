"""Keeps parts running, passes on what they say, and ends them in order. One thread, one loop."""

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from dyadwatch.local.console import Relay
from dyadwatch.local.process_spec import STEADY, Part, restart_delay

_LIFELINE = str(Path(__file__).with_name("parent_death.py"))
_LONGEST_LINE = 65_536  # bytes; a longer one is passed on in pieces
_TAIL = 8_192  # bytes of a log file that are searched for its last words
_WORDS = 200  # characters of them


class Ended(Exception):  # noqa: N818  # no failure: the person asked
    """The person asked for the end while something was being waited for."""


@dataclass(slots=True)
class _Child:
    part: Part
    process: subprocess.Popen[bytes]
    since: float
    crashes: int
    kept: bytearray | None = None  # what a one-off command answers on stdout
    partial: dict[int, bytearray] = field(default_factory=dict)


class Supervisor:
    """The running parts. Made and used by the main thread, whose death is what the parts' lifelines watch."""

    def __init__(self, relay: Relay, environ: Mapping[str, str]) -> None:
        self._relay = relay
        self._environ = dict(environ)
        self._children: dict[str, _Child] = {}
        self._restarts: dict[str, tuple[float, Part, int]] = {}  # name -> when, what, after how many crashes
        self._codes: dict[str, int] = {}
        self._trial: set[str] = set()  # parts whose end is for the caller to judge
        self._asked = 0
        self._selector = selectors.DefaultSelector()

    @contextlib.contextmanager
    def signals(self) -> Iterator[None]:
        """While open, SIGINT, SIGTERM and SIGHUP ask for the end (twice: at once), and a child's end wakes the loop."""
        reader, writer = os.pipe()
        os.set_blocking(reader, False)
        os.set_blocking(writer, False)
        before = {number: signal.getsignal(number) for number in (*_ENDING, signal.SIGCHLD)}
        for number in _ENDING:
            signal.signal(number, self._ask)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        wakeup = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        self._selector.register(reader, selectors.EVENT_READ, None)
        try:
            yield
        finally:
            self._selector.unregister(reader)
            signal.set_wakeup_fd(wakeup)
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(reader)
            os.close(writer)

    def start(self, part: Part) -> None:
        """Starts the part and keeps it running from now on."""
        self._spawn(part, crashes=0)

    def start_until(self, part: Part, ready: Callable[[], bool], *, seconds: float) -> bool:
        """Starts the part and waits until it is ready; False where it ended first or took too long."""
        self._trial.add(part.name)
        self._codes.pop(part.name, None)
        self.start(part)
        self.wait(lambda: part.name in self._codes or ready(), seconds=seconds)
        self._trial.discard(part.name)
        return part.name not in self._codes and ready()

    def run(self, part: Part, *, given: bytes = b"", seconds: float | None = None) -> tuple[int, bytes]:
        """Runs a command once: its exit code and what it wrote on stdout. What it says on stderr is passed on; with a log,
        both go there."""
        self._trial.add(part.name)
        self._codes.pop(part.name, None)
        kept = self._spawn(part, crashes=0, given=given).kept
        self.wait(lambda: part.name in self._codes, seconds=seconds)
        self._trial.discard(part.name)
        return self._codes.get(part.name, -signal.SIGKILL), bytes(kept or b"")

    def wait(self, until: Callable[[], bool], *, seconds: float | None = None) -> bool:
        """Goes round until something holds; False where it still does not after `seconds`. Raises Ended when asked to end."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while not until():
            if self._asked:
                raise Ended
            if deadline is not None and time.monotonic() >= deadline:
                return False
            self._turn(0.1)
        return True

    def watch(self) -> None:
        """Goes round until asked to end."""
        while not self._asked:
            self._turn(5.0)

    def stop(self) -> None:
        """Ends every part, stage by stage. Who does not go in time, or when asked a second time, is killed."""
        self._restarts.clear()
        self._trial.update(self._children)
        for stage in sorted({child.part.stage for child in self._children.values()}):
            leaving = [child for child in self._children.values() if child.part.stage == stage]
            for child in leaving:
                _signal(child.process.pid, child.part.stop)
            deadline = time.monotonic() + max(child.part.patience for child in leaving)
            while self._any_of(leaving) and time.monotonic() < deadline and self._asked < 2:
                self._turn(0.1)
            for child in self._any_of(leaving):
                self._relay.say(f"{child.part.name} did not end in time and was killed", style="yellow")
                _signal(child.process.pid, signal.SIGKILL)
            while self._any_of(leaving):
                self._turn(0.1)

    def _any_of(self, children: list[_Child]) -> list[_Child]:
        return [child for child in children if self._children.get(child.part.name) is child]

    def _ask(self, _number: int, _frame: object) -> None:
        self._asked += 1

    def _spawn(self, part: Part, *, crashes: int, given: bytes | None = None) -> _Child:
        account = f"{part.account.user}:{part.account.group}" if part.account else "-"
        command = [
            sys.executable,
            "-I",
            "-S",
            _LIFELINE,
            str(os.getpid()),
            str(int(part.stop)),
            account,
            *part.command,
        ]
        with contextlib.ExitStack() as files:
            log = files.enter_context(part.log.open("ab")) if part.log else None
            words = files.enter_context(tempfile.TemporaryFile()) if given is not None else None
            if words is not None:
                words.write(given or b"")
                words.seek(0)
            process = subprocess.Popen(  # noqa: S603  # our own commands
                command,
                stdin=words if words is not None else subprocess.DEVNULL,
                stdout=log or subprocess.PIPE,
                stderr=subprocess.PIPE if given is not None and log is None else subprocess.STDOUT,
                cwd=part.folder,
                env={**self._environ, **part.environ},
                start_new_session=True,
            )
        kept = bytearray() if given is not None and log is None else None
        child = _Child(part, process, time.monotonic(), crashes, kept=kept)
        for pipe in filter(None, (process.stdout, process.stderr)):
            os.set_blocking(pipe.fileno(), False)
            self._selector.register(pipe, selectors.EVENT_READ, (pipe, child))
        self._children[part.name] = child
        return child

    def _turn(self, longest: float) -> None:
        """Once round: relays what was said, buries who ended, starts again who is due."""
        due = min((when for when, _, _ in self._restarts.values()), default=None)
        timeout = longest if due is None else max(0.0, min(longest, due - time.monotonic()))
        for key, _ in self._selector.select(timeout):
            if key.data is None:
                with contextlib.suppress(BlockingIOError):
                    os.read(key.fd, 512)
            else:
                self._read(*key.data)
        for child in list(self._children.values()):
            if os.waitid(os.P_PID, child.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
                self._bury(child)
        for name, (when, part, crashes) in list(self._restarts.items()):
            if when <= time.monotonic():
                del self._restarts[name]
                self._spawn(part, crashes=crashes)

    def _read(self, pipe: IO[bytes], child: _Child) -> bool:
        """Takes what is there; False at the end of the pipe, or where there is nothing now."""
        try:
            data = os.read(pipe.fileno(), _LONGEST_LINE)
        except BlockingIOError:
            return False
        if child.kept is not None and pipe is child.process.stdout:
            child.kept += data
        else:
            self._relay_lines(child, pipe.fileno(), data)
        if not data:
            self._selector.unregister(pipe)
            pipe.close()
        return bool(data)

    def _relay_lines(self, child: _Child, pipe: int, data: bytes) -> None:
        buffer = child.partial.setdefault(pipe, bytearray())
        buffer += data
        *lines, rest = bytes(buffer).split(b"\n")
        if rest and (not data or len(rest) >= _LONGEST_LINE):
            lines, rest = [*lines, rest], b""
        buffer[:] = rest
        for line in lines:
            if line.strip():
                self._relay.pass_on(child.part.name, line.decode(errors="replace").rstrip())

    def _bury(self, child: _Child) -> None:
        """The leader has ended: kills what it left behind while its number is still held, then lets go of it."""
        part = child.part
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.process.pid, signal.SIGKILL)
        for pipe in filter(None, (child.process.stdout, child.process.stderr)):
            while not pipe.closed and self._read(pipe, child):
                pass
            if not pipe.closed:
                self._relay_lines(child, pipe.fileno(), b"")
                self._selector.unregister(pipe)
                pipe.close()
        code = child.process.wait()
        del self._children[part.name]
        self._codes[part.name] = code
        if part.name not in self._trial:
            crashes = 1 if time.monotonic() - child.since >= STEADY else child.crashes + 1
            delay = restart_delay(crashes)
            self._restarts[part.name] = (time.monotonic() + delay, part, crashes)
            words = last_words(part.log) if part.log and code > 0 else ""
            self._relay.say(
                f"{part.name} {ending(code)}; starting it again in {delay:g} s{f' ({words})' if words else ''}",
                style="yellow",
            )


_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def ending(code: int) -> str:
    """How a process ended, in words."""
    return f"ended with exit code {code}" if code >= 0 else f"was ended by {signal.Signals(-code).name}"


def last_words(log: Path) -> str:
    """The last line of a log file that tells of a failure, else its last line; empty where there is none."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _TAIL))
        lines = [line.strip() for line in file.read().decode(errors="replace").splitlines() if line.strip()]
    fatal = [line for line in lines if "FATAL" in line or "PANIC" in line or "ERROR" in line]
    return (fatal or lines or [""])[-1][:_WORDS]
