"""Taggings: the verdict of a watch on the current version of an article."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from dyadwatch.model.mentions import (
    Attribution,
    Direction,
    Level,
    Mention,
    Modality,
    Stance,
    Suppressed,
    Zone,
)


@dataclass(frozen=True, slots=True)
class TaggingView:
    """How a version of an article was tagged for a watch: the verdict and what led to it. `suppressed` are
    the candidates that were rejected; the other fields are those of TagAnswer. Offsets count in the article's
    text."""

    watch: str
    watch_version: int
    tagger_version: str
    article_version: int
    tagged_at: datetime
    relationship: bool
    score: float
    level: Level | None
    event_types: tuple[str, ...]
    direction: Direction | None
    modality: Modality | None
    attribution: Attribution | None
    relevance: float
    salience: Mapping[str, float]
    stance: Mapping[str, Stance]
    zones: tuple[Zone, ...]
    mentions: tuple[Mention, ...]
    suppressed: tuple[Suppressed, ...]
    mention_count: int
    tagged_to: int | None
