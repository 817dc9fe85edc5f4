"""Indexes that find lost rows: 0003_lost_rows.sql beside this file."""

from pathlib import Path

from dyadwatch.store.migrations import online

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    online.index(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    raise RuntimeError("The rows of a newer program do not fit an older one: restore a backup instead.")
