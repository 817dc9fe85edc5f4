"""Backfills: 0004_backfills.sql beside this file."""

from pathlib import Path

from alembic import op

from dyadwatch.store.migrations import online

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    online.index("CREATE INDEX CONCURRENTLY taggings_watch_articles ON taggings (watch_id, article_id)")
    online.drop("taggings_watch")
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    raise RuntimeError("The rows of a newer program do not fit an older one: restore a backup instead.")
