"""Copies of texts and whose they are (0019_copies.sql beside this file), looked up by shingles, not bands."""

from pathlib import Path

from alembic import op

from dyadwatch.store.migrations import online

revision = "0019"
down_revision = "0018"

_INDEX = "CREATE INDEX CONCURRENTLY articles_copy_of ON articles (copy_of) WHERE copy_of IS NOT NULL"
# Earlier code would store articles that have no shingles, and miss the bands.
_REPLACED = """
DROP TABLE IF EXISTS article_bands;
UPDATE schema_compatibility SET minimum = '0019'
"""


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
    online.index(_INDEX)
    op.get_bind().exec_driver_sql(_REPLACED)


def downgrade() -> None:
    raise RuntimeError("The rows of a newer program do not fit an older one: restore a backup instead.")
