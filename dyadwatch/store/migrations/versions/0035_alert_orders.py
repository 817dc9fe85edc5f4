"""Alerts in other orders: by last change, rank and score, and since a time (0035_alert_orders.sql)."""

from pathlib import Path

from alembic import op

from dyadwatch.store.migrations import online

revision = "0035"
down_revision = "0034"

_INDEXES = """
CREATE INDEX CONCURRENTLY alert_positions_at ON alert_positions (at, position);
CREATE INDEX CONCURRENTLY alerts_updated ON alerts (updated_at DESC, id DESC);
CREATE INDEX CONCURRENTLY alerts_score ON alerts (score DESC, id DESC);
CREATE INDEX CONCURRENTLY alerts_rank ON alerts (alert_rank(document) DESC, id DESC)
"""


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
    online.index(_INDEXES)


def downgrade() -> None:
    raise RuntimeError("The rows of a newer program do not fit an older one: restore a backup instead.")
