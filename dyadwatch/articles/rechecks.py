"""When an article is read again after it was first: often while it is young, rarely when it is old."""

from datetime import datetime, timedelta

AGES = tuple(
    timedelta(hours=hours) for hours in (1, 3, 8, 24, 3 * 24, 8 * 24, 21 * 24, 60 * 24)
)  # at which one that carries an alert is read again; others at every second of them
SECOND_LOOK = timedelta(hours=1)  # after which a page that was not found is gone, if it is not found again
_EARLY = 0.9  # of an age, from which on it counts as reached


def next_check(first_seen_at: datetime, now: datetime, *, carries_alert: bool) -> datetime | None:
    """When an article is read again that was read just now, None where it is too old."""
    ages = AGES if carries_alert else AGES[::2]
    age = now - first_seen_at
    following = next((one for one in ages if age < _EARLY * one), None)
    return None if following is None else first_seen_at + following
