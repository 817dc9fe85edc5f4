"""deliver: posts webhooks that are due."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from dyadwatch.errors import WebError
from dyadwatch.model.deliveries import AttemptView, ClaimedDelivery, DeliveryView
from dyadwatch.pipeline.context import StepContext
from dyadwatch.pipeline.worker_pool import save_apart, work_through
from dyadwatch.senders import signatures
from dyadwatch.store import deliver as rows
from dyadwatch.store import deliveries, subscriptions
from dyadwatch.subscriptions import Verdict, after_attempt, envelope

_log = structlog.get_logger(__name__)

_LIMIT = 16 * 2**10  # bytes of an answer that are kept
_DEADLINE = 15.0  # seconds for one attempt (Standard Webhooks: 15 to 30)
TEST_EVENT = "subscription.test"


@dataclass(frozen=True, slots=True)
class _Sent:
    attempt: AttemptView
    verdict: Verdict


def run(context: StepContext, seconds: float) -> int:
    """Delivers what is due for about `seconds`. Returns how many deliveries were worked."""

    def claim(limit: int, busy: Collection[str]) -> Sequence[ClaimedDelivery]:
        with context.store.begin() as db:
            return rows.claim(db, limit=limit, busy=busy)

    return work_through(
        claim,
        lambda delivery: _send(context, delivery),
        lambda group: save_apart(
            lambda part: _save(context, part), lambda delivery: _spoilt(context, delivery), group
        ),
        threads=context.limits.threads,
        per_host=rows.PER_HOST,
        seconds=seconds,
        stopping=context.stopping,
    )


def send_test(context: StepContext, subscription: int) -> DeliveryView:
    """Posts a test event now, once, whatever comes of it. Raises NotFound."""
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
    sent = _post(context, delivery)
    state = "delivered" if sent.verdict.state == "delivered" else "exhausted"
    with context.store.begin() as db:
        rows.save(db, delivery, sent.attempt, state=state, due_at=None)
        return deliveries.get(db, delivery.id)


def _send(context: StepContext, delivery: ClaimedDelivery) -> _Sent | None:
    """The attempt, None where the subscription wants nothing, for now or for good."""
    if delivery.subscription_state != "active":
        return None
    return _post(context, delivery)


def _post(context: StepContext, delivery: ClaimedDelivery) -> _Sent:
    at = datetime.now(UTC)
    body = delivery.body.encode()
    try:
        response = context.web.post(
            delivery.url,
            body,
            headers=signatures.headers([delivery.secret], delivery.webhook_id, int(at.timestamp()), body),
            limit=_LIMIT,
            deadline=_DEADLINE,
        )
    except WebError as error:
        return _sent(context, delivery, at, error=error)
    except Exception:
        _log.exception("deliver failed unexpectedly", delivery=delivery.id)
        return _spoilt(context, delivery)
    return _sent(
        context,
        delivery,
        at,
        status=response.status,
        retry_after=response.headers.get("retry-after"),
        response=response.body.decode("utf-8", "replace").replace("\0", ""),
    )


def _spoilt(context: StepContext, delivery: ClaimedDelivery) -> _Sent:
    error = WebError("An unexpected error, see the log", code="internal_error")
    return _sent(context, delivery, datetime.now(UTC), error=error)


def _sent(
    context: StepContext,
    delivery: ClaimedDelivery,
    at: datetime,
    *,
    status: int | None = None,
    error: WebError | None = None,
    retry_after: str | None = None,
    response: str | None = None,
) -> _Sent:
    now = datetime.now(UTC)
    attempt = AttemptView(
        number=delivery.number,
        at=at,
        seconds=round((now - at).total_seconds(), 4),
        status=status,
        error=error.code if error else None,
        detail=error.detail if error else None,
        response=response,
    )
    verdict = after_attempt(
        delivery.number,
        status=status,
        error=error,
        retry_after=retry_after,
        now=now,
        random=context.random.random,
    )
    return _Sent(attempt=attempt, verdict=verdict)


def _save(context: StepContext, group: Sequence[tuple[ClaimedDelivery, _Sent | None]]) -> None:
    with context.store.begin() as db:
        for delivery, sent in group:
            if sent is None:
                rows.set_aside(db, delivery)
                continue
            verdict = sent.verdict
            saved = rows.save(db, delivery, sent.attempt, state=verdict.state, due_at=verdict.due_at)
            if saved and verdict.disable:
                rows.disable(db, delivery.subscription, verdict.disable)
            _log.info(
                "delivered" if verdict.state == "delivered" else "not delivered",
                delivery=delivery.id,
                webhook_id=delivery.webhook_id,
                attempt=delivery.number,
                status=sent.attempt.status,
                error=sent.attempt.error,
                state=verdict.state,
                saved=saved,
            )
