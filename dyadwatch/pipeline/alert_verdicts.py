"""Verdicts on alerts: an analyst gives them, no step does, and no step takes them back."""

from collections.abc import Mapping

from dyadwatch.alerts import judge
from dyadwatch.errors import FieldError, InvalidInput
from dyadwatch.model.alert_verdicts import AlertVerdictView, JudgedEvidence, NewVerdict, VerdictWord
from dyadwatch.model.alerts import AlertVerdict, RejectReason, StoredAlert
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
    subscribers are notified of another one. `evidence` is (article, start, end) of a piece of the alert's.
    Raises NotFound, and InvalidInput for evidence that it does not show."""
    stored = alerts.lock(db, alert)
    quoted = _quoted(stored, evidence) if evidence else None
    view = alert_verdicts.add(db, alert, NewVerdict(word, reason, note, quoted, key))
    if word is not None:
        _show(db, stored, word, reason)
    return view


def carry(db: Connection, story: int, into: int) -> None:
    """What was said of the alerts of a story stays when it is merged into another one: see
    `alert_verdicts.carry`. The stories are locked."""
    for view in alert_verdicts.carry(db, story, into):
        if view.verdict is not None:
            _show(db, alerts.lock(db, view.alert), view.verdict, view.reason)


def _show(db: Connection, stored: StoredAlert, word: VerdictWord, reason: RejectReason | None) -> None:
    decision = judge(stored, _VERDICTS[word], reason, run(db, alerts.clock_query()))
    if decision is not None:
        save(db, decision, verdict_before=stored.alert.verdict)


def _quoted(stored: StoredAlert, place: tuple[int, int, int]) -> JudgedEvidence:
    for mention in stored.alert.evidence:
        shown = mention.evidence
        if place == (mention.article, shown.start, shown.end):
            return JudgedEvidence(mention.article, shown.start, shown.end, shown.quote)
    detail = "is no evidence that the alert shows"
    raise InvalidInput(f"This {detail}.", errors=[FieldError("/evidence", detail, "unknown_evidence")])
