"""Previews of watches: what a document would find in the archive, before it is stored."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dyadwatch.model.mentions import Mention

# `gained`: found by the document alone; `lost`: by the stored watch alone; `kept`: by both.
PreviewChange = Literal["gained", "lost", "kept"]


@dataclass(frozen=True, slots=True)
class WatchPreviewSample:
    """An article that carries the relationship by the document or by the stored watch, with the surest
    mention that says so."""

    change: PreviewChange
    article: int
    url: str
    title: str
    language: str | None
    published_at: datetime
    score: float
    mention: Mention


@dataclass(frozen=True, slots=True)
class WatchPreview:
    """What a watch document would find among the articles first seen at `since` or later: of `total_count`
    the `read_count` newest were read, as many as there was time for. `gained_count` of them carry the
    relationship by the document and not by the stored watch of that id, `lost_count` the other way round,
    `kept_count` by both; `alert_count` alerts would be raised. Where no such watch is stored, everything is
    gained. `total_is_estimate`: there are very many articles, and only about so many."""

    watch: str
    since: datetime
    total_count: int
    total_is_estimate: bool
    read_count: int
    gained_count: int
    lost_count: int
    kept_count: int
    alert_count: int
    samples: tuple[WatchPreviewSample, ...]
