"""Expunging an article or a source: a person asks for it, no step does it."""

import orjson

from dyadwatch.alerts import Cause, document_without_article, serialize, without_article
from dyadwatch.model.expunging import ExpungeCounts
from dyadwatch.pipeline.alerts import update_alert
from dyadwatch.store import Connection, Store, alert_events, alerts, copies, expunging, removal

_PAGES = 500  # deleted in one transaction
_SECONDS = 600.0  # for counting, which nobody waits for
_EXPUNGED = Cause("expunged")


def article(store: Store, article_id: int, *, dry_run: bool) -> ExpungeCounts:
    """Removes an article wholly, unless it is a dry run. Alerts that it carried are updated or withdrawn, and
    subscribers are notified of that; what alerts and events quoted of it is removed from them. Returns what
    there was. Raises NotFound."""
    counts = store.run(lambda db: expunging.count_article(db, article_id))
    if not dry_run:
        store.run(lambda db: _remove_article(db, article_id))
    return counts


def source(store: Store, source_id: int, *, dry_run: bool) -> ExpungeCounts:
    """Removes a source wholly, with each of its articles. May be repeated where it was interrupted. Raises
    NotFound."""
    counts = store.run(lambda db: expunging.count_source(db, source_id), seconds=_SECONDS)
    if dry_run:
        return counts
    for article_id in store.run(lambda db: expunging.articles_of(db, source_id)):
        _remove(store, article_id)
    while store.run(lambda db: expunging.delete_pages(db, source_id, limit=_PAGES)) == _PAGES:
        pass
    removal.remove(store, "source", source_id)
    return counts


def _remove(store: Store, article_id: int) -> None:
    store.run(lambda db: _remove_article(db, article_id))


def _remove_article(db: Connection, article_id: int) -> None:
    copy = copies.release(db, article_id)
    story = expunging.delete_article(db, article_id)
    if story is None:
        return
    if copy is not None:
        copies.share_origin(db, copy, story)
    for watch in expunging.watches_of(db, story):
        update_alert(db, watch, story, cause=_EXPUNGED)
        _redact(db, watch, story, article_id)


def _redact(db: Connection, watch: str, story: int, article_id: int) -> None:
    """Removes from an alert and its events what they say of an article. An event that is still to be
    delivered is delivered so."""
    stored = alerts.find(db, watch, story)
    if stored is None:
        return
    redacted = without_article(stored, article_id)
    if redacted != stored:
        alerts.save(db, redacted, serialize(redacted.alert))
    for event_id, body in alert_events.bodies(db, stored.alert.id):
        envelope = orjson.loads(body)
        envelope["data"] = document_without_article(envelope["data"], article_id)
        alert_events.replace_body(db, event_id, orjson.dumps(envelope).decode())
