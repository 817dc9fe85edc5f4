"""Guards: a rejected alert proposes them, a dry run shows what they change, and a person decides."""

from collections.abc import Mapping
from typing import Any

from dyadwatch import urls
from dyadwatch.errors import Conflict, NotFound
from dyadwatch.model.alerts import AlertMention, RejectReason, StoredAlert
from dyadwatch.model.archive_runs import ArchiveRunView
from dyadwatch.model.guards import Guard, GuardView
from dyadwatch.model.watches import WatchVersion
from dyadwatch.store import Connection, archive_runs, article_versions, guards, watches
from dyadwatch.tagging import parse_watch, propose, with_guard


def propose_for(
    db: Connection, stored: StoredAlert, reason: RejectReason, mention: AlertMention | None, verdict: int
) -> tuple[int, ...]:
    """Stores the guards that the rejection of an alert proposes; `mention` is the evidence that is wrong.
    Returns their ids."""
    watch = stored.alert.watch
    urls_of = {article.id: article.url for article in stored.alert.articles}
    url = urls_of.get(mention.article) if mention else None
    host = urls.host(url or next(iter(urls_of.values()))).removeprefix("www.") if urls_of else ""
    proposed = propose(
        watches.get(db, watch).document,
        reason,
        mention,
        text=_text(db, mention) if reason == "namesake" and mention else "",
        host=host,
        judged=guards.judgements(db, watch, host),
    )
    return tuple(guards.add(db, watch, one.guard, verdicts={verdict, *one.verdicts}) for one in proposed)


def _text(db: Connection, mention: AlertMention) -> str:
    """The text that a mention is from, nothing where it was expunged."""
    try:
        return article_versions.get(db, mention.article, mention.article_version).text
    except NotFound:
        return ""


def add(db: Connection, watch: str, guard: Guard) -> int:
    """Stores a guard that a person proposes. Returns its id. Raises NotFound, InvalidInput for what no watch
    can have, and Conflict `guard_exists` for what the watch refuses already."""
    document = watches.get(db, watch).document
    changed = with_guard(document, guard)
    parse_watch(changed)
    if changed == document:
        raise Conflict(f"The watch {watch!r} refuses this already.", code="guard_exists")
    return guards.add(db, watch, guard)


def preview(db: Connection, watch: str, guard_id: int) -> ArchiveRunView:
    """Starts a dry run that shows what a guard would change. Raises what `draft` raises, InvalidInput where
    the guard contradicts what the watch says by now, and Conflict `guard_decided` and `archive_run_running`.
    """
    parse_watch(draft(db, watch, guard_id)[1])
    guards.lock_proposed(db, watch, guard_id)
    return archive_runs.start(db, watch=watch, dry_run=True, notify=False, guard=guard_id)


def draft(db: Connection, watch: str, guard_id: int) -> tuple[WatchVersion, Mapping[str, Any]]:
    """A watch as it is, and the document that a guard would make of it. Raises NotFound, and Conflict
    `watch_disabled`."""
    watches.require_enabled(db, watch)
    view = watches.get(db, watch)
    document = with_guard(view.document, guards.get(db, watch, guard_id).guard)
    return WatchVersion(view.id, view.version, view.created_at), document


def accept(
    db: Connection, watch: str, guard_id: int, *, run: bool, notify: bool, note: str | None, key: int | None
) -> GuardView:
    """Makes the version of a watch that a guard asks for, which tags again what the watch has tagged; with
    `run` the whole archive after that. Subscribers hear of it where `notify`. Raises what `preview` raises,
    and Conflict `guard_not_previewed` where no preview of the watch as it is has ended."""
    watches.lock(db)
    _, document = draft(db, watch, guard_id)
    guard = guards.lock_proposed(db, watch, guard_id)
    before = watches.get(db, watch)
    shown = guard.preview
    if shown is None or shown.state != "done" or shown.created_at < before.updated_at:
        detail = "No preview of this guard has ended since its watch was changed."
        raise Conflict(detail, code="guard_not_previewed")
    parse_watch(document)
    after = watches.replace(db, watch, before.title, document, notify=notify)
    guards.decide(db, guard, "accepted", key=key, note=note, watch_version=after.version)
    if run:
        archive_runs.start(db, watch=watch, dry_run=False, notify=notify)
    return guards.get(db, watch, guard_id)


def decline(db: Connection, watch: str, guard_id: int, *, note: str | None, key: int | None) -> GuardView:
    """Leaves a watch as it is; no later rejection proposes this guard again. Raises NotFound, and Conflict
    `guard_decided`."""
    guards.decide(db, guards.lock_proposed(db, watch, guard_id), "declined", key=key, note=note)
    return guards.get(db, watch, guard_id)
