"""refresh: brings the alerts up to date that name a source of which something else is said now, such as its
side, some at a time when nothing new is to be tagged. Nobody is notified."""

from collections.abc import Iterable
from dataclasses import asdict, replace

import structlog

from dyadwatch.alerts import Cause
from dyadwatch.model.archive_runs import ArchiveCounts, ClaimedArchiveRun
from dyadwatch.pipeline.alerts import update_alert
from dyadwatch.pipeline.context import StepContext
from dyadwatch.pipeline.origins import restate
from dyadwatch.store import Connection, archive_runs, origin_claims

_log = structlog.get_logger(__name__)

_CHUNK = 100
_CAUSE = Cause("retagged", is_quiet=True)


def work(context: StepContext, claimed: ClaimedArchiveRun) -> int:
    """Decides on a chunk of alerts again. Returns how many."""
    counts = context.store.run(lambda db: _work(db, claimed))
    if counts is None:
        return 0
    _log.info("alerts refreshed", archive_run=claimed.id, source=claimed.source, counts=asdict(counts))
    return counts.read - claimed.counts.read


def _work(db: Connection, claimed: ClaimedArchiveRun) -> ArchiveCounts | None:
    """None where the turn has passed."""
    if not archive_runs.lock(db, claimed):
        return None
    batch = archive_runs.alerts_of_source(db, claimed, limit=_CHUNK)
    # In the order in which everybody locks stories.
    keys = sorted((story, watch) for _, watch, story in batch)
    origins, events = restate(db, _texts(db, claimed, keys), _CAUSE)
    # Those say of their sources what is new, too, and do not change again.
    for story, watch in keys:
        if (event := update_alert(db, watch, story, cause=_CAUSE)) is not None:
            events[event] += 1
    counts = replace(
        claimed.counts,
        origins=claimed.counts.origins + origins,
        read=claimed.counts.read + len(batch),
        changed=claimed.counts.changed + events.total(),
        alerts_updated=claimed.counts.alerts_updated + events["alert.updated"],
        alerts_changed=claimed.counts.alerts_changed + events["alert.updated"] + events[None],
        alerts_withdrawn=claimed.counts.alerts_withdrawn + events["alert.withdrawn"],
    )
    after = batch[-1][0] if batch else claimed.after_article
    archive_runs.save_placements(db, claimed, after, counts, done=len(batch) < _CHUNK)
    return counts


def _texts(db: Connection, claimed: ClaimedArchiveRun, keys: Iterable[tuple[int, str]]) -> list[int]:
    """The texts of the source in the stories of some alerts, each by its first article."""
    if claimed.source is None:
        return []
    return origin_claims.texts_of(db, claimed.source, {story for story, _ in keys})
