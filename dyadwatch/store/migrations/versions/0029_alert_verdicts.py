"""Verdicts of analysts on alerts (0029_alert_verdicts.sql beside this file), as a filter too."""

from pathlib import Path

from alembic import op

from dyadwatch.store.migrations import online

revision = "0029"
down_revision = "0028"

_INDEXES = """
CREATE INDEX CONCURRENTLY alerts_by_filter_and_verdict ON alerts USING gin ((alert_terms(
    search, watch_id, story_id, state, level, score, languages, event_types,
    alert_values(document, 'direction'), alert_values(document, 'modality'), alert_origins(document),
    source_ids, created_at
) || array_to_tsvector(ARRAY['=verdict:' || alert_verdict(document)]))) WITH (gin_pending_list_limit = 256);

CREATE INDEX CONCURRENTLY alerts_judged ON alerts (watch_id) WHERE alert_verdict(document) <> 'none'
"""


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
    online.index(_INDEXES)
    online.drop("alerts_by_filter")


def downgrade() -> None:
    raise RuntimeError("The rows of a newer program do not fit an older one: restore a backup instead.")
