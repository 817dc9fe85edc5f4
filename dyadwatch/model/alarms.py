"""Alarms: a watch had far more alerts than usual, or none for longer than usual."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

AlarmKind = Literal["burst", "silence"]
AlarmState = Literal["active", "ended"]
# Whose a silence is: the feeds' that used to report the pair, or the pair's, of which they report nothing.
SilenceCause = Literal["feeds", "pair"]
SourceProblem = Literal["removed", "stopped", "failing", "not_read", "extraction", "nothing_new"]


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """How a source is read: how many feeds it has, how many of them are active, and how many of these fail;
    when one was last read, when its last article came, and since when its pages give less text than
    before. `last_error` is the code of one that fails."""

    id: int
    name: str
    feeds: int
    active: int
    failing: int
    last_error: str | None
    last_polled_at: datetime | None
    last_article_at: datetime | None
    drift_since: datetime | None


@dataclass(frozen=True, slots=True)
class AlarmSource:
    """A source that reported the pair in the eight weeks before: the `share` of all such reports that are
    its, and what is wrong with it; null where nothing is. `detail` says more of that."""

    source: int
    name: str | None
    share: float
    problem: SourceProblem | None
    detail: str | None


@dataclass(frozen=True, slots=True)
class Finding:
    """What an alarm says: since when, how many alerts there were (`observed`), how many are usual in as many
    `days` (`expected`), and for a burst, what number is out of the usual (`upper`). Of a silence `chance` is
    how likely it is by itself, `cause` whose it is, and `sources` are those that reported before, the
    heaviest first."""

    kind: AlarmKind
    began_at: datetime
    days: int
    observed: int
    expected: float
    upper: float | None = None
    chance: float | None = None
    cause: SilenceCause | None = None
    sources: tuple[AlarmSource, ...] = ()


@dataclass(frozen=True, slots=True)
class AlarmView:
    """An alarm of a watch. It is active until the watch is as usual again, and says what it said last."""

    id: int
    watch: str
    state: AlarmState
    finding: Finding
    created_at: datetime
    updated_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClaimedCheck:
    """A watch whose series is to be looked at now."""

    watch: str
    turn: int
