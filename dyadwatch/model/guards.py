"""Guards: what a watch is to refuse because an analyst rejected an alert, once a person accepts it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dyadwatch.model.alerts import RejectReason
from dyadwatch.model.archive_runs import ArchiveRunView

GuardKind = Literal["namesake", "phrase", "source"]
GuardState = Literal["proposed", "accepted", "declined"]


@dataclass(frozen=True, slots=True)
class Guard:
    """What is to be refused: of a `namesake` the name (`text`), which is not the actor of that `side`; of a
    `phrase` each sentence that has the `text`; of a `source` the articles of the `host`, or those that score
    less than `min_score`. What a kind has not is None."""

    kind: GuardKind
    side: Literal["a", "b"] | None = None
    text: str | None = None
    host: str | None = None
    min_score: float | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """An alert that analysts judged: the last verdict on it, the reason where it was rejected, the quotes of
    its evidence, and the best score of the articles of one host that carry it, None where it has none."""

    verdict: int
    is_right: bool
    reason: RejectReason | None
    quotes: tuple[str, ...]
    score: float | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A guard, and the verdicts that speak for it beside that which proposes it."""

    guard: Guard
    verdicts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class GuardView:
    """A guard as it is stored. `verdict_count` counts the rejections that propose it; `preview` is the last
    dry run that shows what it would change, null before there was one; `key` and `note` say who decided and
    why, and `watch_version` is the version that an accepted one made."""

    id: int
    watch: str
    kind: GuardKind
    side: Literal["a", "b"] | None
    text: str | None
    host: str | None
    min_score: float | None
    state: GuardState
    verdict_count: int
    created_at: datetime
    preview: ArchiveRunView | None
    decided_at: datetime | None
    key: int | None
    note: str | None
    watch_version: int | None

    @property
    def guard(self) -> Guard:
        return Guard(self.kind, self.side, self.text, self.host, self.min_score)
