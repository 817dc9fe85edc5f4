"""Articles that are read again, and what becomes of them: 0027_rechecks.sql beside this file."""

from pathlib import Path

from alembic import op

from dyadwatch.store.migrations import online

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
    online.index("CREATE INDEX CONCURRENTLY articles_page ON articles (page_id)")


def downgrade() -> None:
    raise RuntimeError("The rows of a newer program do not fit an older one: restore a backup instead.")
