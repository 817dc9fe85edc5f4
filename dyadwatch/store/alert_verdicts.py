"""Verdicts of analysts on alerts, and their comments. What an alert shows of them is in its document."""

from collections.abc import Sequence
from dataclasses import asdict

import orjson
from pydantic import TypeAdapter
from sqlalchemy import Connection, select, text

from dyadwatch.model.alert_verdicts import AlertVerdictView, JudgedEvidence, NewVerdict
from dyadwatch.model.pagination import ListPage
from dyadwatch.store import pagination
from dyadwatch.store.queries import Query, Rows, run

_EVIDENCE = TypeAdapter(JudgedEvidence)
_COLUMNS = """
alert_verdicts.id, alert_id, alert_version, verdict, reason, note, evidence, key_id, carried_from, at,
ARRAY(SELECT guard_id FROM guard_verdicts WHERE verdict_id = alert_verdicts.id ORDER BY 1) AS guards
"""
_ALL = select(text(_COLUMNS)).select_from(text("alert_verdicts"))
_ADD = text(f"""
INSERT INTO alert_verdicts (alert_id, alert_version, verdict, reason, note, evidence, key_id)
SELECT id, version, :verdict, :reason, :note, CAST(:evidence AS jsonb), :key FROM alerts WHERE id = :alert
RETURNING {_COLUMNS}
""")  # noqa: S608  # constant SQL
# The last verdict on each alert of a story, for that of the same watch in the other story, where nobody has
# judged that one.
_CARRY = text(f"""
INSERT INTO alert_verdicts
    (alert_id, alert_version, verdict, reason, note, evidence, key_id, carried_from, at)
SELECT target.id, target.version, said.verdict, said.reason, said.note, said.evidence, said.key_id, origin.id,
    said.at
FROM alerts AS origin
JOIN alerts AS target ON target.watch_id = origin.watch_id AND target.story_id = :into
JOIN LATERAL (
    SELECT * FROM alert_verdicts WHERE alert_id = origin.id AND verdict IS NOT NULL ORDER BY id DESC LIMIT 1
) AS said ON said.verdict <> 'clear'
WHERE origin.story_id = :story AND NOT EXISTS (
    SELECT FROM alert_verdicts AS other WHERE other.alert_id = target.id AND other.verdict IS NOT NULL)
ORDER BY target.id RETURNING {_COLUMNS}
""")  # noqa: S608


def add(db: Connection, alert: int, new: NewVerdict) -> AlertVerdictView:
    """Stores what an analyst says of an alert, which is there."""
    params = {
        "alert": alert,
        "verdict": new.word,
        "reason": new.reason,
        "note": new.note,
        "evidence": orjson.dumps(asdict(new.evidence)).decode() if new.evidence else None,
        "key": new.key,
    }
    return run(db, Query(_ADD, params, _views))[0]


def carry(db: Connection, story: int, into: int) -> list[AlertVerdictView]:
    """Says of the alerts of the story `into`, on which nobody gave a verdict, what was said last of those of
    a story that was merged into it. Returns what it said."""
    return run(db, Query(_CARRY, {"story": story, "into": into}, _views))


def page(db: Connection, alert: int, *, limit: int, cursor: str | None) -> ListPage[AlertVerdictView]:
    """Verdicts and comments on an alert, the last first."""
    return pagination.read(
        db,
        _ALL,
        {"alert": alert},
        _views,
        stream=pagination.stream("alert_verdicts", "alert_id = :alert", at="at"),
        kind="alert_verdicts",
        limit=limit,
        cursor=cursor,
        at="at",
    )


def _views(rows: Rows | Sequence[pagination.Record]) -> list[AlertVerdictView]:
    return [
        AlertVerdictView(
            id=row.id,
            alert=row.alert_id,
            alert_version=row.alert_version,
            verdict=row.verdict,
            reason=row.reason,
            note=row.note,
            evidence=None if row.evidence is None else _EVIDENCE.validate_python(row.evidence),
            key=row.key_id,
            carried_from=row.carried_from,
            at=row.at,
            guards=tuple(row.guards),
        )
        for row in rows
    ]
