"""Origins of stored articles, by what is known of their publishers now."""

from collections import Counter
from collections.abc import Collection

from dyadwatch import stories
from dyadwatch.alerts import Cause
from dyadwatch.model.alerts import AlertEventType
from dyadwatch.pipeline.alerts import change_alert
from dyadwatch.store import Connection, archive_runs, copies, origin_claims


def restate(
    db: Connection, roots: Collection[int], cause: Cause, *, dry_run: bool = False
) -> tuple[int, Counter[AlertEventType | None]]:
    """Has the articles of some texts, named by the first of each, claim the origins that they would if they
    were read now, and brings the alerts up to date that count others then; in a dry run all of it is taken
    back. Returns how many articles claim another origin, and how many alerts did what, under None those
    that changed without an event."""
    claims = {}
    changed = []
    for one in origin_claims.of_texts(db, roots):
        claim = stories.claim_origin(one.url, one.source, one.origin, one.entry_source)
        if claim != one.claim:
            claims[one.article] = claim
            changed.append(one)
    events: Counter[AlertEventType | None] = Counter()
    if not claims:
        return 0, events
    first = {one.root: one for one in changed}
    with db.begin_nested() as savepoint:
        archive_runs.lock_stories(db, {one.story for one in changed})
        origin_claims.save(db, claims)
        keys = {
            (one.story, watch)
            for one in first.values()
            for watch in copies.share_origin(db, one.url, one.story, of_itself=True)
        }
        for story, watch in sorted(keys):
            decision = change_alert(db, watch, story, cause=cause)
            if decision is not None:
                events[decision.event] += 1
        if dry_run:
            savepoint.rollback()
    return len(claims), events
