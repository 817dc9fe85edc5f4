"""What the tree is made of: a part is a command that is kept running."""

import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

RESTART_DELAYS = (
    0.5,
    1.0,
    2.0,
    4.0,
    8.0,
    15.0,
    30.0,
)  # seconds before the 1st, 2nd, ... restart; the last repeats
STEADY = 60.0  # a part that ran this long, in seconds, has its earlier crashes forgiven


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the system that a part runs as, instead of root."""

    user: int
    group: int


@dataclass(frozen=True, slots=True)
class Part:
    """A command to keep running. `stage` orders the end: low stages are stopped first, equal ones together; `stop` asks for
    the end, and after `patience` seconds SIGKILL follows. Output goes to the terminal, or to the file `log`."""

    name: str
    command: tuple[str, ...]
    stage: int
    environ: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None
    log: Path | None = None
    account: Account | None = None
    stop: signal.Signals = signal.SIGTERM
    patience: float = 15.0


def restart_delay(crashes: int) -> float:
    """Seconds to wait before the restart after that many crashes in a row (1 is the first)."""
    return RESTART_DELAYS[min(crashes, len(RESTART_DELAYS)) - 1]
