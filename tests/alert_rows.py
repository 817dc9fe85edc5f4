"""Alert rows written by tests, whose documents agree with their columns as those of the product do."""

from sqlalchemy import Connection, text

_COMPLETE_DOCUMENT = text("""
UPDATE alerts SET document = document || jsonb_build_object(
    'id', id, 'watch', watch_id, 'story', story_id, 'version', version, 'state', state, 'score', score,
    'level', level, 'event_types', event_types, 'language', language, 'created_at', created_at,
    'updated_at', updated_at)
WHERE id = :id
""")


def complete_document(db: Connection, alert: int) -> None:
    """Puts into an alert's document what its columns say."""
    db.execute(_COMPLETE_DOCUMENT, {"id": alert})
