"""The child process of the sandbox, started as a script: `child_process.py FD SECONDS BYTES RESULT`.

From the connection FD come pickles of (function, arguments, options), the function by its name; back go a
byte, 1 where this process should be replaced, and a pickle of (outcome, value). A call that takes more than
SECONDS of processor time ends the process by SIGPROF; memory beyond BYTES more than at the function's first
call is refused, and so is a reply of more than RESULT bytes. Imports nothing of dyadwatch itself, so that it
loads no more than the functions that it calls need.
"""

import logging
import os
import pickle
import re
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection


def main(arguments: Sequence[str]) -> None:
    """Answers calls until the other end is closed, at the latest when the parent dies."""
    connection = Connection(int(arguments[0]))
    os.dup2(2, 1)
    logging.getLogger().addHandler(logging.NullHandler())  # the warnings of parsers are of no interest
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    calls = _BoundedCalls(float(arguments[1]), int(arguments[2]), int(arguments[3]))
    while True:
        try:
            request = connection.recv_bytes()
        except EOFError:
            return
        connection.send_bytes(calls.run(request))


class _BoundedCalls:
    """Runs one call after the other, each within the bounds."""

    def __init__(self, seconds: float, memory: int, result: int) -> None:
        self._seconds = seconds
        self._memory = memory
        self._result = result
        self._called: set[object] = set()
        self._resident = 0

    def run(self, request: bytes) -> bytes:
        try:
            function, arguments, options = pickle.loads(request)  # noqa: S301  # from our own parent
            self._bound_memory(function)
            # Delivered to the process as a whole, by its processor time, with no Python code in between.
            signal.setitimer(signal.ITIMER_PROF, self._seconds)
            outcome = "value", function(*arguments, **options)
        except MemoryError:
            outcome = "memory", None
        except RecursionError:
            outcome = "depth", None
        except Exception as error:  # it is raised in the parent
            # Libraries turn a refused allocation into errors of their own, or into "nothing found".
            outcome = ("memory", None) if self._has_grown() else ("error", _portable(error))
        try:
            reply = pickle.dumps(outcome, protocol=5)
            if len(reply) > self._result:
                reply = pickle.dumps(("result", None))
            return bytes([self._has_grown()]) + reply
        except MemoryError:
            return b"\1" + pickle.dumps(("memory", None))
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    def _bound_memory(self, function: Callable[..., object]) -> None:
        """Sets the limit when a function is first called: after it, and all that it needs, was imported."""
        if function in self._called or sys.platform != "linux":
            return
        self._called.add(function)
        _, hard_limit = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (_status("VmSize") + self._memory, hard_limit))
        self._resident = _status("VmHWM")

    def _has_grown(self) -> bool:
        """True where more than half of the memory was used at once."""
        return bool(self._called) and _status("VmHWM") - self._resident > self._memory / 2


def _status(name: str) -> int:
    """Bytes of this process by a name of proc(5): VmSize now, VmHWM at its peak. ru_maxrss would not do: it
    starts at the peak of the parent."""
    file = os.open("/proc/self/status", os.O_RDONLY)
    try:
        match = re.search(rf"{name}:\s+(\d+) kB", os.read(file, 8192).decode("ascii", "replace"))
    finally:
        os.close(file)
    return int(match[1]) * 1024 if match else 0


def _portable(error: Exception) -> Exception:
    error.add_note("In the sandbox:\n" + "".join(traceback.format_exception(error)))
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301  # what was pickled just now
    except Exception:  # what an exception raises that cannot be pickled is up to it
        return RuntimeError("".join(traceback.format_exception(error)))
    return error


if __name__ == "__main__":
    main(sys.argv[1:])
