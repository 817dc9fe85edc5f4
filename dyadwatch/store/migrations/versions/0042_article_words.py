"""Articles are searched by the words of their texts (0042_article_words.sql beside this file)."""

from pathlib import Path

from alembic import op

from dyadwatch.store.migrations import online

revision = "0042"
down_revision = "0041"

_FILL = """
UPDATE articles SET words = article_words(version.text) FROM article_versions AS version
WHERE version.article_id = articles.id AND version.number = articles.version AND articles.words = ''
    AND articles.id BETWEEN :low AND :high
"""
_INDEX = """
CREATE INDEX CONCURRENTLY articles_by_filter ON articles USING gin (
    article_terms(words, source_id, language, first_seen_at)
) WITH (gin_pending_list_limit = 256)
"""
_REPLACED = """
DROP FUNCTION IF EXISTS article_terms(text, bigint, text, timestamptz);
UPDATE schema_compatibility SET minimum = '0042'
"""


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
    online.fill("articles", _FILL)
    online.index(_INDEX)
    online.drop("articles_terms")
    op.get_bind().exec_driver_sql(_REPLACED)


def downgrade() -> None:
    raise RuntimeError("The rows of a newer program do not fit an older one: restore a backup instead.")
