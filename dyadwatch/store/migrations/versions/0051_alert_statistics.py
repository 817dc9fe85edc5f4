"""What is known of the values that alerts are filtered by and have no column: 0051_alert_statistics.sql."""

from pathlib import Path

from alembic import op

revision = "0051"
down_revision = "0050"


def upgrade() -> None:
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    raise RuntimeError("The rows of a newer program do not fit an older one: restore a backup instead.")
