"""Stories as shown: the articles that tell of the same event, and the alerts about it."""

from sqlalchemy import Connection, text

from dyadwatch.errors import NotFound
from dyadwatch.model.stories import StoryView
from dyadwatch.store import articles

_MOST = 200  # articles shown of one story


def get(db: Connection, story_id: int) -> StoryView:
    """Raises NotFound."""
    row = db.execute(
        text("SELECT id, title, created_at FROM stories WHERE id = :id"), {"id": story_id}
    ).first()
    if row is None:
        raise NotFound(f"There is no story {story_id}.")
    alerts = db.execute(text("SELECT id FROM alerts WHERE story_id = :id ORDER BY id"), {"id": story_id})
    return StoryView(
        id=row.id,
        title=row.title,
        created_at=row.created_at,
        articles=tuple(articles.of_story(db, story_id, most=_MOST)),
        alerts=tuple(alerts.scalars()),
    )
