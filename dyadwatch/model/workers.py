"""Workers: what their runs come to, for an operator."""

from dataclasses import dataclass
from datetime import datetime

from dyadwatch.model.steps import Step


@dataclass(frozen=True, slots=True)
class RunCount:
    """Runs of a step: how many there were, how many of these failed, the rows that they worked, and the
    seconds that they took together, waiting included."""

    runs: int = 0
    failures: int = 0
    worked: int = 0
    seconds: float = 0.0

    def __add__(self, other: "RunCount") -> "RunCount":
        return RunCount(
            self.runs + other.runs,
            self.failures + other.failures,
            self.worked + other.worked,
            self.seconds + other.seconds,
        )


@dataclass(frozen=True, slots=True)
class WorkerStep:
    """A step over all workers since the installation began: its runs, when the last of them ended, and how
    many processes have run it in the last minute."""

    step: Step
    count: RunCount
    ran_at: datetime
    processes: int
