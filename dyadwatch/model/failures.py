"""What went wrong with a row."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """The last error: a stable code, a sentence for people, and when it happened."""

    code: str
    detail: str
    at: datetime
