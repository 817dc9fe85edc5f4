"""Verdicts on alerts: an analyst gives them, no step does, and no step takes them back."""

from collections.abc import Mapping
from dataclasses import replace

from dyadwatch.alerts import judge
from dyadwatch.errors import FieldError, InvalidInput
from dyadwatch.model.alert_verdicts import AlertVerdictView, JudgedEvidence, NewVerdict, VerdictWord
from dyadwatch.model.alerts import AlertMention, AlertVerdict, RejectReason, StoredAlert
from dyadwatch.pipeline import guards
from dyadwatch.pipeline.alerts import save
from dyadwatch.store import Connection, alert_verdicts, alerts
from dyadwatch.store.queries import run

_VERDICTS: Mapping[VerdictWord, AlertVerdict] = {
    "confirm": "confirmed",
    "reject": "rejected",
    "clear": "none",
}


def add(
    db: Connection,
    alert: int,
    word: VerdictWord | None,
    *,
    reason: RejectReason | None = None,
    note: str | None = None,
    evidence: tuple[int, int, int] | None = None,
    key: int | None,
) -> AlertVerdictView:
    """Stores what an analyst says of an alert, with `word` None a comment; the alert shows a verdict, and
    subscribers are notified of another one; a rejection proposes guards. `evidence` is (article, start, end)
    of a piece of the alert's. Raises NotFound, and InvalidInput for evidence that it does not show."""
    stored = alerts.lock(db, alert)
    mention = _mention(stored, evidence) if evidence else None
    view = alert_verdicts.add(db, alert, NewVerdict(word, reason, note, _quoted(mention), key))
    if word is not None:
        _show(db, stored, word, reason)
    if reason is None:
        return view
    wrong = mention or max(stored.alert.evidence, key=lambda one: one.confidence, default=None)
    return replace(view, guards=guards.propose_for(db, stored, reason, wrong, view.id))


def carry(db: Connection, story: int, into: int, *, is_quiet: bool = False) -> None:
    """What was said of the alerts of a story stays when its articles go into another one: see
    `alert_verdicts.carry`. The stories are locked."""
    for view in alert_verdicts.carry(db, story, into):
        if view.verdict is not None:
            stored = alerts.lock(db, view.alert)
            _show(db, stored, view.verdict, view.reason, is_quiet=is_quiet)


def _show(
    db: Connection,
    stored: StoredAlert,
    word: VerdictWord,
    reason: RejectReason | None,
    *,
    is_quiet: bool = False,
) -> None:
    decision = judge(stored, _VERDICTS[word], reason, run(db, alerts.clock_query()))
    if decision is not None:
        save(db, decision, is_quiet=is_quiet, verdict_before=stored.alert.verdict)


def _mention(stored: StoredAlert, place: tuple[int, int, int]) -> AlertMention:
    for mention in stored.alert.evidence:
        if place == (mention.article, mention.evidence.start, mention.evidence.end):
            return mention
    detail = "is no evidence that the alert shows"
    raise InvalidInput(f"This {detail}.", errors=[FieldError("/evidence", detail, "unknown_evidence")])


def _quoted(mention: AlertMention | None) -> JudgedEvidence | None:
    if mention is None:
        return None
    shown = mention.evidence
    return JudgedEvidence(mention.article, shown.start, shown.end, shown.quote)
