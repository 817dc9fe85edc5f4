"""The story, modalities and origins of alerts as terms of their index (0021_filters.sql beside this file)."""

from pathlib import Path

from alembic import op

from dyadwatch.store.migrations import online

revision = "0021"
down_revision = "0020"

_INDEX = """
CREATE INDEX CONCURRENTLY alerts_by_filter ON alerts USING gin (alert_terms(
    search, watch_id, story_id, state, level, score, languages, event_types,
    alert_values(document, 'direction'), alert_values(document, 'modality'), alert_origins(document),
    source_ids, created_at
)) WITH (gin_pending_list_limit = 256)
"""


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
    online.index(_INDEX)
    online.drop("alerts_terms_and_directions")


def downgrade() -> None:
    raise RuntimeError("The rows of a newer program do not fit an older one: restore a backup instead.")
