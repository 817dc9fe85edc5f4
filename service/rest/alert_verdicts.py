"""Verdicts of analysts on alerts, and their comments."""

from typing import Annotated

from pydantic import Field

from dyadwatch.errors import FieldError, InvalidInput
from dyadwatch.model.alert_verdicts import AlertVerdictView, VerdictWord
from dyadwatch.model.alerts import RejectReason
from dyadwatch.pipeline import alert_verdicts as judgements
from dyadwatch.store import alert_verdicts, alerts
from dyadwatch.validation import Lines, RowId
from service.rest.operations import Call, Operation, Transaction
from service.rest.requests import Body, PageQuery
from service.rest.responses import ApiResponse, created_response, list_response

_Offset = Annotated[int, Field(ge=0, lt=2**31)]


class EvidenceBody(Body):
    """A piece of the alert's evidence, by its place in the text of its article."""

    article: RowId
    start: _Offset
    end: _Offset

    @property
    def place(self) -> tuple[int, int, int]:
        return self.article, self.start, self.end


class VerdictBody(Body):
    """What an analyst says of an alert. `reason` says why it is rejected, and only then."""

    verdict: Annotated[VerdictWord, Field(description="`clear` takes the verdict before back")]
    reason: RejectReason | None = None
    note: Lines | None = None
    evidence: Annotated[EvidenceBody | None, Field(description="the one that it is about")] = None

    def check(self) -> None:
        """Raises InvalidInput unless a rejection, and only that, has a reason."""
        if (self.verdict == "reject") == (self.reason is not None):
            return
        is_missing = self.reason is None
        detail = "is missing: a rejection needs one" if is_missing else "is for rejections only"
        problem = FieldError("/reason", detail, "missing" if is_missing else "contradictory")
        raise InvalidInput(f"`reason` {detail}.", errors=[problem])


class CommentBody(Body):
    """What an analyst notes beside an alert."""

    text: Lines


def list_verdicts(call: Call, id: int, query: PageQuery) -> ApiResponse:  # noqa: A002  (the name in the path)
    """Verdicts and comments (`verdict` null), the last first, each with the key that gave it. None is ever
    changed or removed: the last verdict counts."""
    with call.begin() as db:
        alerts.get(db, id)
        return list_response(alert_verdicts.page(db, id, limit=query.limit, cursor=query.cursor))


def give_verdict(call: Call, id: int, body: VerdictBody) -> ApiResponse:  # noqa: A002
    """The alert shows it (`verdict`, `reject_reason`) whatever articles carry it, also when it is tagged
    again; subscribers get `alert.updated` with the change `verdict`. What is withdrawn can be judged too."""
    body.check()

    def action(db: Transaction) -> ApiResponse:
        place = body.evidence.place if body.evidence else None
        view = judgements.add(
            db, id, body.verdict, reason=body.reason, note=body.note, evidence=place, key=call.key.id
        )
        return created_response(view, f"/v1/alerts/{id}/verdicts")

    return call.once(action)


def add_comment(call: Call, id: int, body: CommentBody) -> ApiResponse:  # noqa: A002
    """Kept with the verdicts, and listed among them."""

    def action(db: Transaction) -> ApiResponse:
        view = judgements.add(db, id, None, note=body.text, key=call.key.id)
        return created_response(view, f"/v1/alerts/{id}/verdicts")

    return call.once(action)


OPERATIONS = (
    Operation(
        "GET",
        "/v1/alerts/{id}/verdicts",
        list_verdicts,
        "List what analysts say of an alert",
        "read",
        AlertVerdictView,
        many=True,
    ),
    Operation(
        "POST",
        "/v1/alerts/{id}/verdicts",
        give_verdict,
        "Confirm or reject an alert",
        "curate",
        AlertVerdictView,
        status=201,
        idempotent=True,
    ),
    Operation(
        "POST",
        "/v1/alerts/{id}/comments",
        add_comment,
        "Comment on an alert",
        "curate",
        AlertVerdictView,
        status=201,
        idempotent=True,
    ),
)
