"""Indexes for filters and ages, retention, and the oldest code that fits: see 0007_limits.sql."""

from pathlib import Path

from alembic import op

from dyadwatch.store.migrations import online

revision = "0007"
down_revision = "0006"

_POSITIONS = """
INSERT INTO alert_positions (alert_id) SELECT id FROM alerts WHERE id BETWEEN :low AND :high
ON CONFLICT DO NOTHING
"""
_INDEXES = """
CREATE UNIQUE INDEX CONCURRENTLY alert_events_position ON alert_events (position) WHERE position IS NOT NULL;
CREATE INDEX CONCURRENTLY alert_events_new ON alert_events (id)
    WHERE position IS NULL AND alert_id IS NOT NULL;

-- One for each filter of a list, in the order of the list.
CREATE INDEX CONCURRENTLY deliveries_state_list ON deliveries (state, created_at DESC, id DESC);
CREATE INDEX CONCURRENTLY deliveries_subscription_state_list
    ON deliveries (subscription_id, state, created_at DESC, id DESC);

-- One for each foreign key whose target may be deleted.
CREATE INDEX CONCURRENTLY article_versions_snapshot ON article_versions (snapshot_id);
CREATE INDEX CONCURRENTLY articles_page ON articles (page_id);
CREATE INDEX CONCURRENTLY alerts_story ON alerts (story_id);
CREATE INDEX CONCURRENTLY page_sessions_key ON page_sessions (key_id);

-- What expires is found by its age.
CREATE INDEX CONCURRENTLY snapshots_age ON snapshots (fetched_at);
CREATE INDEX CONCURRENTLY entries_age ON entries (first_seen_at)
    WHERE content IS NOT NULL OR summary IS NOT NULL;
CREATE INDEX CONCURRENTLY alert_events_age ON alert_events (created_at) WHERE body <> '';
CREATE INDEX CONCURRENTLY attempts_age ON attempts (at);

-- B-trees hold entries of 2.7 kB at most, and headlines may be longer.
CREATE INDEX CONCURRENTLY articles_title_hash ON articles (md5(title_key), first_seen_at)
"""


def upgrade() -> None:
    online.fill("alerts", _POSITIONS)
    online.index(_INDEXES)
    online.drop("articles_title_key")
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    raise RuntimeError("The rows of a newer program do not fit an older one: restore a backup instead.")
