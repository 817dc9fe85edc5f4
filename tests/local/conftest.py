"""Little programs to supervise, and a relay that remembers."""

import io
import sys
import textwrap

import pytest
from rich.console import Console

from dyadwatch.local.console import Relay
from dyadwatch.local.process_spec import Part
from dyadwatch.local.supervisor import Supervisor


class Heard(Relay):
    """A relay whose lines can be asked for."""

    def __init__(self):
        self.out = io.StringIO()
        super().__init__(Console(file=self.out, highlight=False, markup=False, width=200))

    @property
    def lines(self):
        return [line[9:] for line in self.out.getvalue().splitlines()]

    def has(self, words):
        return any(words in line for line in self.lines)


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def supervisor(heard):
    """A supervisor on the test's own thread, with everything ended afterwards."""
    supervisor = Supervisor(heard, {"PATH": "/usr/bin:/bin"})
    with supervisor.signals():
        yield supervisor
        supervisor.stop()


@pytest.fixture
def program():
    """Makes a part of a few lines of Python."""

    def make(name, code, **more):
        return Part(
            name, (sys.executable, "-I", "-S", "-u", "-c", textwrap.dedent(code)), **{"stage": 0, **more}
        )

    return make
