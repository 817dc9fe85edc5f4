"""deliver: sends the deliveries that are due."""

import time
import uuid
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

import structlog

from dyadwatch.errors import Conflict, HostBusy, InvalidInput, NotFound, TooCostly
from dyadwatch.model.alerts import AlertEvent
from dyadwatch.model.claims import Busy
from dyadwatch.model.deliveries import (
    AttemptOutcome,
    AttemptView,
    ClaimedDelivery,
    DeliveryBatch,
    DeliveryState,
    DeliveryView,
    EndedAttempt,
)
from dyadwatch.pipeline import endpoint_changes, holding, network_step, payloads
from dyadwatch.pipeline.context import StepContext
from dyadwatch.pipeline.endpoint_changes import End
from dyadwatch.pipeline.worker_pool import Attempt, run_attempt, save_attempts
from dyadwatch.senders import Message, reason
from dyadwatch.store import (
    Connection,
    attempts,
    confirmations,
    custom_headers,
    deliveries,
    health,
    hub_subscribers,
    removal,
    subscriptions,
)
from dyadwatch.store.queries import run_together
from dyadwatch.subscriptions import after_attempt, count_tries, envelope, templates
from dyadwatch.subscriptions.confirmations import CONFIRMATION, HANDSHAKE, PING, is_mail
from dyadwatch.subscriptions.hub import VERIFICATION
from dyadwatch.subscriptions.templates import sample_alert
from dyadwatch.subscriptions.timing import after_quiet_hours

_log = structlog.get_logger(__name__)

_BATCH_SECONDS = 2.0  # for which an endpoint is sent one delivery after another by the same thread

_DeliveryAttempt = Attempt[ClaimedDelivery, AttemptOutcome | None]


@dataclass(frozen=True, slots=True)
class _BatchResult:
    """What came of a batch: the attempts, in order, what is `waiting` still, and for how many seconds at
    least."""

    attempts: Sequence[_DeliveryAttempt]
    waiting: Collection[ClaimedDelivery] = ()
    wait: float = 0.0


_BatchAttempt = Attempt[DeliveryBatch, _BatchResult]


def run(context: StepContext, seconds: float) -> int:
    """Delivers what is due for about `seconds`. Returns how many deliveries were worked."""
    context.store.run(deliveries.resume_next)
    for subscription in context.store.run(hub_subscribers.expired):
        with suppress(NotFound):  # another run has removed it
            removal.remove(context.store, "subscription", subscription)
    holding.run(context)
    worked = [0]

    def claim(db: Connection, limit: int, busy: Busy) -> Sequence[DeliveryBatch]:
        return deliveries.claim_batches(db, limit, busy, quick_hosts=context.runs.quick_hosts())

    def save(context: StepContext, group: Sequence[_BatchAttempt]) -> None:
        ended = [attempt for batch in group for attempt in _attempts(batch)]
        _give_back(context, group)
        save_attempts(partial(_save, context), ended)
        worked[0] += len(ended)

    network_step.run(context, seconds, queue=deliveries.QUEUE, claim=claim, attempt=_attempt_batch, save=save)
    return worked[0]


def send_test(context: StepContext, subscription: int) -> DeliveryView:
    """Sends a test event now, in one attempt that is never repeated. Raises NotFound, and Conflict
    `subscription_unconfirmed`."""
    now = datetime.now(UTC)
    with context.store.begin() as db:
        view = subscriptions.get(db, subscription)
        if view.state == "unconfirmed":
            raise Conflict(
                "Its reader or endpoint has not confirmed it yet.", code="subscription_unconfirmed"
            )
        # By a template as an alert would be, for what is sent to be seen.
        example = {} if view.template is None and view.topic is None else sample_alert()
        body = envelope(PING, now, {**example, "subscription": subscription}).decode()
        event = AlertEvent(None, PING, f"msg_{uuid.uuid4().hex}", body)
        delivery = deliveries.add_claimed(db, event, subscription)
    attempt: _DeliveryAttempt = run_attempt(partial(_send, context.for_row()), delivery)
    end = _end(context, attempt)
    state: DeliveryState = "delivered" if end.verdict.state == "delivered" else "exhausted"
    with context.store.begin() as db:
        attempts.save(db, [replace(end.attempt, state=state, due_at=None)])
        return deliveries.get(db, delivery.id)


