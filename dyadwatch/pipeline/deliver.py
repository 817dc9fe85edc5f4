"""deliver: sends the deliveries that are due."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

import structlog

from dyadwatch.model.alerts import AlertEvent
from dyadwatch.model.deliveries import (
    AttemptOutcome,
    AttemptView,
    ClaimedDelivery,
    DeliveryState,
    DeliveryView,
)
from dyadwatch.pipeline import network_step
from dyadwatch.pipeline.context import StepContext
from dyadwatch.pipeline.worker_pool import Attempt, run_attempt
from dyadwatch.senders import Message
from dyadwatch.store import Connection, deliveries, subscriptions
from dyadwatch.subscriptions import Verdict, after_attempt, envelope

_log = structlog.get_logger(__name__)

TEST_EVENT = "subscription.test"

_DeliveryAttempt = Attempt[ClaimedDelivery, AttemptOutcome | None]


def run(context: StepContext, seconds: float) -> int:
    """Delivers what is due for about `seconds`. Returns how many deliveries were worked."""
    context.store.run(deliveries.resume_next)
    return network_step.run(
        context,
        seconds,
        queue=deliveries.QUEUE,
        claim=deliveries.claim,
        attempt=_attempt,
        save=_save,
    )


def send_test(context: StepContext, subscription: int) -> DeliveryView:
    """Sends a test event now, in one attempt that is never repeated. Raises NotFound."""
    now = datetime.now(UTC)
    with context.store.begin() as db:
        subscriptions.get(db, subscription)
        body = envelope(TEST_EVENT, now, {"subscription": subscription}).decode()
        event = AlertEvent(None, TEST_EVENT, f"msg_{uuid.uuid4().hex}", body)
        delivery = deliveries.add_claimed(db, event, subscription)
    attempt: _DeliveryAttempt = run_attempt(partial(_send, context.for_row()), delivery)
    outcome = _outcome(attempt)
    verdict = _decide(context, attempt, outcome)
    state: DeliveryState = "delivered" if verdict.state == "delivered" else "exhausted"
    with context.store.begin() as db:
        deliveries.save_attempt(db, delivery, _view(attempt, outcome), state=state, due_at=None)
        return deliveries.get(db, delivery.id)


def _attempt(context: StepContext, delivery: ClaimedDelivery) -> AttemptOutcome | None:
    """What came of sending it, None where the subscription is paused or disabled and nothing is sent."""
    return _send(context, delivery) if delivery.subscription_state == "active" else None


def _send(context: StepContext, delivery: ClaimedDelivery) -> AttemptOutcome:
    message = Message(
        id=delivery.webhook_id,
        url=delivery.url,
        secrets=[context.store.sealing.open(secret) for secret in delivery.secrets],
        body=delivery.body.encode(),
        attempted_at=datetime.now(UTC),
        until=context.until,
    )
    return context.senders.send(message)


def _outcome(attempt: _DeliveryAttempt) -> AttemptOutcome:
    if attempt.error:
        return AttemptOutcome(error=attempt.error.code, detail=attempt.error.detail)
    return attempt.result or AttemptOutcome()


def _decide(context: StepContext, attempt: _DeliveryAttempt, outcome: AttemptOutcome) -> Verdict:
    return after_attempt(attempt.row.number, outcome, now=attempt.ended_at, random=context.random.random)


def _save(context: StepContext, attempts: Sequence[_DeliveryAttempt]) -> None:
    outcomes = [(attempt, _outcome(attempt)) for attempt in sorted(attempts, key=lambda one: one.row.id)]
    decided = [(attempt, outcome, _decide(context, attempt, outcome)) for attempt, outcome in outcomes]
    with context.store.begin() as db:
        recipients = {attempt.row.subscription for attempt in attempts}
        disable = any(verdict.disable for _, _, verdict in decided)
        states = subscriptions.lock(db, recipients, to_change=disable)
        for attempt, outcome, verdict in decided:
            if attempt.result is not None or attempt.error is not None:
                _save_attempt(db, attempt, outcome, verdict)
            elif attempt.row.subscription in states:
                deliveries.skip(db, attempt.row, states[attempt.row.subscription])


def _save_attempt(
    db: Connection, attempt: _DeliveryAttempt, outcome: AttemptOutcome, verdict: Verdict
) -> None:
    delivery = attempt.row
    view = _view(attempt, outcome)
    saved = deliveries.save_attempt(db, delivery, view, state=verdict.state, due_at=verdict.due_at)
    if saved and verdict.disable:
        subscriptions.disable(db, delivery.subscription, verdict.disable)
    _log.info(
        "delivered" if verdict.state == "delivered" else "not delivered",
        delivery=delivery.id,
        webhook_id=delivery.webhook_id,
        attempt=delivery.number,
        status=outcome.status,
        error=outcome.error,
        state=verdict.state,
        saved=saved,
    )


def _view(attempt: _DeliveryAttempt, outcome: AttemptOutcome) -> AttemptView:
    return AttemptView(
        number=attempt.row.number,
        at=attempt.started_at,
        seconds=round((attempt.ended_at - attempt.started_at).total_seconds(), 4),
        status=outcome.status,
        error=outcome.error,
        detail=outcome.detail,
        response=outcome.response,
    )
