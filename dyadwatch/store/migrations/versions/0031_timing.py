"""When subscriptions are sent what they are owed: 0031_timing.sql beside this file."""

from pathlib import Path

from alembic import op

from dyadwatch.store.migrations import online

revision = "0031"
down_revision = "0030"

_INDEXES = """
CREATE INDEX CONCURRENTLY deliveries_held_until ON deliveries (held_until, subscription_id)
    WHERE held_until IS NOT NULL;
CREATE INDEX CONCURRENTLY deliveries_kept_back ON deliveries (subscription_id, id) WHERE state = 'held';
CREATE INDEX CONCURRENTLY deliveries_kept_waiting ON deliveries (subscription_id)
    WHERE state = 'held' AND held_until IS NULL;
CREATE INDEX CONCURRENTLY deliveries_digest ON deliveries (digest_id) WHERE digest_id IS NOT NULL
"""


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
    online.index(_INDEXES)


def downgrade() -> None:
    raise RuntimeError("The rows of a newer program do not fit an older one: restore a backup instead.")
