"""Traces: what became of an address on its way from a feed to an alert, question by question."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dyadwatch.model.failures import Failure
from dyadwatch.model.mentions import Suppressed

Stage = Literal["address", "feed", "fetch", "extract", "language", "tag"]
# `passed`: the way went on; `waiting`: it will, without anybody; `stopped`: it ended here.
StageState = Literal["passed", "waiting", "stopped"]


@dataclass(frozen=True, slots=True)
class StageResult:
    """What happened at a stage; `code` is stable, null where it was passed, `detail` is for people."""

    stage: Stage
    state: StageState
    code: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class WatchTrace:
    """What a watch makes of the text. `code` says why it raises no alert of its own, null where it raised
    one: unknown_language, actors_not_named, refused, below_threshold or no_relation; or, where the text does
    carry the relationship: copy (another article of the story raised the alert), not_tagged_yet (the watch or
    the text is newer than the tagging), withdrawn, not_stored (the page was read for this trace alone).
    `names` are the names of each actor in the text, `suppressed` the candidates that a rule refused."""

    watch: str
    relationship: bool
    score: float
    code: str | None
    detail: str
    names: Mapping[str, tuple[str, ...]]
    suppressed: tuple[Suppressed, ...]
    alert: int | None


@dataclass(frozen=True, slots=True)
class Trace:
    """What became of `url`. `live`: it is not stored, and was read now to see what would have come of it;
    `article` and `copy_of` are articles. `answer` is the whole in one sentence."""

    url: str
    answer: str
    live: bool
    stages: tuple[StageResult, ...]
    watches: tuple[WatchTrace, ...]
    article: int | None = None
    copy_of: int | None = None


@dataclass(frozen=True, slots=True)
class StoredPath:
    """What is stored of an address: the page that has it and its newest snapshot, with the times at which
    each is due, where it was answered, `feeds` (some of those that named it), and its article, which may
    have another address."""

    page: int | None
    state: str | None
    due_at: datetime | None
    fetched_at: datetime | None
    status: int | None
    error: Failure | None
    snapshot: int | None
    answered_at: str | None
    tag_due_at: datetime | None
    tag_error: Failure | None
    feeds: tuple[str, ...]
    article: int | None
