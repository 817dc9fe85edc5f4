"""The source of a subscription at a hub, by which claims take turns."""

from alembic import op

from dyadwatch.store.migrations import online

revision = "0015"
down_revision = "0014"

# Rows that earlier code adds meanwhile have none, and count as those of one source.
_FILL = """
UPDATE hub_subscriptions SET source_id = feeds.source_id FROM feeds
WHERE feeds.id = feed_id AND feed_id BETWEEN :low AND :high AND hub_subscriptions.source_id IS NULL
"""
_INDEX = """
CREATE INDEX CONCURRENTLY hub_subscriptions_owner_due ON hub_subscriptions (coalesce(source_id, 0), due_at)
    WHERE due_at IS NOT NULL
"""


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.get_bind().exec_driver_sql(
            "ALTER TABLE hub_subscriptions ADD COLUMN IF NOT EXISTS source_id bigint"
        )
    online.fill("feeds", _FILL)
    online.index(_INDEX)


def downgrade() -> None:
    raise RuntimeError("The rows of a newer program do not fit an older one: restore a backup instead.")
