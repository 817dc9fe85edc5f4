"""Indexes that make each list as quick with many rows as with few."""

from dyadwatch.store.migrations import online

revision = "0009"
down_revision = "0008"

_FIRST_SEEN_AT = """
UPDATE taggings SET first_seen_at = articles.first_seen_at FROM articles
WHERE articles.id = taggings.article_id AND articles.id BETWEEN :low AND :high
    AND taggings.relationship AND taggings.first_seen_at IS NULL
"""
_INDEXES = """
CREATE INDEX CONCURRENTLY taggings_watch_list ON taggings (watch_id, first_seen_at DESC, article_id DESC)
    WHERE relationship;
CREATE INDEX CONCURRENTLY articles_story_list ON articles (story_id, first_seen_at, id);
CREATE INDEX CONCURRENTLY feeds_list ON feeds (created_at DESC, id DESC);
CREATE INDEX CONCURRENTLY feeds_stopped_list ON feeds (state, created_at DESC, id DESC)
    WHERE state <> 'active';
CREATE INDEX CONCURRENTLY sources_list ON sources (created_at DESC, id DESC)
"""


def upgrade() -> None:
    online.fill("articles", _FIRST_SEEN_AT)
    online.index(_INDEXES)
    online.drop(
        "taggings_relationship",
        "articles_story",
        "alerts_watch_list",
        "alerts_level_list",
        "alerts_state_list",
    )


def downgrade() -> None:
    raise RuntimeError("The rows of a newer program do not fit an older one: restore a backup instead.")
