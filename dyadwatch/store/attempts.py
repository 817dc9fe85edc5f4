"""Attempts to send deliveries: what each came to, and what follows for its delivery."""

from collections import defaultdict
from collections.abc import Collection, Sequence

import orjson
from sqlalchemy import Connection, text

from dyadwatch.model.deliveries import AttemptView, EndedAttempt
from dyadwatch.store.queries import Query, Rows, run

_OF_DELIVERIES = text("""
SELECT delivery_id, number, at, seconds, trigger, status, reason, error, detail,
    CASE WHEN :responses THEN response END
FROM attempts WHERE delivery_id = ANY(:deliveries) ORDER BY delivery_id, number
""")
# All at once: each statement costs a round trip. A delivery whose turn has passed is left as it is.
_SAVE = text("""
WITH ended AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(CAST(:attempts AS jsonb)) AS ended (
        delivery bigint, turn integer, state text, due_at timestamptz, tries integer, number integer,
        at timestamptz, seconds double precision, trigger text, status integer, reason text, error text,
        detail text, response text)
), locked AS MATERIALIZED (
    SELECT row.id FROM deliveries AS row JOIN ended ON ended.delivery = row.id AND ended.turn = row.turn
    ORDER BY row.id FOR UPDATE OF row
), saved AS (
    UPDATE deliveries AS row SET state = ended.state, due_at = ended.due_at, attempt_count = ended.number,
        tries = ended.tries, trigger = 'schedule', reason = ended.reason, status = ended.status
    FROM ended JOIN locked ON locked.id = ended.delivery
    WHERE row.id = ended.delivery AND row.turn = ended.turn RETURNING row.id
), kept AS (
    INSERT INTO attempts (
        delivery_id, number, at, seconds, trigger, status, reason, error, detail, response)
    SELECT delivery, number, at, seconds, trigger, status, reason, error, detail, response
    FROM ended JOIN saved ON saved.id = ended.delivery
)
SELECT id FROM saved
""")


def save(db: Connection, attempts: Sequence[EndedAttempt]) -> Collection[int]:
    """Records attempts, with the state that follows for each delivery and when its next attempt is due.
    Returns the deliveries that are saved: nothing is where the turn has passed."""
    return run(db, save_query(attempts))


def save_query(attempts: Sequence[EndedAttempt]) -> Query[Collection[int]]:
    """What `save` does, to be run together with others."""
    return Query(_SAVE, {"attempts": orjson.dumps([_record(each) for each in attempts]).decode()}, _ids)


def of_deliveries(
    db: Connection, delivery_ids: Sequence[int], *, responses: bool
) -> defaultdict[int, list[AttemptView]]:
    """The attempts of each, in order, with what receivers answered if `responses`."""
    by_delivery: defaultdict[int, list[AttemptView]] = defaultdict(list)
    params = {"deliveries": list(delivery_ids), "responses": responses}
    for delivery_id, *values in db.execute(_OF_DELIVERIES, params):
        by_delivery[delivery_id].append(AttemptView(*values))
    return by_delivery


def _record(attempt: EndedAttempt) -> dict[str, object]:
    """What `_SAVE` reads of an attempt. dataclasses.asdict takes longer for it than sending does to sign."""
    view = attempt.view
    return {
        "delivery": attempt.delivery.id,
        "turn": attempt.delivery.turn,
        "state": attempt.state,
        "due_at": attempt.due_at,
        "tries": attempt.tries,
        "number": view.number,
        "at": view.at,
        "seconds": view.seconds,
        "trigger": view.trigger,
        "status": view.status,
        "reason": view.reason,
        "error": view.error,
        "detail": view.detail,
        "response": view.response,
    }


def _ids(rows: Rows) -> Collection[int]:
    return {row.id for row in rows}
