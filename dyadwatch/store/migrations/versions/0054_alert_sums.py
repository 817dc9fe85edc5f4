"""Sums of counts: 0054_alert_sums.sql beside this file."""

from pathlib import Path

from alembic import op

revision = "0054"
down_revision = "0053"


def upgrade() -> None:
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    raise RuntimeError("The rows of a newer program do not fit an older one: restore a backup instead.")
