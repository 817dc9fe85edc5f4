"""retain: once a day, expires what the settings do not keep, in small batches."""

import time
from collections import Counter
from collections.abc import Mapping
from functools import partial

import structlog

from dyadwatch.model.retention import RetentionProgress
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
    counts, progress = expire(context, seconds, claimed.progress)
    wait = _SOON if progress else _DAY
    context.store.run(lambda db: retention.finish(db, claimed, progress, seconds=wait))
    _log.info("retained", done=progress is None, **counts)
    return 1


def expire(
    context: StepContext, seconds: float, progress: RetentionProgress | None = retention.START
) -> tuple[Mapping[str, int], RetentionProgress | None]:
    """Expires batch after batch for about `seconds`. Returns the rows by rule, and where to go on; None where
    the round is done."""
    until = time.monotonic() + seconds
    counts = Counter[str](dict.fromkeys(retention.RULES, 0))
    while progress and time.monotonic() < until and not context.stopping.is_set():
        work = partial(retention.expire, progress=progress, keep=context.limits.keep)
        rule = progress.rule
        count, progress = context.store.run(work)
        counts[rule] += count
    return counts, progress
