"""Verdicts of analysts on alerts, and their comments: kept apart from what machines tag."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dyadwatch.model.alerts import RejectReason

# `clear` takes the verdict before it back.
VerdictWord = Literal["confirm", "reject", "clear"]


@dataclass(frozen=True, slots=True)
class JudgedEvidence:
    """The piece of evidence that a verdict is about: its place in the text of an article, and the quote."""

    article: int
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class NewVerdict:
    """What an analyst says of an alert: with `word` None it is a comment. `key` is whose API key said it."""

    word: VerdictWord | None
    reason: RejectReason | None
    note: str | None
    evidence: JudgedEvidence | None
    key: int | None


@dataclass(frozen=True, slots=True)
class AlertVerdictView:
    """A verdict on an alert, or a comment, whose `verdict` is null. `alert_version` is the one that was
    judged, `key` whose API key did it, null where that is not known. `carried_from` is the alert that it was
    said of, where that one's story was merged into this one's; `guards` are the ids of those that it
    proposes for the watch."""

    id: int
    alert: int
    alert_version: int
    verdict: VerdictWord | None
    reason: RejectReason | None
    note: str | None
    evidence: JudgedEvidence | None
    key: int | None
    carried_from: int | None
    at: datetime
    guards: tuple[int, ...] = ()