def _attempt_batch(context: StepContext, batch: DeliveryBatch) -> _BatchResult:
    """Sends one delivery after another: the first failure, time and what the endpoint takes at once leave the
    others for later. Raises HostBusy where it takes none."""
    waiting = deque((batch.first, *batch.more))
    attempts: list[_DeliveryAttempt] = []
    until = min(time.monotonic() + _BATCH_SECONDS, context.until)
    try:
        while waiting and _goes_on(attempts, until):
            with context.endpoint_pacing.place(waiting[0]):
                _send_some(context, waiting, attempts, until)
    except HostBusy as busy:
        if not attempts:
            raise
        return _BatchResult(attempts, waiting, busy.wait)
    return _BatchResult(attempts, waiting)


def _send_some(
    context: StepContext,
    waiting: deque[ClaimedDelivery],
    attempts: list[_DeliveryAttempt],
    until: float,
) -> None:
    """Sends as many as one place at the endpoint is for."""
    is_one = waiting[0].max_per_second is not None
    while waiting:
        attempts.append(run_attempt(partial(_attempt, context), waiting.popleft()))
        if is_one or not _goes_on(attempts, until):
            return


def _goes_on(attempts: Sequence[_DeliveryAttempt], until: float) -> bool:
    if not attempts:
        return True
    outcome = attempts[-1].result
    return outcome is not None and outcome.delivered and time.monotonic() < until


def _attempts(batch: _BatchAttempt) -> Sequence[_DeliveryAttempt]:
    if batch.result is not None:
        return batch.result.attempts
    if isinstance(batch.error, HostBusy):
        return []
    return [Attempt(batch.row.first, batch.started_at, batch.ended_at, error=batch.error)]


def _give_back(context: StepContext, group: Sequence[_BatchAttempt]) -> None:
    """Makes due what no attempt was made at."""
    for batch in group:
        rest: Collection[ClaimedDelivery] = batch.row.more
        wait = 0.0
        if batch.result is not None:
            rest, wait = batch.result.waiting, batch.result.wait
        elif isinstance(batch.error, HostBusy):
            rest, wait = (batch.row.first, *batch.row.more), batch.error.wait
        if rest:
            context.store.run(partial(deliveries.give_back, rows=list(rest), seconds=wait), durable=False)


def _attempt(context: StepContext, delivery: ClaimedDelivery) -> AttemptOutcome | None:
    """What came of sending it, None where nothing is sent: the subscription is paused or disabled, or its
    reader was not asked yet."""
    return _send(context, delivery) if delivery.subscription_state == "active" or _asks(delivery) else None


def _asks(delivery: ClaimedDelivery) -> bool:
    """Whether it asks for the subscription, which is unconfirmed. An address is asked by its mail alone: what
    a server takes says nothing of its reader. A hub asks those too that it had given up."""
    if delivery.event_type == VERIFICATION:
        return delivery.subscription_state in {"unconfirmed", "disabled"}
    questions = {CONFIRMATION} if is_mail(delivery.url) else {HANDSHAKE, PING}
    return delivery.subscription_state == "unconfirmed" and delivery.event_type in questions


def _send(context: StepContext, delivery: ClaimedDelivery) -> AttemptOutcome:
    sealing = context.store.sealing
    try:
        content_type, body = _payload(context, delivery)
    except (InvalidInput, TooCostly) as error:
        return AttemptOutcome(error=error.code, detail=error.detail, permanent=True)
    topic, sealed = delivery.topic, delivery.secrets
    if topic is not None:
        sealed = [topic.secret] if topic.secret else []
    message = Message(
        id=delivery.webhook_id,
        url=delivery.url,
        secrets=[sealing.open(secret) for secret in sealed],
        topic=topic.url if topic else None,
        headers=custom_headers.read(sealing, delivery.headers),
        content_type=content_type,
        body=body,
        subscription=delivery.subscription,
        event_type=delivery.event_type,
        sequence=delivery.id,
        attempted_at=datetime.now(UTC),
        until=context.until,
    )
    return context.senders.send(message)


