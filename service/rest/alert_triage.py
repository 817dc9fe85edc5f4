"""Triage of alerts: what the reader has read, and the note and assignee that all share."""

from typing import Annotated

from pydantic import Field

from dyadwatch.model.alert_triage import AlertTriage
from dyadwatch.store import alert_triage, alerts
from dyadwatch.validation import Line, Lines
from service.rest.operations import Call, Operation, require
from service.rest.requests import Body, unset
from service.rest.responses import ApiResponse


class TriageChanges(Body):
    """The fields to change. `read`, `starred` and `dismissed` are your own: those of all keys of your owner.
    `note` and `assignee` are everybody's, and take the scope curate; null clears them."""

    read: bool = unset()
    starred: bool = unset()
    dismissed: bool = unset()
    note: Lines | None = None
    assignee: Annotated[
        Line | None, Field(description="the owner of a key, or the name of a key that has no owner")
    ] = None


def get_triage(call: Call, id: int) -> ApiResponse:  # noqa: A002  (the name in the path)
    """In lists of alerts, `expand=triage` shows it with each, and `triage` filters by it."""
    with call.begin() as db:
        alerts.get(db, id)
        return ApiResponse(alert_triage.read(db, [id], call.key.reader)[0])


def change_triage(call: Call, id: int, body: TriageChanges) -> ApiResponse:  # noqa: A002
    """No subscriber hears of it: a verdict is what changes the alert."""
    changes = body.changes()
    if not changes.keys().isdisjoint(alert_triage.SHARED):
        require(call.key, "curate")
    with call.begin() as db:
        alerts.get(db, id)
        alert_triage.change(db, [id], call.key.reader, changes)
        return ApiResponse(alert_triage.read(db, [id], call.key.reader)[0])


OPERATIONS = (
    Operation("GET", "/v1/alerts/{id}/triage", get_triage, "Get the triage of an alert", "read", AlertTriage),
    Operation("PATCH", "/v1/alerts/{id}/triage", change_triage, "Triage an alert", "read", AlertTriage),
)
