"""What went wrong with a row."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong last: a stable code, a sentence for people, and when."""

    code: str
    detail: str
    at: datetime
