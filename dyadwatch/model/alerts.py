"""Alerts: one per watch and story, and the events of its life."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

from dyadwatch.model.articles import ArticleRef
from dyadwatch.model.mentions import Direction, Level, Mention, Modality
from dyadwatch.model.values import valueclass

AlertState = Literal["active", "withdrawn"]
# By what lists are sorted, the largest first.
AlertSort = Literal["created", "updated", "rank", "score"]
AlertEventType = Literal[
    "alert.created", "alert.updated", "alert.withdrawn", "article.gone", "article.corrected"
]
ChangeKind = Literal[
    "alert.returned", "alert.withdrawn",
    "origin.added", "origin.removed", "side.added", "side.removed", "language.added", "language.removed",
    "event_type.added", "event_type.removed", "level.added", "level.removed",
    "direction.added", "direction.removed", "modality.added", "modality.removed",
    "copies", "article.added", "article.removed",
    "evidence.added", "evidence.removed", "evidence.changed",
    "article.gone", "article.returned", "article.corrected", "article.retracted", "verdict",
]  # fmt: skip
About = Literal["main", "passing"]
# What analysts say of an alert, by their last verdict.
AlertVerdict = Literal["none", "confirmed", "rejected"]
RejectReason = Literal["not_about_pair", "namesake", "wrong_event", "copy", "old_news", "extraction", "other"]
# Why nothing carries an alert any more.
WithdrawalReason = Literal["edited", "retagged", "expunged", "merged", "split", "regrouped"]
# Sent where a subscription asks for them.
ARTICLE_EVENT_TYPES: tuple[AlertEventType, ...] = ("article.gone", "article.corrected")
ALERT_EVENT_TYPES: tuple[AlertEventType, ...] = ("alert.created", "alert.updated", "alert.withdrawn")


@valueclass(frozen=True, slots=True, kw_only=True)
class AlertMention(Mention):
    """A mention with the id of its article, and the version of the text that its offsets count in."""

    article: int
    article_version: int


@dataclass(frozen=True, slots=True)
class Sides:
    """Which sides' sources report an alert, and which of those that are read do not."""

    reporting: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BestEvidence:
    """The surest quote of a side."""

    article: int
    quote: str
    event_type: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert: the relationship of a watch, as the articles of one story report it. `score` in [0, 1];
    `copies` counts the articles that carry it; `origins` are the agencies and publishers that their texts
    come from, sorted; `origin_count` counts those that are known, and is 1 where none is,
    `unknown_origins` counts the others; `version` counts the changes of which subscribers were notified.

    A document has room for the first articles, the most confident evidence, shortened, and some origins:
    `copies`, `mention_count` and the two counts of origins count them all, and `story_url` leads to the
    articles. `withdrawal_reason` says why none carries it any more.

    `first_seen_at` is when the first of them was read; `salience` in [0, 1] says how much the one that is
    most about the pair is about it, `about` whether that is its subject. `rank` orders alerts for a reader:
    the product of `score_terms`, of which `score` is one; `best_evidence` is by side. `verdict` is what an
    analyst said of it last, `reject_reason` why it was rejected."""

    id: int
    watch: str
    story: int
    score: float
    level: Level
    event_types: tuple[str, ...]
    language: str | None
    created_at: datetime
    updated_at: datetime
    articles: tuple[ArticleRef, ...]
    evidence: tuple[AlertMention, ...]
    copies: int
    origins: tuple[str, ...]
    state: AlertState
    version: int
    mention_count: int = 0
    origin_count: int = 0
    unknown_origins: int = 0
    story_url: str = ""
    withdrawal_reason: WithdrawalReason | None = None
    first_seen_at: datetime | None = None
    salience: float = 0.0
    about: About = "passing"
    sides: Sides = Sides()
    best_evidence: Mapping[str, BestEvidence] = field(default_factory=dict)
    rank: float = 0.0
    score_terms: Mapping[str, float] = field(default_factory=dict)
    verdict: AlertVerdict = "none"
    reject_reason: RejectReason | None = None

    @property
    def directions(self) -> frozenset[Direction]:
        """Those of its evidence."""
        return frozenset(mention.direction for mention in self.evidence)

    @property
    def modalities(self) -> frozenset[Modality]:
        """Those of its evidence."""
        return frozenset(mention.modality for mention in self.evidence)


class AlertOrigin(NamedTuple):
    """Whom texts come from: `key` identifies the origin, `name` is shown of it. One that is not `known` is
    never counted as independent of others."""

    key: str
    name: str
    known: bool


@dataclass(frozen=True, slots=True)
class Carrier:
    """An article that carries the relationship of an alert, with its tagging. `source_id`, `side` and
    `language` are the article's, `origin` says whom its text comes from, None where nothing does;
    `relevance` says how much the article is about the pair."""

    article: ArticleRef
    source_id: int | None
    language: str | None
    origin: AlertOrigin | None
    score: float
    level: Level
    mentions: tuple[AlertMention, ...]
    side: str | None = None
    relevance: float = 0.0
    first_seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FurtherCarriers:
    """What very many articles add to an alert beyond the first, which are Carriers: no mentions, but their
    number, the highest score, and what there is of the rest, each once."""

    copies: int = 0
    score: float = 0.0
    levels: tuple[Level, ...] = ()
    languages: tuple[str, ...] = ()
    source_ids: tuple[int, ...] = ()
    origins: tuple[AlertOrigin, ...] = ()
    sides: tuple[str, ...] = ()
    relevance: float = 0.0


@dataclass(frozen=True, slots=True)
class AlertChange:
    """One thing that is not as an alert's last event said: `old` and `new` are names, counts or quotes, of
    `article` where it is about one."""

    kind: ChangeKind
    old: str | int | None = None
    new: str | int | None = None
    article: int | None = None


@dataclass(frozen=True, slots=True)
class AnnouncedState:
    """What an event said of an alert: what changes after it are told apart by."""

    state: AlertState
    copies: int
    articles: tuple[int, ...]
    origins: tuple[str, ...]
    sides: tuple[str, ...]
    languages: tuple[str, ...]
    event_types: tuple[str, ...]
    levels: tuple[str, ...]
    directions: tuple[str, ...]
    modalities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoredAlert:
    """An alert as last saved; `languages` and `source_ids` are those of the articles that carried it then.
    `announced` is what its last event said, None before there was such a record, and `notify_at` when
    subscribers are notified of what has changed since."""

    alert: Alert
    languages: tuple[str, ...]
    source_ids: tuple[int, ...]
    announced: AnnouncedState | None = None
    notify_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClaimedAnnouncement:
    """An alert that has changed since its last event, and is to have another one now."""

    alert: int
    watch: str
    story: int


@dataclass(frozen=True, slots=True)
class AlertEvent:
    """A change of an alert that subscribers are sent: `body` is
    the whole webhook. `alert` is None for a test."""

    alert: int | None
    type: str
    webhook_id: str
    body: str


@dataclass(frozen=True, slots=True)
class SentEvent:
    """An event of an alert that subscriptions were, or would have been, sent."""

    id: int
    type: str
    alert: int
    at: datetime


@dataclass(frozen=True, slots=True)
class AlertHistoryEvent:
    """A past event of an alert, with its changes as its webhook said them; none where that is not kept."""

    type: AlertEventType
    created_at: datetime
    changes: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class AlertEventView:
    """A change of an alert, as webhooks are sent it: `data` is the alert after the change with what has
    changed, null
    where it is no longer stored. `position` grows in the order in which changes became visible."""

    position: int
    webhook_id: str
    type: AlertEventType
    alert: int
    created_at: datetime
    data: dict[str, Any] | None
