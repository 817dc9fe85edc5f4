"""Dates in the two forms that nearly all feeds use, read fast: RFC 822 and ISO 8601."""

import re
from datetime import UTC, datetime, timedelta

_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_ZONES = {
    "gmt": 0, "utc": 0, "ut": 0, "z": 0,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
_RFC_822 = re.compile(
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}, )?(\d{1,2}) ([a-z]{3}) (\d{4}) (\d\d):(\d\d)(?::(\d\d))? "
    r"(?:([+-])(\d\d)(\d\d)|([a-z]{1,3}))"
)
_ISO_8601 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:t(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(?:z|([+-])(\d\d):(\d\d))?)?"
)


def usual(text: str) -> datetime | None:
    """The moment that `text` (stripped) names, in whole seconds and UTC, which is its zone where it names
    none; None where it is in another form, or no date."""
    date, zone = text.lower(), None
    try:
        if match := _ISO_8601.fullmatch(date):
            year, month, day, *time, sign, hours, minutes = match.groups()
        elif match := _RFC_822.fullmatch(date):
            day, name, year, *time, sign, hours, minutes, zone = match.groups()
            month = _MONTHS[name]
        else:
            return None
        hour, minute, second = (int(number or 0) for number in time)
        moment = datetime(int(year), int(month), int(day), hour, minute, second, tzinfo=UTC)
        if sign:
            offset = timedelta(hours=int(hours), minutes=int(minutes))
            return moment + offset if sign == "-" else moment - offset
        return moment - timedelta(hours=_ZONES[zone]) if zone else moment
    except (ValueError, KeyError, OverflowError):
        return None
