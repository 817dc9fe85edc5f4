"""Archive runs: stored texts are tagged, or placed in stories, again, as watches and rules are now; or alerts
are brought up to date with what is said of a source."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from dyadwatch.model.articles import JoinedBy
from dyadwatch.model.mentions import Tagged

StartedKind = Literal["retag", "restory"]  # by whoever asks for one
ArchiveKind = Literal[StartedKind, "backfill", "refresh"]
ArchiveScope = Literal["archive", "touched"]


@dataclass(frozen=True, slots=True)
class StoredText:
    """The current version of an article, as the tagger reads it. `story` is where its alerts are."""

    article: int
    version: int
    story: int
    url: str
    title: str
    text: str
    language: str | None
    published_at: datetime
    first_seen_at: datetime


@dataclass(frozen=True, slots=True)
class TaggingExample:
    """An article that a watch says something else of than before: quotes of mentions that it gained and lost,
    and whether it carried the relationship before and does now."""

    article: int
    url: str
    title: str
    watch: str
    carried: bool
    carries: bool
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArchiveCounts:
    """What came of a run so far: articles read, articles of which some watch says something else, mentions
    gained and lost, and what of that is evidence of alerts, alerts by what happened to them, articles that
    could not be tagged (`failures`), and those that carry the relationship of a watch (`matches`). An alert
    that is neither new nor withdrawn and says something else is `alerts_changed`, and `alerts_updated` where
    it has an event. Of a restory: articles that joined a story of
    others or left theirs for one of their own (`joins`, `separations`), and, once it is done, the alerts.
    Of one of all watches, and of a refresh: articles that claim another origin (`origins`)."""

    read: int = 0
    changed: int = 0
    mentions_added: int = 0
    mentions_removed: int = 0
    alerts_created: int = 0
    alerts_updated: int = 0
    alerts_withdrawn: int = 0
    failures: int = 0
    matches: int = 0
    joins: int = 0
    separations: int = 0
    alerts_changed: int = 0
    evidence_added: int = 0
    evidence_removed: int = 0
    origins: int = 0


@dataclass(frozen=True, slots=True)
class StoryMove:
    """An article that goes from the story `story` into another one, by why it belongs there; null for one
    that it begins."""

    article: int
    url: str
    title: str
    story: int
    into: int | None
    joined_by: JoinedBy | None


@dataclass(frozen=True, slots=True)
class NewMove:
    """A move that a run decides on: into the story `into`, or into the one that the article `founder`
    begins."""

    article: int
    story: int
    into: int | None
    founder: int | None
    joined_by: JoinedBy | None


@dataclass(frozen=True, slots=True)
class ArchiveRunView:
    """How far a run is: of `total_count` articles `counts.read` were read. A `retag` tags stored texts again,
    and has `examples`; so does a `backfill`, with one watch, of articles that were stored before it was as it
    is; a `restory` decides again in which stories they belong, and `moves` are the first that
    go elsewhere: with a `watch` those that this has events of, which starts by itself where a run found new
    ones, and only joins; a `refresh` starts by itself where the `source` is said to be another, and reads the
    alerts that name it, not articles. A `dry_run` stores nothing: it says what would change. `watch` is null
    for all watches; with a `guard` it is as if that were accepted; `notify`: whether subscribers hear of the
    events. `stopped` is a run that ended before it was done. `total_is_estimate`: there are very many
    articles, and only about so many."""

    id: int
    kind: ArchiveKind
    state: Literal["running", "done", "stopped"]
    watch: str | None
    guard: int | None
    source: int | None
    dry_run: bool
    notify: bool
    total_count: int
    total_is_estimate: bool
    counts: ArchiveCounts
    examples: tuple[TaggingExample, ...]
    moves: tuple[StoryMove, ...]
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClaimedArchiveRun:
    """A run to go on with: articles before (`before_story`, `before_article`) are still to be read, or those
    after `after_article` where it is a restory, alerts where it is a refresh, and of a backfill those before
    `before_article`;
    `attempts` counts the claims since it last made progress, this one too."""

    id: int
    turn: int
    watch: str | None
    dry_run: bool
    notify: bool
    before_story: int
    before_article: int
    counts: ArchiveCounts
    examples: tuple[TaggingExample, ...]
    attempts: int
    scope: ArchiveScope = "archive"
    guard: int | None = None
    kind: ArchiveKind = "retag"
    after_article: int = 0
    since: datetime | None = None
    source: int | None = None

    @property
    def leaves_alerts(self) -> bool:
        """Whether the alerts that it finds are raised by the run that joins their stories, so that nobody is
        notified of one that ends in another."""
        return self.is_backfill and self.notify

    @property
    def raises_alerts(self) -> bool:
        """Whether it raises, once it has joined stories, the alerts that a backfill left."""
        return self.kind == "restory" and self.watch is not None and self.notify and not self.dry_run

    @property
    def is_backfill(self) -> bool:
        """Whether it is of one watch, beside what is new."""
        return self.kind == "backfill"


@dataclass(frozen=True, slots=True)
class TaggingRow:
    """A tagging as it is stored: of an article by a watch, under the versions of all three. `mentions` and
    `whole` are plain values as JSON has them."""

    article_id: int
    watch_id: str
    article_version: int
    watch_version: int
    tagger_version: str
    relationship: bool
    score: float
    level: str | None
    event_types: list[str]
    mentions: list[Mapping[str, Any]] = field(repr=False)
    whole: Mapping[str, Any] = field(repr=False)

    @property
    def key(self) -> tuple[int, str]:
        """Whose tagging it is."""
        return self.article_id, self.watch_id


@dataclass(frozen=True, slots=True)
class RetaggedText:
    """A stored text with its verdicts by watch, None where it could not be tagged."""

    text: StoredText
    verdicts: Mapping[str, Tagged] | None
