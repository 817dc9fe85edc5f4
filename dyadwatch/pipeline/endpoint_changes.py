"""What attempts mean for the endpoints that they went to, and who hears of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import get_args

from dyadwatch.model.deliveries import AttemptOutcome, EndedAttempt
from dyadwatch.model.subscriptions import EndpointHealth, OperatorEventType
from dyadwatch.pipeline.context import StepContext
from dyadwatch.store import Connection, endpoints, subscriptions
from dyadwatch.subscriptions import OPEN_AFTER, Verdict, breaker, is_hopeless
from dyadwatch.subscriptions.hub import VERIFICATION

# Nobody hears of a lost one of these: each would lead to the next.
_OPERATOR_EVENTS = get_args(OperatorEventType)


@dataclass(frozen=True, slots=True)
class End:
    """An attempt that ended, with what its receiver said and what follows."""

    attempt: EndedAttempt
    outcome: AttemptOutcome
    verdict: Verdict


def concern_endpoints(ends: Sequence[End]) -> bool:
    """Whether attempts may change a subscription, or what is known of its endpoint: not those to endpoints
    that always answer."""
    return any(
        end.attempt.view.reason
        or end.attempt.delivery.failures
        or end.attempt.delivery.event_type == VERIFICATION
        or end.attempt.delivery.subscription_state == "unconfirmed"
        for end in ends
    )


def save(context: StepContext, db: Connection, ends: Sequence[End]) -> None:
    """Stores what became of each endpoint. The caller has locked the subscriptions."""
    healths = endpoints.read(db, {end.attempt.delivery.subscription for end in ends})
    for subscription, before in sorted(healths.items()):
        own = [end for end in ends if end.attempt.delivery.subscription == subscription]
        _save_one(context, db, subscription, before, sorted(own, key=lambda end: end.attempt.view.at))


def _save_one(
    context: StepContext, db: Connection, subscription: int, before: EndpointHealth, ends: Sequence[End]
) -> None:
    now = datetime.now(UTC)
    after = before
    for end in ends:
        after = breaker.after_attempt(
            after, end.outcome, end.attempt.view.reason, now=now, random=context.random.random
        )
    endpoints.save(db, subscription, after)
    disable = next((end.verdict.disable for end in ends if end.verdict.disable), None)
    if disable is None and is_hopeless(after, now):
        disable = f"nothing was delivered since {after.failing_since:%Y-%m-%d %H:%M} UTC"
    if disable:
        subscriptions.disable(db, subscription, disable)
    _tell(db, subscription, before, after, disable)
    for end in ends:
        delivery = end.attempt.delivery
        if end.attempt.state == "exhausted" and delivery.event_type not in _OPERATOR_EVENTS:
            data = {"delivery": delivery.id, "error": after.last_error}
            endpoints.announce(db, subscription, "delivery.exhausted", data, now)


def _tell(
    db: Connection, subscription: int, before: EndpointHealth, after: EndpointHealth, disable: str | None
) -> None:
    """Tells others what changed: that an endpoint has failed often, answers again, or was given up."""
    now = datetime.now(UTC)
    is_open, was_open = after.failures >= OPEN_AFTER, before.failures >= OPEN_AFTER
    if disable:
        endpoints.announce(db, subscription, "endpoint.disabled", {"reason": disable, "endpoint": after}, now)
    elif is_open and not was_open:
        endpoints.announce(db, subscription, "endpoint.failing", {"endpoint": after}, now)
    elif was_open and not is_open:
        endpoints.announce(db, subscription, "endpoint.recovered", {"endpoint": after}, now)
