"""Keeps processes running, prints what they write, and stops them in order. One thread, one event loop."""

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

from dyadwatch.local.console import Printer
from dyadwatch.local.process_spec import STABLE_AFTER, ProcessSpec, restart_delay

_PARENT_DEATH = str(Path(__file__).with_name("parent_death.py"))
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_MAX_LINE = 65_536  # bytes; a longer one is printed in pieces
_LOG_TAIL = 8_192  # bytes of a log file that are searched for an error
_MAX_ERROR = 200  # characters


class StopRequested(Exception):  # noqa: N818  # no failure: the user asked
    """The user asked to stop while something was being waited for."""


@dataclass(slots=True)
class _Child:
    """A running process. `captured` is its stdout where the
    caller wants it, `partial` its unfinished lines by pipe."""

    spec: ProcessSpec
    process: subprocess.Popen[bytes]
    started_at: float
    crashes: int
    captured: bytearray | None = None
    partial: dict[int, bytearray] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Restart:
    due_at: float
    spec: ProcessSpec
    crashes: int


class Supervisor:
    """The running processes. For the main thread, since the
    processes end with the thread that started them."""

    def __init__(self, printer: Printer, environ: Mapping[str, str]) -> None:
        self._printer = printer
        self._environ = dict(environ)
        self._children: dict[str, _Child] = {}
        self._restarts: dict[str, _Restart] = {}
        self._exit_codes: dict[str, int] = {}
        self._no_restart: set[str] = set()
        self._stop_requests = 0
        self._selector = selectors.DefaultSelector()

    @contextlib.contextmanager
    def signals(self) -> Iterator[None]:
        """While open, SIGINT, SIGTERM and SIGHUP request the stop
        (twice: at once), and a child's exit wakes the loop."""
        reader, writer = os.pipe()
        os.set_blocking(reader, False)
        os.set_blocking(writer, False)
        handlers = {number: signal.getsignal(number) for number in (*_STOP_SIGNALS, signal.SIGCHLD)}
        for number in _STOP_SIGNALS:
            signal.signal(number, self._request_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        wakeup_fd = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        self._selector.register(reader, selectors.EVENT_READ, None)
        try:
            yield
        finally:
            self._selector.unregister(reader)
            signal.set_wakeup_fd(wakeup_fd)
            for number, handler in handlers.items():
                signal.signal(number, handler)
            os.close(reader)
            os.close(writer)

    def start(self, spec: ProcessSpec) -> None:
        """Starts the process and keeps it running from now on."""
        self._spawn(spec, crashes=0)

    def start_and_wait(self, spec: ProcessSpec, is_ready: Callable[[], bool], *, timeout: float) -> bool:
        """Starts the process and waits until it is ready; False where it exited first or took too long."""
        self._no_restart.add(spec.name)
        self._exit_codes.pop(spec.name, None)
        self.start(spec)
        self.wait_until(lambda: spec.name in self._exit_codes or is_ready(), timeout=timeout)
        self._no_restart.discard(spec.name)
        return spec.name not in self._exit_codes and is_ready()

    def run(
        self, spec: ProcessSpec, *, stdin: bytes = b"", timeout: float | None = None
    ) -> tuple[int, bytes]:
        """Runs a command once: its exit code and its stdout. Its
        stderr is printed; with a log, both go there."""
        self._no_restart.add(spec.name)
        self._exit_codes.pop(spec.name, None)
        captured = self._spawn(spec, crashes=0, stdin=stdin).captured
        self.wait_until(lambda: spec.name in self._exit_codes, timeout=timeout)
        self._no_restart.discard(spec.name)
        return self._exit_codes.get(spec.name, -signal.SIGKILL), bytes(captured or b"")

    def wait_until(self, condition: Callable[[], bool], *, timeout: float | None = None) -> bool:
        """Runs the loop until the condition holds; False after `timeout` seconds. Raises StopRequested."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while not condition():
            if self._stop_requests:
                raise StopRequested
            if deadline is not None and time.monotonic() >= deadline:
                return False
            self._run_once(0.1)
        return True

    def run_until_stopped(self) -> None:
        """Runs the loop until the user asks to stop."""
        while not self._stop_requests:
            self._run_once(5.0)

    def stop_all(self) -> None:
        """Stops every process, stage by stage. One that does not
        exit in time, or at a second request, is killed."""
        self._restarts.clear()
        self._no_restart.update(self._children)
        for stage in sorted({child.spec.stage for child in self._children.values()}):
            self._stop_together([child for child in self._children.values() if child.spec.stage == stage])

    def _stop_together(self, children: list[_Child]) -> None:
        for child in children:
            _kill(child.process.pid, child.spec.stop_signal)
        # None where they ended by themselves while those of an earlier stage were stopped.
        deadline = time.monotonic() + max((child.spec.stop_timeout for child in children), default=0.0)
        while self._running(children) and time.monotonic() < deadline and self._stop_requests < 2:
            self._run_once(0.1)
        for child in self._running(children):
            self._printer.print_message(
                f"{child.spec.name} did not end in time and was killed", style="yellow"
            )
            _kill(child.process.pid, signal.SIGKILL)
        while self._running(children):
            self._run_once(0.1)

    def _running(self, children: list[_Child]) -> list[_Child]:
        return [child for child in children if self._children.get(child.spec.name) is child]

    def _request_stop(self, _number: int, _frame: object) -> None:
        self._stop_requests += 1

    def _spawn(self, spec: ProcessSpec, *, crashes: int, stdin: bytes | None = None) -> _Child:
        """Starts the process. With `stdin` (which may be empty)
        its stdout is captured unless it has a log."""
        account = f"{spec.account.uid}:{spec.account.gid}" if spec.account else "-"
        tie = (
            sys.executable,
            "-I",
            "-S",
            _PARENT_DEATH,
            str(os.getpid()),
            str(int(spec.stop_signal)),
            account,
        )
        capture = stdin is not None and spec.log is None
        with contextlib.ExitStack() as files:
            log = files.enter_context(spec.log.open("ab")) if spec.log else None
            process = subprocess.Popen(  # noqa: S603  # our own commands
                [*tie, *spec.command],
                stdin=subprocess.DEVNULL if stdin is None else files.enter_context(_input_file(stdin)),
                stdout=log or subprocess.PIPE,
                stderr=subprocess.PIPE if capture else subprocess.STDOUT,
                cwd=spec.cwd,
                env={**self._environ, **spec.environ},
                start_new_session=True,
            )
        child = _Child(spec, process, time.monotonic(), crashes, captured=bytearray() if capture else None)
        for pipe in _pipes(process):
            os.set_blocking(pipe.fileno(), False)
            self._selector.register(pipe, selectors.EVENT_READ, (pipe, child))
        self._children[spec.name] = child
        return child

    def _run_once(self, timeout: float) -> None:
        """One turn of the loop: prints new output, reaps exited
        children, starts those whose restart is due."""
        next_restart = min((restart.due_at for restart in self._restarts.values()), default=None)
        if next_restart is not None:
            timeout = max(0.0, min(timeout, next_restart - time.monotonic()))
        for key, _ in self._selector.select(timeout):
            if key.data is None:
                with contextlib.suppress(BlockingIOError):
                    os.read(key.fd, 512)
            else:
                self._read(*key.data)
        for child in list(self._children.values()):
            if os.waitid(os.P_PID, child.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
                self._reap(child)
        for name, restart in list(self._restarts.items()):
            if restart.due_at <= time.monotonic():
                del self._restarts[name]
                self._spawn(restart.spec, crashes=restart.crashes)

    def _read(self, pipe: IO[bytes], child: _Child) -> bool:
        """Takes the output that is there; False at the end of the pipe, or where there is none now."""
        try:
            data = os.read(pipe.fileno(), _MAX_LINE)
        except BlockingIOError:
            return False
        if child.captured is not None and pipe is child.process.stdout:
            child.captured += data
        else:
            self._print_lines(child, pipe.fileno(), data)
        if not data:
            self._selector.unregister(pipe)
            pipe.close()
        return bool(data)

    def _print_lines(self, child: _Child, pipe: int, data: bytes) -> None:
        """Prints complete lines; no data means that the unfinished one is the last."""
        buffer = child.partial.setdefault(pipe, bytearray())
        buffer += data
        *lines, rest = bytes(buffer).split(b"\n")
        if rest and (not data or len(rest) >= _MAX_LINE):
            lines, rest = [*lines, rest], b""
        buffer[:] = rest
        for line in lines:
            if line.strip():
                self._printer.print_output(child.spec.name, line.decode(errors="replace").rstrip())

    def _reap(self, child: _Child) -> None:
        """Kills what the exited process left in its group, prints its last output, and schedules its restart.

        The group is killed before the wait, while the process id cannot be another's.
        """
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.process.pid, signal.SIGKILL)
        for pipe in _pipes(child.process):
            while not pipe.closed and self._read(pipe, child):
                pass
            if not pipe.closed:
                self._print_lines(child, pipe.fileno(), b"")
                self._selector.unregister(pipe)
                pipe.close()
        name = child.spec.name
        self._exit_codes[name] = child.process.wait()
        del self._children[name]
        if name not in self._no_restart:
            self._schedule_restart(child, self._exit_codes[name])

    def _schedule_restart(self, child: _Child, exit_code: int) -> None:
        spec = child.spec
        crashes = 1 if time.monotonic() - child.started_at >= STABLE_AFTER else child.crashes + 1
        delay = restart_delay(crashes)
        self._restarts[spec.name] = _Restart(time.monotonic() + delay, spec, crashes)
        error = last_error(spec.log) if spec.log and exit_code > 0 else ""
        message = f"{spec.name} {describe_exit(exit_code)}; starting it again in {delay:g} s"
        self._printer.print_message(f"{message} ({error})" if error else message, style="yellow")


def describe_exit(code: int) -> str:
    """How a process ended, in words."""
    return f"ended with exit code {code}" if code >= 0 else f"was ended by {signal.Signals(-code).name}"


def last_error(log: Path) -> str:
    """The last line of a log file that reports a failure, else its last line; empty where there is none."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _LOG_TAIL))
        lines = [line.strip() for line in file.read().decode(errors="replace").splitlines() if line.strip()]
    failures = [line for line in lines if "FATAL" in line or "PANIC" in line or "ERROR" in line]
    return (failures or lines or [""])[-1][:_MAX_ERROR]


def _pipes(process: subprocess.Popen[bytes]) -> list[IO[bytes]]:
    return [pipe for pipe in (process.stdout, process.stderr) if pipe]


def _input_file(content: bytes) -> IO[bytes]:
    """An unnamed file to be read from its beginning: unlike a pipe it takes any size without a reader."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  # closed by the caller
    file.write(content)
    file.seek(0)
    return file


def _kill(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
