"""One index for all filters of a list (0013_terms.sql beside this file), and due rows by their owner."""

from pathlib import Path

from alembic import op

from dyadwatch.store.migrations import online

revision = "0013"
down_revision = "0012"

# Whoever searches reads what waits to be merged into a GIN index, so that is little.
_INDEXES = """
CREATE INDEX CONCURRENTLY alerts_terms ON alerts USING gin (alert_terms(
    search, watch_id, state, level, score, languages, event_types, source_ids, created_at
)) WITH (gin_pending_list_limit = 256);
CREATE INDEX CONCURRENTLY articles_terms ON articles USING gin (
    article_terms(title, source_id, language, first_seen_at)
) WITH (gin_pending_list_limit = 256);

CREATE INDEX CONCURRENTLY feeds_source_list ON feeds (source_id, created_at DESC, id DESC);

-- Due rows of each owner.
CREATE INDEX CONCURRENTLY feeds_owner_due ON feeds (source_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX CONCURRENTLY pages_owner_due ON pages (coalesce(source_id, 0), due_at) WHERE due_at IS NOT NULL;
CREATE INDEX CONCURRENTLY deliveries_owner_due ON deliveries (subscription_id, due_at)
    WHERE due_at IS NOT NULL
"""
# Of a schema that was made by earlier code.
_REPLACED = """
DROP TRIGGER IF EXISTS alerts_truncated ON alerts;
DROP TRIGGER IF EXISTS alert_facets_changed ON alerts;
DROP FUNCTION IF EXISTS truncate_alert_facets, save_alert_facets, facets_of;
DROP TABLE IF EXISTS alert_facets;
UPDATE schema_compatibility SET minimum = '0013'
"""


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
    online.index(_INDEXES)
    online.drop(
        "alerts_search",
        "alerts_score",
        "alerts_languages",
        "alerts_sources",
        "alerts_event_types",
        "articles_search",
        "articles_language_list",
        "feeds_source",
    )
    op.get_bind().exec_driver_sql(_REPLACED)


def downgrade() -> None:
    raise RuntimeError("The rows of a newer program do not fit an older one: restore a backup instead.")
