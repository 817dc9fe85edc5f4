"""Dates as publishers write them, in any form, calendar and language: the one reader for feeds, lists and
pages.

`parse` reads a text or a number that states a day or a moment; what may mean one or another is no date. Here
are forms, names, zones and calendars; which of a document's texts state its date is for its readers.
"""

from dyadwatch.dates.among_words import without_dates
from dyadwatch.dates.reading import (
    NO_HINTS,
    TOLERANCE,
    Hints,
    day_first,
    is_stamp,
    parse,
    tells_of_another,
    tells_of_publication,
    tells_of_update,
)

__all__ = [
    "NO_HINTS",
    "TOLERANCE",
    "Hints",
    "day_first",
    "is_stamp",
    "parse",
    "tells_of_another",
    "tells_of_publication",
    "tells_of_update",
    "without_dates",
]
