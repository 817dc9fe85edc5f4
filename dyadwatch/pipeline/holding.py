"""Lets deliveries go that were held: when their alert has come to rest, quiet hours end, a digest is due."""

from functools import partial

from dyadwatch.pipeline.context import StepContext
from dyadwatch.store import Connection, held_deliveries
from dyadwatch.subscriptions import timing


def run(context: StepContext) -> None:
    """Looks at what is held and due, one subscription in each transaction."""
    for subscription in context.store.run(held_deliveries.due):
        context.store.run(partial(_look, subscription=subscription))


def _look(db: Connection, *, subscription: int) -> None:
    held = held_deliveries.take(db, subscription)
    if held is not None:
        held_deliveries.apply(db, held, timing.plan(held.rows, held.timing, held.now))
