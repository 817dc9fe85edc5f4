"""What was read at pages that tell nothing of their feed's headline, to see which stories lead to one page
under several addresses."""

from alembic import op

from dyadwatch.store.migrations import online

revision = "0059"
down_revision = "0058"


def upgrade() -> None:
    op.execute("ALTER TABLE snapshots ADD COLUMN IF NOT EXISTS unrelated_text text")
    online.index(
        "CREATE INDEX CONCURRENTLY snapshots_unrelated_text ON snapshots (unrelated_text)"
        " WHERE unrelated_text IS NOT NULL"
    )


def downgrade() -> None:
    raise RuntimeError("The rows of a newer program do not fit an older one: restore a backup instead.")
