"""Counts of alerts, of which series are made (0036_counts.sql beside this file)."""

from pathlib import Path

from alembic import op
from sqlalchemy import text

from dyadwatch.store.migrations import online

revision = "0036"
down_revision = "0035"

_IS_THERE = text("SELECT to_regclass('alert_counts') IS NOT NULL")
# Nobody else writes to the alerts of before between the making of their list and of the trigger.
_LOCK = "LOCK TABLE alerts IN SHARE ROW EXCLUSIVE MODE;\n"
_FILL = """
WITH held AS MATERIALIZED (
    SELECT id, alerts AS alert FROM alerts WHERE id BETWEEN :low AND :high FOR NO KEY UPDATE
), uncounted AS (
    DELETE FROM alerts_uncounted WHERE alert_id IN (SELECT id FROM held) RETURNING alert_id
)
INSERT INTO alert_count_changes (watch_id, clock, dimension, at, value, number)
SELECT (alert).watch_id, clock, dimension, at, value, count(*)
FROM held JOIN uncounted ON alert_id = id CROSS JOIN LATERAL alert_cells(alert)
GROUP BY (alert).watch_id, clock, dimension, at, value
"""


def upgrade() -> None:
    with op.get_context().autocommit_block():
        db = op.get_bind()
        if not db.execute(_IS_THERE).scalar_one():
            script = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
            db.exec_driver_sql(f"BEGIN;\n{_LOCK}{script}COMMIT")
    online.fill("alerts", _FILL)


def downgrade() -> None:
    raise RuntimeError("The rows of a newer program do not fit an older one: restore a backup instead.")
