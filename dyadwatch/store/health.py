"""The health of subscriptions: their attempts by the hour, counted as they are saved, so that no request
reads them all."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, text

from dyadwatch.model.deliveries import EndedAttempt
from dyadwatch.model.subscriptions import SubscriptionHealth, SubscriptionView
from dyadwatch.store import silent_subscriptions
from dyadwatch.store.queries import Query, nothing, run_together
from dyadwatch.subscriptions import circuit

HOURS = 24  # that health is read from
# Upper bounds of seconds; attempts have 15.
_BOUNDS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 7.5, 10.0, 15.0, 60.0)
_PENDING = 10_000  # counted at most
_COUNT = text("""
INSERT INTO subscription_hours AS before (subscription_id, hour, delivered, failed, latencies)
VALUES (:subscription, :hour, :delivered, :failed, :latencies)
ON CONFLICT (subscription_id, hour) DO UPDATE SET
    delivered = before.delivered + excluded.delivered, failed = before.failed + excluded.failed,
    latencies = ARRAY(SELECT a + b FROM unnest(before.latencies, excluded.latencies)
        WITH ORDINALITY AS pairs (a, b, place) ORDER BY place)
""")
_HOURS = text("""
SELECT delivered, failed, latencies FROM subscription_hours
WHERE subscription_id = :id AND hour > now() - make_interval(hours => :hours)
""")
_ALL_HOURS = text("""
SELECT coalesce(sum(delivered), 0) AS delivered, coalesce(sum(failed), 0) AS failed
FROM subscription_hours WHERE hour > now() - make_interval(hours => :hours)
""")
_WAITING = text("""
SELECT count(*) AS number, min(created_at) AS oldest FROM (
    SELECT created_at FROM deliveries WHERE subscription_id = :id AND state = 'pending' LIMIT :limit
) AS pending
""")


def count(db: Connection, attempts: Sequence[EndedAttempt]) -> None:
    """Counts attempts; those that a person asked for as a test count for nothing."""
    by_hour: defaultdict[tuple[int, datetime], list[EndedAttempt]] = defaultdict(list)
    for attempt in attempts:
        if attempt.view.trigger != "test":
            hour = attempt.view.at.replace(minute=0, second=0, microsecond=0)
            by_hour[attempt.delivery.subscription, hour].append(attempt)
    run_together(db, *(_count_query(*key, by_hour[key]) for key in sorted(by_hour)))


def _count_query(subscription: int, hour: datetime, attempts: Sequence[EndedAttempt]) -> Query[None]:
    places = Counter(_place(attempt.view.seconds) for attempt in attempts)
    delivered = sum(attempt.view.reason is None for attempt in attempts)
    params = {
        "subscription": subscription,
        "hour": hour,
        "delivered": delivered,
        "failed": len(attempts) - delivered,
        "latencies": [places[place] for place in range(len(_BOUNDS))],
    }
    return Query(_COUNT, params, nothing)


def read(db: Connection, subscription: SubscriptionView) -> SubscriptionHealth:
    """The health of a subscription, of its last HOURS."""
    hours = db.execute(_HOURS, {"id": subscription.id, "hours": HOURS}).all()
    waiting = db.execute(_WAITING, {"id": subscription.id, "limit": _PENDING}).one()
    delivered, failed = sum(hour.delivered for hour in hours), sum(hour.failed for hour in hours)
    problems = silent_subscriptions.problems(db, subscription.filter)
    latencies = [sum(places) for places in zip(*(hour.latencies for hour in hours), strict=True)]
    return SubscriptionHealth(
        subscription=subscription.id,
        state=subscription.state,
        circuit=circuit(subscription.endpoint, datetime.now(UTC)),
        endpoint=subscription.endpoint,
        attempts=delivered + failed,
        success_share=round(delivered / (delivered + failed), 4) if hours else None,
        p95_seconds=_percentile(latencies, 0.95),
        pending=waiting.number,
        oldest_pending_at=waiting.oldest,
        silent=silent_subscriptions.is_silent(subscription.filter, problems),
        filter_problems=problems,
    )


def attempts(db: Connection) -> tuple[int, int]:
    """The attempts of all subscriptions in the last HOURS: those that delivered, and those that failed."""
    row = db.execute(_ALL_HOURS, {"hours": HOURS}).one()
    return int(row.delivered), int(row.failed)


def _place(seconds: float) -> int:
    return next((place for place, bound in enumerate(_BOUNDS) if seconds <= bound), len(_BOUNDS) - 1)


def _percentile(latencies: Sequence[int], share: float) -> float | None:
    """The bound that so many of the attempts took no longer than."""
    passed = 0
    for bound, number in zip(_BOUNDS, latencies, strict=False):
        passed += number
        if passed and passed >= share * sum(latencies):
            return bound
    return None
