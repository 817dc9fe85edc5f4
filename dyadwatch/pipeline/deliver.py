"""deliver: sends the deliveries that are due."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from dyadwatch.model.deliveries import AttemptOutcome, AttemptView, ClaimedDelivery, DeliveryView
from dyadwatch.pipeline.context import StepContext
from dyadwatch.pipeline.worker_pool import save_apart, work_through
from dyadwatch.senders import Message
from dyadwatch.store import deliver as rows
from dyadwatch.store import deliveries, subscriptions
from dyadwatch.subscriptions import Verdict, after_attempt, envelope

_log = structlog.get_logger(__name__)

TEST_EVENT = "subscription.test"
_INTERNAL_ERROR = AttemptOutcome(error="internal_error", detail="An unexpected error, see the log")


@dataclass(frozen=True, slots=True)
class _Result:
    attempt: AttemptView
    verdict: Verdict


def run(context: StepContext, seconds: float) -> int:
    """Delivers what is due for about `seconds`. Returns how many deliveries were worked."""

    def claim(limit: int, busy: Collection[str]) -> Sequence[ClaimedDelivery]:
        with context.store.begin() as db:
            return rows.claim(db, limit=limit, busy=busy)

    return work_through(
        claim,
        lambda delivery: _attempt(context, delivery),
        lambda group: save_apart(
            lambda part: _save(context, part), lambda delivery: _failed_to_save(context, delivery), group
        ),
        threads=context.limits.threads,
        per_host=rows.PER_HOST,
        seconds=seconds,
        stopping=context.stopping,
    )


def send_test(context: StepContext, subscription: int) -> DeliveryView:
    """Sends a test event now, in one attempt that is never repeated. Raises NotFound."""
    now = datetime.now(UTC)
    with context.store.begin() as db:
        subscriptions.get(db, subscription)
        delivery = rows.owe_now(
            db,
            subscription=subscription,
            event_type=TEST_EVENT,
            webhook_id=f"msg_{uuid.uuid4().hex}",
            body=envelope(TEST_EVENT, now, {"subscription": subscription}).decode(),
        )
    result = _send(context, delivery)
    state = "delivered" if result.verdict.state == "delivered" else "exhausted"
    with context.store.begin() as db:
        rows.save(db, delivery, result.attempt, state=state, due_at=None)
        return deliveries.get(db, delivery.id)


def _attempt(context: StepContext, delivery: ClaimedDelivery) -> _Result | None:
    """The attempt and what follows from it; None where the subscription is paused or disabled."""
    return _send(context, delivery) if delivery.subscription_state == "active" else None


def _send(context: StepContext, delivery: ClaimedDelivery) -> _Result:
    started_at = datetime.now(UTC)
    message = Message(
        id=delivery.webhook_id,
        url=delivery.url,
        secret=delivery.secret,
        body=delivery.body.encode(),
        attempted_at=started_at,
    )
    try:
        outcome = context.senders.send(message)
    except Exception:
        _log.exception("deliver failed unexpectedly", delivery=delivery.id)
        outcome = _INTERNAL_ERROR
    return _decide(context, delivery, outcome, started_at)


def _failed_to_save(context: StepContext, delivery: ClaimedDelivery) -> _Result:
    return _decide(context, delivery, _INTERNAL_ERROR, datetime.now(UTC))


def _decide(
    context: StepContext, delivery: ClaimedDelivery, outcome: AttemptOutcome, started_at: datetime
) -> _Result:
    now = datetime.now(UTC)
    attempt = AttemptView(
        number=delivery.number,
        at=started_at,
        seconds=round((now - started_at).total_seconds(), 4),
        status=outcome.status,
        error=outcome.error,
        detail=outcome.detail,
        response=outcome.response,
    )
    verdict = after_attempt(delivery.number, outcome, now=now, random=context.random.random)
    return _Result(attempt, verdict)


def _save(context: StepContext, group: Sequence[tuple[ClaimedDelivery, _Result | None]]) -> None:
    with context.store.begin() as db:
        for delivery, result in group:
            if result is None:
                rows.set_aside(db, delivery)
                continue
            verdict = result.verdict
            saved = rows.save(db, delivery, result.attempt, state=verdict.state, due_at=verdict.due_at)
            if saved and verdict.disable:
                rows.disable(db, delivery.subscription, verdict.disable)
            _log.info(
                "delivered" if verdict.state == "delivered" else "not delivered",
                delivery=delivery.id,
                webhook_id=delivery.webhook_id,
                attempt=delivery.number,
                status=result.attempt.status,
                error=result.attempt.error,
                state=verdict.state,
                saved=saved,
            )
