"""Stories: articles about the same event."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dyadwatch.model.alerts import AlertState
from dyadwatch.model.articles import ArticleView
from dyadwatch.model.mentions import Level

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
class StoryAlert:
    """An alert of a story, in a list of stories: its articles (`copies`), and how many known origins and
    unknown publishers tell it."""

    id: int
    watch: str
    state: AlertState
    score: float
    level: Level
    event_types: tuple[str, ...]
    copies: int
    origin_count: int
    unknown_origins: int


@dataclass(frozen=True, slots=True)
class StoryItem:
    """A story in a list: what its alerts say together. The counts are those of the alert that has most;
    `sides` report it. `first_seen_at` and `last_seen_at` are when its first and its last article were
    read."""

    id: int
    title: str
    first_seen_at: datetime | None
    last_seen_at: datetime | None
    copies: int
    origin_count: int
    unknown_origins: int
    sides: tuple[str, ...]
    languages: tuple[str, ...]
    event_types: tuple[str, ...]
    alerts: tuple[StoryAlert, ...]


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
