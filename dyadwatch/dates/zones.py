"""Time zones by the names that stand beside times. What could be one of several zones is none."""

import functools
import re
import zoneinfo
from datetime import UTC, datetime, timedelta, timezone, tzinfo

# By abbreviation, minutes east of Greenwich. RFC 822 defines those of North America. BST, IST and the like
# mean different zones in different countries.
_OFFSETS = {
    **dict.fromkeys(("utc", "gmt", "ut", "z", "zulu", "wet"), 0),
    "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
    "akst": -540, "akdt": -480, "hst": -600, "nst": -210, "ndt": -150, "adt": -180,
    "cet": 60, "cest": 120, "mez": 60, "mesz": 120, "eet": 120, "eest": 180, "msk": 180, "мск": 180,
    "idt": 180, "trt": 180, "irst": 210, "irdt": 270, "pkt": 300, "npt": 345, "wib": 420, "wita": 480,
    "hkt": 480, "sgt": 480, "jst": 540, "kst": 540, "aest": 600, "aedt": 660, "acst": 570, "acdt": 630,
    "awst": 480, "nzst": 720, "nzdt": 780, "sast": 120, "brt": -180,
}  # fmt: skip
# Those that say the same in summer and in winter.
_REGIONS = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
}
# Abbreviations that stand for a zone, without saying which.
AMBIGUOUS = frozenset({"bst", "ist", "ast", "gst", "amt", "sst", "lt"})
MAX_OFFSET = timedelta(hours=15)
_NAME = re.compile(r"[a-z]+(?:/[a-z0-9_+-]+){1,2}")


@functools.lru_cache(maxsize=256)
def of_offset(sign: str, hours: str, minutes: str | None) -> timezone | None:
    """The zone of an offset from Greenwich, None where there can be no such zone."""
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    if offset > MAX_OFFSET or int(minutes or 0) > 59:
        return None
    return timezone(-offset if sign == "-" else offset) if offset else UTC


def of_name(name: str) -> tzinfo | None:
    """The zone that `name`, in lower case, stands for: an abbreviation that has one meaning, or a name of the
    time zone database."""
    if (minutes := _OFFSETS.get(name)) is not None:
        return timezone(timedelta(minutes=minutes)) if minutes else UTC
    if name in _REGIONS:
        return _region(_REGIONS[name])
    return _region(proper) if _NAME.fullmatch(name) and (proper := _proper_names().get(name)) else None


def at(moment: datetime, zone: tzinfo) -> datetime:
    """The naive `moment` as one of the zone, with its offset at that time as a fixed one."""
    offset = moment.replace(tzinfo=zone).utcoffset() or timedelta()
    return moment.replace(tzinfo=timezone(offset) if offset else UTC)


def _region(name: str) -> tzinfo | None:
    try:
        return zoneinfo.ZoneInfo(name)
    except zoneinfo.ZoneInfoNotFoundError:  # the machine has no such data
        return None


@functools.cache
def _proper_names() -> dict[str, str]:
    return {name.lower(): name for name in zoneinfo.available_timezones()}
