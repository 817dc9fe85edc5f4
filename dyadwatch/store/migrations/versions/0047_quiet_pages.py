"""Pages that were published long ago, read without a word to subscribers."""

from alembic import op

revision = "0047"
down_revision = "0046"


def upgrade() -> None:
    op.execute("ALTER TABLE pages ADD COLUMN IF NOT EXISTS quiet boolean NOT NULL DEFAULT false")


def downgrade() -> None:
    raise RuntimeError("The rows of a newer program do not fit an older one: restore a backup instead.")
