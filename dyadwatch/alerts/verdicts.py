"""What an analyst's verdict makes of an alert. No step changes it: an alert that is made anew keeps it."""

from dataclasses import replace
from datetime import datetime

from dyadwatch.alerts.changes import Decision
from dyadwatch.model.alerts import AlertChange, AlertVerdict, RejectReason, StoredAlert


def judge(
    before: StoredAlert, verdict: AlertVerdict, reason: RejectReason | None, now: datetime
) -> Decision | None:
    """The alert with a verdict, of which subscribers are notified at once where the alert stands. None where
    the verdict is the one that it has. What else has changed since its last event is left to the next."""
    alert = before.alert
    if (alert.verdict, alert.reject_reason) == (verdict, reason):
        return None
    after = replace(alert, verdict=verdict, reject_reason=reason, version=alert.version + 1, updated_at=now)
    stored = replace(before, alert=after)
    if alert.state == "withdrawn" or alert.verdict == verdict:
        return Decision(stored)
    return Decision(stored, ("alert.updated",), (AlertChange("verdict", old=alert.verdict, new=verdict),))
