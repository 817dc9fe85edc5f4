"""What alerts refer to, for clients that want it in one answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dyadwatch.model.alert_triage import AlertTriage
from dyadwatch.model.alerts import AlertMention
from dyadwatch.model.articles import ArticleView

AlertDetail = Literal["evidence", "articles", "story", "triage"]


@dataclass(frozen=True, slots=True)
class StoryRef:
    """The story of an alert."""

    id: int
    title: str
    created_at: datetime
    merged_into: int | None


@dataclass(frozen=True, slots=True)
class AlertDetails:
    """What was asked for of an alert, the rest null: its `story`, the `articles` that it lists, and all the
    `evidence` that was found in these, uncut, the most confident 100, and its `triage` by who asks."""

    story: StoryRef | None = None
    articles: tuple[ArticleView, ...] | None = None
    evidence: tuple[AlertMention, ...] | None = None
    triage: AlertTriage | None = None
