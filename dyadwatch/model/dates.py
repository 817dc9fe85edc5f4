"""Dates as publishers state them: how exact they are, and where they came from."""

from datetime import UTC, datetime
from typing import Literal, NamedTuple

# The day alone; a time of day without a known time zone; a moment.
DatePrecision = Literal["day", "local_time", "instant"]
# In the order in which they count: the operator's rule, the page's JSON-LD, its meta elements, what its
# markup or the state of its scripts names as the date of publication, its feed's entry, its address, what
# only its readers see.
DateSource = Literal["rule", "json_ld", "meta", "markup", "feed", "url", "visible"]


class StatedDate(NamedTuple):
    """A date as it was stated. `moment` is aware, in whole seconds, in the zone that was stated; what was not
    stated of it counts as midnight, and as UTC."""

    moment: datetime
    precision: DatePrecision = "instant"

    @property
    def iso(self) -> str:
        """ISO 8601, with no more than was stated."""
        if self.precision == "day":
            return self.moment.date().isoformat()
        return (
            self.moment.replace(tzinfo=None) if self.precision == "local_time" else self.moment
        ).isoformat()

    @property
    def utc(self) -> datetime:
        """The moment in UTC."""
        return self.moment if self.moment.tzinfo is UTC else self.moment.astimezone(UTC)
