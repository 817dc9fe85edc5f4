"""Stories: articles about the same event."""

from dataclasses import dataclass
from datetime import datetime

from dyadwatch.model.articles import ArticleView


@dataclass(frozen=True, slots=True)
class StoryView:
    """A story: its articles in the order first seen, and the ids of its alerts."""

    id: int
    title: str
    created_at: datetime
    articles: tuple[ArticleView, ...]
    alerts: tuple[int, ...]
