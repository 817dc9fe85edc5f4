"""Days of the calendars in which the press dates its articles."""

from datetime import date
from typing import Literal

from hijridate import Hijri
from persiantools.jdatetime import JalaliDate

Calendar = Literal["gregorian", "jalali", "hijri"]

# Years of the Persian calendar that are at hand; a later year is the Islamic calendar's until 2036.
_JALALI_YEARS = range(1374, 1415)
_HIJRI_YEARS = range(1415, 1500)
_TWO_DIGITS_UNTIL = 69  # POSIX and RFC 5322 agree on 00 to 49; no feed is older than 1995


def of_year(year: int) -> Calendar:
    """The calendar in which `year` is one of the last decades; the Gregorian one where it is in none."""
    return "jalali" if year in _JALALI_YEARS else "hijri" if year in _HIJRI_YEARS else "gregorian"


def day(calendar: Calendar, year: int, month: int, number: int) -> date | None:
    """The Gregorian day, None where the calendar has none such."""
    try:
        if calendar == "gregorian":
            return date(year, month, number)
        if calendar != of_year(year):
            return None
        if calendar == "jalali":
            return JalaliDate(year, month, number).to_gregorian()  # type: ignore[no-untyped-call]
        return date(*Hijri(year, month, number).to_gregorian().timetuple()[:3])
    except (ValueError, OverflowError):
        return None


def whole_year(digits: str) -> int:
    """A year that may be written with its last two digits."""
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (2000 if year < _TWO_DIGITS_UNTIL else 1900)
