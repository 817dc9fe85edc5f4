"""Little programs to supervise, and a printer whose lines can be read."""

import io
import sys
import textwrap

import pytest
from rich.console import Console

from dyadwatch.local.console import Printer
from dyadwatch.local.process_spec import ProcessSpec
from dyadwatch.local.supervisor import Supervisor


class RecordingPrinter(Printer):
    """Remembers what it printed."""

    def __init__(self):
        self.out = io.StringIO()
        super().__init__(Console(file=self.out, highlight=False, markup=False, width=200))

    @property
    def lines(self):
        return [line[9:] for line in self.out.getvalue().splitlines()]

    def has(self, text):
        return any(text in line for line in self.lines)


@pytest.fixture
def output():
    return RecordingPrinter()


@pytest.fixture
def supervisor(output):
    """A supervisor on the test's own thread, with everything ended afterwards."""
    supervisor = Supervisor(output, {"PATH": "/usr/bin:/bin"})
    with supervisor.signals():
        yield supervisor
        supervisor.stop_all()


@pytest.fixture
def program():
    """Makes a process of a few lines of Python."""

    def make(name, code, **more):
        return ProcessSpec(
            name, (sys.executable, "-I", "-S", "-u", "-c", textwrap.dedent(code)), **{"stage": 0, **more}
        )

    return make
