"""Scheduled tries apart from manual ones, and why attempts failed: 0022_tries.sql beside this file."""

from pathlib import Path

from alembic import op

from dyadwatch.store.migrations import online

revision = "0022"
down_revision = "0021"

# What is finished begins its schedule anew where it is sent again.
_FILL = """
UPDATE deliveries SET tries = attempt_count
WHERE id BETWEEN :low AND :high AND state = 'pending' AND tries < attempt_count
"""
_INDEXES = """
CREATE INDEX CONCURRENTLY deliveries_reason_list ON deliveries (reason, created_at DESC, id DESC)
    WHERE reason IS NOT NULL;
CREATE INDEX CONCURRENTLY deliveries_status_list ON deliveries (status, created_at DESC, id DESC)
    WHERE reason = 'status'
"""


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
    online.fill("deliveries", _FILL)
    online.index(_INDEXES)


def downgrade() -> None:
    raise RuntimeError("The rows of a newer program do not fit an older one: restore a backup instead.")
