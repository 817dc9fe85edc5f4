"""Stories: articles about the same event."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dyadwatch.model.articles import ArticleView

VerdictKind = Literal["merge", "split"]


@dataclass(frozen=True, slots=True)
class StoryVerdict:
    """What an analyst decided: `articles` of `story` are those of the story `into`. `key` is whose API key
    asked for it, and `reason` why."""

    id: int
    kind: VerdictKind
    story: int
    into: int
    articles: tuple[int, ...]
    reason: str
    key: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class StoryView:
    """A story: its articles in the order first seen, and the ids of its alerts; the story that it was
    `merged_into`, null for one that stands; and the `verdicts` on it."""

    id: int
    title: str
    created_at: datetime
    articles: tuple[ArticleView, ...]
    alerts: tuple[int, ...]
    merged_into: int | None
    verdicts: tuple[StoryVerdict, ...]
