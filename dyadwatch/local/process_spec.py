"""What the supervisor runs: a command, how it is started and how it is stopped."""

import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

# Seconds before the 1st, 2nd, ... restart in a row; the last repeats.
RESTART_DELAYS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
STABLE_AFTER = 60.0  # seconds; a process that ran this long starts again at the shortest delay


@dataclass(frozen=True, slots=True)
class Account:
    """The system user that a process runs as, instead of root."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """A process to run. Its output goes to the terminal, or to the file `log`.

    At the end low stages are stopped first, equal ones together: each gets
    `stop_signal`, and SIGKILL if it still runs after `stop_timeout` seconds.
    """

    name: str
    command: tuple[str, ...]
    stage: int
    environ: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    log: Path | None = None
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_timeout: float = 15.0


def restart_delay(crashes: int) -> float:
    """Seconds to wait before the restart after that many crashes in a row (1 is the first)."""
    return RESTART_DELAYS[min(crashes, len(RESTART_DELAYS)) - 1]
