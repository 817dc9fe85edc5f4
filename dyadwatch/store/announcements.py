"""Announcements: when subscribers are notified of what has changed in an alert since its last event."""

from sqlalchemy import Connection

from dyadwatch.model.alerts import ClaimedAnnouncement
from dyadwatch.store import claims

QUEUE = claims.Queue(
    "announcements",
    lost="row.pending",
    key="alert_id",
    returning="row.alert_id, (SELECT watch_id FROM alerts WHERE id = row.alert_id) AS watch,"
    " (SELECT story_id FROM alerts WHERE id = row.alert_id) AS story",
)


def claim(db: Connection, *, limit: int) -> list[ClaimedAnnouncement]:
    """Claims alerts of whose changes subscribers are to be notified now. Whoever saves the alert ends the
    turn."""
    return [
        ClaimedAnnouncement(row["alert_id"], row["watch"], row["story"])
        for row in claims.claim(db, QUEUE, limit=limit)
    ]
