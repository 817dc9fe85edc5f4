"""Retention: which rows are deleted or emptied at what age, a batch at a time, and when that is due."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property

from sqlalchemy import Connection, TextClause, text

from dyadwatch.model.retention import ClaimedRetention, KeepDays, RetentionProgress
from dyadwatch.store import claims
from dyadwatch.store.copies import COMPARED_DAYS

BATCH = 1_000  # rows that one statement looks at
QUEUE = claims.Queue("retention", lost="true")

# What is kept is passed over once in a round, not again by every statement.
_EXPIRE = """
WITH passed AS MATERIALIZED (
    SELECT row.ctid AS place, row.{age} AS age, {condition} AS expires FROM {table} AS row
    WHERE row.{age} < now() - make_interval(days => :days) AND {indexed}
        AND (row.{age}, row.ctid) > (coalesce(CAST(:after_age AS timestamptz), '-infinity'),
                                     coalesce(CAST(:after_place AS tid), '(0,0)'))
    ORDER BY row.{age}, row.ctid LIMIT :limit
), locked AS MATERIALIZED (
    SELECT row.ctid AS place FROM {table} AS row JOIN passed ON passed.place = row.ctid
    WHERE passed.expires FOR UPDATE OF row SKIP LOCKED
), expired AS (
    {action} WHERE row.ctid IN (SELECT place FROM locked) RETURNING 1
)
SELECT passed.age, CAST(passed.place AS text) AS place, (SELECT count(*) FROM passed) AS passed_count,
    (SELECT count(*) FROM expired) AS expired_count
FROM passed ORDER BY passed.age DESC, passed.place DESC LIMIT 1
"""
# Shingles have no age, but the lower the id of their article, the older it is. A round begins with the oldest
# that are left, and ends where not all of a batch are old.
_EXPIRE_SHINGLES = """
WITH oldest AS MATERIALIZED (
    SELECT ctid AS place, article_id FROM {table} ORDER BY article_id LIMIT :limit
), expired AS (
    DELETE FROM {table} WHERE ctid = ANY(ARRAY(
        SELECT place FROM oldest LEFT JOIN articles ON articles.id = oldest.article_id
        WHERE coalesce({age} < now() - make_interval(days => :days), true)
    )) RETURNING 1
)
SELECT CAST(NULL AS timestamptz) AS age, NULL AS place, count(*) AS passed_count, count(*) AS expired_count
FROM expired
"""


@dataclass(frozen=True)
class _Rule:
    """What happens to the rows of a table, all strings being constant SQL over `row`: `action`, once the
    column `age` is older than the days of the setting `keep`, or than `days`, and the condition holds.
    `indexed` is that of the index by age; `template` is what all this is put into."""

    table: str
    age: str
    keep: str | None = None
    days: int = 0
    indexed: str = "true"
    condition: str = "true"
    action: str = "DELETE FROM {table} AS row"
    template: str = _EXPIRE

    @cached_property
    def statement(self) -> TextClause:
        """Parameters: days, limit, and some templates have after_age and after_place."""
        names = {"table": self.table, "age": self.age, "indexed": self.indexed, "condition": self.condition}
        return text(self.template.format(**names, action=self.action.format(table=self.table)))


# A story that ever had an alert keeps its snapshots: they prove what the alert quotes. An event that is still
# to be delivered keeps its body.
_NO_ALERT = """NOT EXISTS (
    SELECT 1 FROM article_versions JOIN articles ON articles.id = article_versions.article_id
    JOIN alerts ON alerts.story_id = articles.story_id WHERE article_versions.snapshot_id = row.id)"""
_NOT_PENDING = "NOT EXISTS (SELECT 1 FROM deliveries WHERE {} AND deliveries.state IN ('pending', 'held'))"
_RULES: Mapping[str, _Rule] = {
    "snapshots": _Rule(
        "snapshots", "fetched_at", "snapshots", condition=f"row.due_at IS NULL AND {_NO_ALERT}"
    ),
    "entries": _Rule(
        "entries",
        "first_seen_at",
        "snapshots",
        indexed="(row.content IS NOT NULL OR row.summary IS NOT NULL)",
        condition="row.last_seen_at < now() - interval '7 days'",
        action="UPDATE entries AS row SET content = NULL, summary = NULL",
    ),
    "event bodies": _Rule(
        "alert_events",
        "created_at",
        "events",
        indexed="row.body <> ''",
        condition=_NOT_PENDING.format("deliveries.event_id = row.id"),
        action="UPDATE alert_events AS row SET body = ''",
    ),
    "attempts": _Rule(
        "attempts", "at", "attempts", condition=_NOT_PENDING.format("deliveries.id = row.delivery_id")
    ),
    "article shingles": _Rule(
        "article_shingles", "articles.first_seen_at", days=COMPARED_DAYS + 1, template=_EXPIRE_SHINGLES
    ),
    "robots": _Rule("robots", "expires_at", days=30),
    "idempotency": _Rule("idempotent_answers", "created_at", days=1),
    "subscription hours": _Rule("subscription_hours", "hour", days=30),
    "secrets": _Rule("subscription_secrets", "expires_at"),
    "sessions": _Rule("page_sessions", "expires_at"),
    "unconfirmed": _Rule(
        "subscriptions", "updated_at", days=30, indexed="row.state = 'unconfirmed' AND row.topic IS NULL"
    ),
}
RULES = tuple(_RULES)
START = RetentionProgress(RULES[0])

_FINISH = text("""
UPDATE retention SET due_at = now() + make_interval(secs => :seconds), rule = :rule, after_age = :after_age,
    after_place = :after_place
WHERE id = :id AND turn = :turn
""")


def expire(
    db: Connection, progress: RetentionProgress, keep: KeepDays
) -> tuple[int, RetentionProgress | None]:
    """Does what a rule says to those that it concerns of the next BATCH rows by age. Returns how many there
    were, and where to go on; None where none are left."""
    rule = _RULES[progress.rule]
    days = rule.days if rule.keep is None else getattr(keep, rule.keep)
    if days is not None:
        params = {"after_age": progress.after_age, "after_place": progress.after_place}
        row = db.execute(rule.statement, {**params, "days": days, "limit": BATCH}).first()
        if row is not None and row.passed_count == BATCH:
            return row.expired_count, RetentionProgress(progress.rule, row.age, row.place)
        if row is not None:
            return row.expired_count, _following(progress.rule)
    return 0, _following(progress.rule)


def _following(rule: str) -> RetentionProgress | None:
    rules = RULES[RULES.index(rule) + 1 :]
    return RetentionProgress(rules[0]) if rules else None


def claim(db: Connection) -> ClaimedRetention | None:
    """Claims the round of the day, if it is due."""
    rows = claims.claim(db, QUEUE, limit=1)
    if not rows:
        return None
    row = rows[0]
    begun = RetentionProgress(row["rule"], row["after_age"], row["after_place"])
    return ClaimedRetention(row["id"], row["turn"], begun if begun.rule else START)


def finish(
    db: Connection, claimed: ClaimedRetention, progress: RetentionProgress | None, *, seconds: float
) -> None:
    """Ends the turn. In `seconds` the round goes on from `progress`, or begins anew."""
    params = asdict(progress) if progress else dict.fromkeys(("rule", "after_age", "after_place"))
    db.execute(_FINISH, {**params, "id": claimed.id, "turn": claimed.turn, "seconds": seconds})
