"""What went wrong with a row."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong with a row, as recorded in it: stable code, words for a person, and when."""

    code: str
    detail: str
    at: datetime
