"""Sandbox: calls functions in a child process that hostile documents may exhaust, within bounds of time and
memory."""

import math
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic
from typing import ParamSpec, TypeVar

from dyadwatch.errors import DyadwatchError, TooCostly

CPU_SECONDS = 2.0  # of processor time
WALL_SECONDS = 60.0  # by the clock, imports included: against a hang, not against load
MEMORY = 200 * 2**20  # bytes beyond what the function itself needs
RESULT = 32 * 2**20  # bytes of the pickle of what a call returns
TEMPLATE_CPU_SECONDS = 0.5
TEMPLATE_MEMORY = 50 * 2**20

_SCRIPT = Path(__file__).with_name("child_process.py")
_EXIT_WAIT = 5.0  # seconds for which a child that should end is waited for

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Child:
    process: subprocess.Popen[bytes]
    connection: "Connection[bytes, bytes]"


class Sandbox:
    """Runs functions in one child process, which is started when first needed and again when it was lost.
    Safe for threads: their calls run one after the other. A process that forks must `close()` first.

    cpu_seconds: processor time of one call. wall_seconds: by the clock. memory: bytes, beyond what is in use
    when a function is first called (Linux; elsewhere only time is bounded). What a call returns is bounded by
    RESULT.
    """

    def __init__(
        self, *, cpu_seconds: float = CPU_SECONDS, wall_seconds: float = WALL_SECONDS, memory: int = MEMORY
    ) -> None:
        self._cpu_seconds = cpu_seconds
        self._wall_seconds = wall_seconds
        self._memory = memory
        self._lock = threading.Lock()
        self._child: _Child | None = None

    def call(self, function: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
        """What `function` returns or raises. It is sent by its module and name; arguments and result are
        pickled.

        Raises TooCostly where it takes more than the bounds, or ends its process.
        """
        return self.call_until(math.inf, function, *args, **options)

    def call_until(self, until: float, function: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
        """As `call`, ending by `until` (`time.monotonic`). Raises DyadwatchError (deadline_exceeded) where
        the calls of other threads take until then."""
        request = pickle.dumps((function, args, options), protocol=5)
        if not self._lock.acquire(timeout=min(max(until - monotonic(), 0.0), threading.TIMEOUT_MAX)):
            raise DyadwatchError("Other documents were read until the time was up", code="deadline_exceeded")
        try:
            reply = self._exchange(request, min(until - monotonic(), self._wall_seconds))
        finally:
            self._lock.release()
        outcome, value = pickle.loads(memoryview(reply)[1:])  # noqa: S301  # from our own child
        if outcome == "error":
            raise value
        if outcome == "memory":
            raise TooCostly(f"Reading the document took more than {self._memory // 2**20} MB of memory")
        if outcome == "result":
            raise TooCostly(f"Reading the document gave more than {RESULT // 2**20} MB")
        if outcome == "depth":
            raise TooCostly("The document is nested too deeply to be read")
        return value  # type: ignore[no-any-return]  # what the function returned

    def close(self) -> None:
        """Ends the process. The next call starts another."""
        with self._lock:
            self._end()

    def _exchange(self, request: bytes, seconds: float) -> bytes:
        child = self._child
        if child is None or child.process.poll() is not None:
            self._end()
            child = self._child = self._start()
        try:
            child.connection.send_bytes(request)
            reply = child.connection.recv_bytes() if child.connection.poll(max(seconds, 0.0)) else None
        except (EOFError, ConnectionError) as error:
            raise self._exit_error(child) from error
        except BaseException:
            # Interrupted in between, it would answer the next caller with this one's reply.
            child.process.kill()
            self._end()
            raise
        if reply is None:
            child.process.kill()
            self._end()
            raise TooCostly(f"Reading the document took longer than {seconds:.3g} s")
        if reply[0]:
            self._end()
        return reply

    def _exit_error(self, child: _Child) -> Exception:
        with suppress(subprocess.TimeoutExpired):
            child.process.wait(_EXIT_WAIT)
        status = child.process.returncode
        self._end()
        if status == -signal.SIGPROF:
            return TooCostly(f"Reading the document took more than {self._cpu_seconds:g} s of processor time")
        if status is not None and status < 0:
            return TooCostly(f"Reading the document ended its process by {signal.Signals(-status).name}")
        return RuntimeError(f"The process that reads documents ended with status {status}")

    def _start(self) -> _Child:
        ours, theirs = Pipe()
        with theirs:
            bounds = (self._cpu_seconds, self._memory, RESULT)
            command = [sys.executable, "-P", str(_SCRIPT), theirs.fileno(), *bounds]
            process = subprocess.Popen(  # noqa: S603  # our own program and numbers
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=_environment(),
                start_new_session=True,  # a signal to the workers' process group lets calls under way end
            )
        return _Child(process, ours)

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.connection.close()  # at which it exits
        try:
            child.process.wait(_EXIT_WAIT)
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()


@cache
def shared_sandbox() -> Sandbox:
    """One for all products of a process, and for commands without any: it holds nothing of theirs, and is
    slow to start."""
    return Sandbox()


@cache
def template_sandbox() -> Sandbox:
    """The one that renders templates of subscribers, which are small: they wait for no document to be read,
    and for each other not long."""
    return Sandbox(cpu_seconds=TEMPLATE_CPU_SECONDS, memory=TEMPLATE_MEMORY)


def _environment() -> dict[str, str]:
    """The child finds the modules that this process finds, and knows none of the product's secrets."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DYADWATCH_")}
    return environment | {"PYTHONPATH": os.pathsep.join(sys.path)}
