"""What an operator says of the publisher of a source."""

from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.get_bind().exec_driver_sql(
        "ALTER TABLE sources ADD COLUMN publisher text, ADD COLUMN family text, ADD COLUMN state_control text"
    )


def downgrade() -> None:
    raise RuntimeError("The rows of a newer program do not fit an older one: restore a backup instead.")