def _payload(context: StepContext, delivery: ClaimedDelivery) -> tuple[str, bytes]:
    document = delivery.body.encode()
    if delivery.event_type in {CONFIRMATION, VERIFICATION, HANDSHAKE}:
        return templates.JSON, document
    if delivery.topic is not None:
        return payloads.feed(document, delivery.topic, context.limits.hub_url)
    return payloads.make(
        context.template_sandbox,
        document,
        delivery.template,
        members=delivery.members,
        webhook_id=delivery.webhook_id,
        until=context.until,
    )


def _outcome(attempt: _DeliveryAttempt) -> AttemptOutcome:
    if attempt.error:
        return AttemptOutcome(error=attempt.error.code, detail=attempt.error.detail)
    return attempt.result or AttemptOutcome()


def _save(context: StepContext, group: Sequence[_DeliveryAttempt]) -> None:
    ends = [_end(context, attempt) for attempt in group if _was_made(attempt)]
    unmade = [attempt.row for attempt in group if not _was_made(attempt)]
    # What is lost with the database's machine is sent again, with the same webhook-id.
    with context.store.begin(durable=False) as db:
        changed = endpoint_changes.concern_endpoints(ends)
        concerned = {attempt.row.subscription for attempt in group}
        states, saved = run_together(
            db,
            subscriptions.lock_query(concerned, to_change=changed),
            attempts.save_query([end.attempt for end in ends]),
        )
        kept = [end for end in ends if end.attempt.delivery.id in saved]
        health.count(db, [end.attempt for end in kept])
        if changed:
            _change_subscriptions(context, db, kept)
        _skip(db, unmade, states)
    for end in ends:
        _log_attempt(end, saved=end.attempt.delivery.id in saved)


def _change_subscriptions(context: StepContext, db: Connection, ends: Sequence[End]) -> None:
    """What attempts change beside their deliveries. Whether a callback echoes what our hub asks says nothing
    of an endpoint: anybody may have it asked."""
    answers = [end for end in ends if end.attempt.delivery.event_type == VERIFICATION]
    for delivery in (end.attempt.delivery for end in answers if end.attempt.state == "delivered"):
        hub_subscribers.confirm_intent(db, delivery.subscription, delivery.body)
    for end in ends:
        if end.attempt.state == "delivered" and _is_handshake(end.attempt.delivery):
            rate = end.outcome.allowed_per_second
            confirmations.confirm(db, end.attempt.delivery.subscription, max_per_second=rate)
    endpoint_changes.save(context, db, [end for end in ends if end not in answers])


def _is_handshake(delivery: ClaimedDelivery) -> bool:
    return delivery.event_type in {HANDSHAKE, PING} and _asks(delivery)


def _was_made(attempt: _DeliveryAttempt) -> bool:
    return attempt.result is not None or attempt.error is not None


def _skip(db: Connection, rows: Sequence[ClaimedDelivery], states: Mapping[int, str]) -> None:
    for row in rows:
        if row.subscription in states:
            deliveries.skip(db, row, states[row.subscription])


def _log_attempt(end: End, *, saved: bool) -> None:
    delivery, view = end.attempt.delivery, end.attempt.view
    _log.info(
        "delivered" if end.attempt.state == "delivered" else "not delivered",
        delivery=delivery.id,
        webhook_id=delivery.webhook_id,
        attempt=delivery.number,
        status=view.status,
        error=view.error,
        state=end.attempt.state,
        saved=saved,
    )


def _end(context: StepContext, attempt: _DeliveryAttempt) -> End:
    """What an attempt came to, and what follows."""
    outcome, delivery = _outcome(attempt), attempt.row
    tries = count_tries(delivery.tries, delivery.trigger)
    verdict = after_attempt(
        tries,
        outcome,
        schedule=context.limits.retry_schedule,
        now=attempt.ended_at,
        random=context.random.random,
    )
    view = AttemptView(
        number=delivery.number,
        at=attempt.started_at,
        seconds=round((attempt.ended_at - attempt.started_at).total_seconds(), 4),
        trigger=delivery.trigger,
        status=outcome.status,
        reason=reason(outcome),
        error=outcome.error,
        detail=outcome.detail,
        response=outcome.response,
    )
    due_at = verdict.due_at and after_quiet_hours(delivery.timing, verdict.due_at)
    return End(EndedAttempt(delivery, view, verdict.state, due_at, tries), outcome, verdict)
