"""Triage of alerts: what each reader has read, starred or dismissed, and the note and assignee that all
share, which are kept in the row of the reader ''."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, text

from dyadwatch.model.alert_triage import AlertTriage, Reader
from dyadwatch.store.queries import Query, Rows, run

PERSONAL = ("read", "starred", "dismissed")
SHARED = ("note", "assignee")
_MINE = "alert_triage.alert_id = alerts.id AND alert_triage.reader = :reader"
# Holds for rows of alerts in one of the states :triage, as a reader left them.
HOLDS = f"""(
    EXISTS (SELECT FROM alert_triage WHERE {_MINE} AND CASE
        WHEN is_starred AND 'starred' = ANY(CAST(:triage AS text[])) THEN true
        WHEN is_dismissed THEN 'dismissed' = ANY(CAST(:triage AS text[]))
        ELSE is_read AND 'read' = ANY(CAST(:triage AS text[])) END)
    OR 'unread' = ANY(CAST(:triage AS text[]))
        AND NOT EXISTS (SELECT FROM alert_triage WHERE {_MINE} AND (is_read OR is_dismissed))
    OR 'assigned' = ANY(CAST(:triage AS text[])) AND EXISTS (
        SELECT FROM alert_triage
        WHERE alert_triage.alert_id = alerts.id AND reader = '' AND assignee = :person))"""  # noqa: S608
_READ = text("""
SELECT alert_id, reader, is_read, is_starred, is_dismissed, note, assignee FROM alert_triage
WHERE alert_id = ANY(:alerts) AND reader IN (:reader, '')
""")
# The rows of an alert are locked in one order, whoever changes them.
_CHANGE = text("""
INSERT INTO alert_triage (alert_id, reader, is_read, is_starred, is_dismissed)
SELECT id, CAST(:reader AS text), coalesce(:read, false), coalesce(:starred, false),
    coalesce(:dismissed, false)
FROM alerts WHERE id = ANY(:alerts) ORDER BY id
ON CONFLICT (alert_id, reader) DO UPDATE SET
    is_read = coalesce(:read, alert_triage.is_read),
    is_starred = coalesce(:starred, alert_triage.is_starred),
    is_dismissed = coalesce(:dismissed, alert_triage.is_dismissed)
""")
_CHANGE_SHARED = text("""
INSERT INTO alert_triage (alert_id, reader, note, assignee)
SELECT id, '', CAST(:note AS text), CAST(:assignee AS text) FROM alerts WHERE id = ANY(:alerts) ORDER BY id
ON CONFLICT (alert_id, reader) DO UPDATE SET
    note = CASE WHEN :has_note THEN excluded.note ELSE alert_triage.note END,
    assignee = CASE WHEN :has_assignee THEN excluded.assignee ELSE alert_triage.assignee END
""")
_PEOPLE = text("""
SELECT DISTINCT coalesce(owner, name) AS person FROM api_keys
WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now()) ORDER BY 1 LIMIT :limit
""")


def read(db: Connection, alerts: Sequence[int], reader: Reader) -> list[AlertTriage]:
    """Each of the alerts as a reader left it, in their order."""
    rows = run(db, Query(_READ, {"alerts": list(alerts), "reader": reader.id}, list))
    own = {row.alert_id: row for row in rows if row.reader != ""}
    shared = {row.alert_id: row for row in rows if row.reader == ""}
    return [_triage(alert, own.get(alert), shared.get(alert)) for alert in alerts]


def change(db: Connection, alerts: Collection[int], reader: Reader, changes: Mapping[str, Any]) -> None:
    """Changes the fields of AlertTriage that are named; alerts that are not there are left out."""
    place = {"alerts": list(alerts), "reader": reader.id}
    if not changes.keys().isdisjoint(PERSONAL):
        db.execute(_CHANGE, {**place, **{name: changes.get(name) for name in PERSONAL}})
    if not changes.keys().isdisjoint(SHARED):
        values = {name: changes.get(name) for name in SHARED}
        has = {f"has_{name}": name in changes for name in SHARED}
        db.execute(_CHANGE_SHARED, {**place, **values, **has})


def people(db: Connection, *, limit: int) -> list[str]:
    """Who can be an assignee: the owners of the keys in use, or their names."""
    return run(db, Query(_PEOPLE, {"limit": limit}, _people))


def _people(rows: Rows) -> list[str]:
    return [row.person for row in rows]


def _triage(alert: int, own: Any, shared: Any) -> AlertTriage:
    return AlertTriage(
        alert,
        read=own is not None and own.is_read,
        starred=own is not None and own.is_starred,
        dismissed=own is not None and own.is_dismissed,
        note=None if shared is None else shared.note,
        assignee=None if shared is None else shared.assignee,
    )
