"""retain: once a day, expires what the settings do not keep, in small batches."""

import time
from collections import Counter
from collections.abc import Mapping
from functools import partial

import structlog

from dyadwatch.pipeline.context import StepContext
from dyadwatch.store import retention

_log = structlog.get_logger(__name__)

_DAY = 24 * 3600.0
_SOON = 60.0  # seconds until a round goes on that its run had no time to end


def run(context: StepContext, seconds: float) -> int:
    """Does the round of the day if it is due, for about `seconds`. Returns 1 if it did, else 0."""
    claimed = context.store.run(retention.claim)
    if claimed is None:
        return 0
    counts, done = expire(context, seconds)
    context.store.run(lambda db: retention.finish(db, claimed, seconds=_DAY if done else _SOON))
    _log.info("retained", done=done, **counts)
    return 1


def expire(context: StepContext, seconds: float) -> tuple[Mapping[str, int], bool]:
    """Expires batch after batch for about `seconds`. Returns the rows by rule, and whether none are left."""
    until = time.monotonic() + seconds
    counts = Counter[str](dict.fromkeys(retention.RULES, 0))
    for rule in retention.RULES:
        count = retention.BATCH
        while count == retention.BATCH:
            if time.monotonic() >= until or context.stopping.is_set():
                return counts, False
            work = partial(retention.expire, rule=rule, keep=context.limits.keep)
            count = context.store.run(work)
            counts[rule] += count
    return counts, True
