"""Retention: which rows are deleted or emptied at what age, a batch at a time, and when that is due."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection, TextClause, text

from dyadwatch.model.retention import ClaimedRetention, KeepDays
from dyadwatch.store import claims

BATCH = 1_000  # rows of one statement
QUEUE = claims.Queue("retention", lost="true")

_EXPIRE = """
WITH batch AS (
    SELECT ctid FROM {table} AS row WHERE row.{age} < now() - make_interval(days => :days) AND {condition}
    ORDER BY row.{age} LIMIT :limit FOR UPDATE SKIP LOCKED
) {action} WHERE row.ctid IN (SELECT ctid FROM batch)
"""


@dataclass(frozen=True)
class _Rule:
    """What happens to the rows of a table, all strings being SQL of ours over `row`: `action`, once the
    column `age` is older than the days of the setting `keep`, or than `days`."""

    table: str
    age: str
    keep: str | None = None
    days: int = 0
    condition: str = "true"
    action: str = "DELETE FROM {table} AS row"

    @cached_property
    def statement(self) -> TextClause:
        """Parameters: days, limit."""
        action = self.action.format(table=self.table)
        return text(_EXPIRE.format(table=self.table, age=self.age, condition=self.condition, action=action))


# A story that ever had an alert keeps its snapshots: they prove what the alert quotes. An event that is still
# to be delivered keeps its body.
_NO_ALERT = """NOT EXISTS (
    SELECT 1 FROM article_versions JOIN articles ON articles.id = article_versions.article_id
    JOIN alerts ON alerts.story_id = articles.story_id WHERE article_versions.snapshot_id = row.id)"""
_NOT_PENDING = "NOT EXISTS (SELECT 1 FROM deliveries WHERE {} AND deliveries.state = 'pending')"
_RULES: Mapping[str, _Rule] = {
    "snapshots": _Rule(
        "snapshots", "fetched_at", "snapshots", condition=f"row.due_at IS NULL AND {_NO_ALERT}"
    ),
    "entries": _Rule(
        "entries",
        "first_seen_at",
        "snapshots",
        condition="(row.content IS NOT NULL OR row.summary IS NOT NULL)"
        " AND row.last_seen_at < now() - interval '7 days'",
        action="UPDATE entries AS row SET content = NULL, summary = NULL",
    ),
    "event bodies": _Rule(
        "alert_events",
        "created_at",
        "events",
        condition=f"row.body <> '' AND {_NOT_PENDING.format('deliveries.event_id = row.id')}",
        action="UPDATE alert_events AS row SET body = ''",
    ),
    "attempts": _Rule(
        "attempts", "at", "attempts", condition=_NOT_PENDING.format("deliveries.id = row.delivery_id")
    ),
    "robots": _Rule("robots", "expires_at", days=30),
    "idempotency": _Rule("idempotent_answers", "created_at", days=1),
    "sessions": _Rule("page_sessions", "expires_at"),
}
RULES = tuple(_RULES)

_FINISH = text("""
UPDATE retention SET due_at = now() + make_interval(secs => :seconds) WHERE id = :id AND turn = :turn
""")


def expire(db: Connection, rule: str, keep: KeepDays) -> int:
    """Does what a rule says to at most BATCH rows. Returns how many there were; fewer than BATCH are the
    last."""
    one = _RULES[rule]
    days = one.days if one.keep is None else getattr(keep, one.keep)
    if days is None:
        return 0
    return db.execute(one.statement, {"days": days, "limit": BATCH}).rowcount


def claim(db: Connection) -> ClaimedRetention | None:
    """Claims the round of the day, if it is due."""
    rows = claims.claim(db, QUEUE, limit=1)
    return ClaimedRetention(rows[0]["id"], rows[0]["turn"]) if rows else None


def finish(db: Connection, claimed: ClaimedRetention, *, seconds: float) -> None:
    """Ends the turn; the next round is due in `seconds`."""
    db.execute(_FINISH, {"id": claimed.id, "turn": claimed.turn, "seconds": seconds})
