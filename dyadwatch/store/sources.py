"""Sources: publishers, each with its feeds."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection, TextClause, select, text

from dyadwatch import publishers
from dyadwatch.articles import quality
from dyadwatch.errors import Conflict, FieldError, InvalidInput, NotFound
from dyadwatch.model.feeds import FeedView, NewFeed
from dyadwatch.model.pagination import ListPage
from dyadwatch.model.publishers import Publisher
from dyadwatch.model.sources import NewSource, SourceLabel, SourceRef, SourceView
from dyadwatch.store import archive_runs, feeds, pagination
from dyadwatch.store.columns import (
    SOURCE_REF,
    failure_from_column,
    rules_from_column,
    rules_to_column,
    source_ref,
)
from dyadwatch.store.queries import Query, Rows, nothing, run

_CHANGEABLE = (
    "name",
    "homepage",
    "country",
    "side",
    "language",
    "ownership",
    "publisher",
    "family",
    "state_control",
    "scope",
    "poll_interval",
    "reading_rules",
)
_INSERT = text("""
INSERT INTO sources (name, homepage, country, side, language, ownership, publisher, family, state_control,
                     scope, poll_interval, reading_rules)
VALUES (:name, :homepage, :country, :side, :language, :ownership, :publisher, :family, :state_control,
        :scope, :poll_interval, CAST(:reading_rules AS jsonb))
ON CONFLICT (name) DO NOTHING RETURNING id
""")
_UPDATE = text("""
UPDATE sources SET name = :name, homepage = :homepage, country = :country, side = :side, language = :language,
    ownership = :ownership, publisher = :publisher, family = :family, state_control = :state_control,
    scope = :scope, poll_interval = :poll_interval,
    reading_rules = CAST(:reading_rules AS jsonb), updated_at = now()
WHERE id = :id
""")
# What is that of the publisher where the operator states nothing else, and what alerts say of their sources.
_INHERITED = ("publisher", "country", "side", "ownership")
# Whose it is decides on origins, and so does whether anything is known of it.
_SAID_BY_ALERTS = ("name", "side", "homepage", "publisher", "family", "country", "ownership")
_UNSTATED = text("""
SELECT id FROM sources WHERE publisher IS NULL OR country IS NULL OR side IS NULL OR ownership IS NULL
ORDER BY id
""")
_FEED_URLS = text("SELECT url FROM feeds WHERE source_id = :id ORDER BY id LIMIT :limit")
_ALL = select(text("*")).select_from(text("sources"))
_BY_ID = text("SELECT * FROM sources WHERE id = :id")
_LOCK_BY_ID = text("SELECT * FROM sources WHERE id = :id FOR UPDATE")
_OTHER_OF_NAME = text("SELECT 1 FROM sources WHERE name = :name AND id <> :id")
_SCOPES = text("SELECT id, scope FROM sources WHERE scope <> 'host'")
_DELETE = text("DELETE FROM sources WHERE id = :id")
_REFS = text(f"SELECT {SOURCE_REF} AS source FROM sources s WHERE id = ANY(:ids) ORDER BY id")  # noqa: S608
_LOCK_TEXT_LENGTHS = text("SELECT text_lengths FROM sources WHERE id = :id FOR NO KEY UPDATE")
# The time of a drift that lasts is that of its first sign.
_SAVE_TEXT_LENGTHS = text("""
UPDATE sources SET text_lengths = :lengths, drift = CASE WHEN CAST(:drift AS text) IS NULL THEN NULL
    ELSE jsonb_build_object('code', 'extraction_drift', 'detail', CAST(:drift AS text),
                            'at', coalesce(drift ->> 'at', to_jsonb(now()) #>> '{}')) END
WHERE id = :id
""")
MAX_FEEDS = 50  # shown with a source, as many as one request adds
_MAX_TEXT_LENGTHS = 60  # stored of one source, the newest

_WITH_FEEDS = text("""
SELECT f.url, s.id, s.name, s.side, s.country FROM feeds f JOIN sources s ON s.id = f.source_id
WHERE f.url = ANY(:urls)
""")
_LABELS = text("SELECT id, name, side, country FROM sources ORDER BY lower(name), id LIMIT :limit")
# Of sources that are read.
_SIDES = text("""
SELECT side FROM sources WHERE side <> '' AND EXISTS (
    SELECT FROM feeds WHERE feeds.source_id = sources.id AND feeds.state = 'active')
GROUP BY side ORDER BY side LIMIT 50
""")


def create(db: Connection, new: NewSource) -> SourceView:
    """Stores a source with its feeds, which are due at once.

    Raises Conflict `duplicate` where the name (/name) or the URL of a feed (/feeds/n/url) is there already.
    """
    source_id = _insert(db, new)
    if source_id is None:
        raise _name_taken(new.name)
    for number, feed in enumerate(new.feeds):
        feeds.add(db, source_id, feed, pointer=f"/feeds/{number}/url")
    return get(db, source_id)


def ensure(db: Connection, starters: Sequence[NewSource]) -> int:
    """Loads a starter list and returns how many sources were created. A source whose name exists is left as
    it is, and so is a feed whose URL exists; a source is not created if all of its feeds exist."""
    taken = set(feeds.existing_urls(db, [feed.url for new in starters for feed in new.feeds]))
    created: list[tuple[int, list[NewFeed]]] = []
    for new in starters:
        missing = [feed for feed in new.feeds if feed.url not in taken]
        if new.feeds and not missing:
            continue
        source_id = _insert(db, new)
        if source_id is None:
            continue
        created.append((source_id, missing))
        taken.update(feed.url for feed in missing)
    feeds.ensure(db, [(source_id, feed) for source_id, missing in created for feed in missing])
    return len(created)


def get(db: Connection, source_id: int) -> SourceView:
    """Raises NotFound."""
    return _views(db, [_row(db, _BY_ID, source_id)])[0]


def refs_query(source_ids: Collection[int]) -> Query[tuple[SourceRef, ...]]:
    """The sources with these ids; those that do not exist are left out."""
    return Query(_REFS, {"ids": list(source_ids)}, _refs)


def with_feeds(db: Connection, urls: Sequence[str]) -> Mapping[str, SourceLabel]:
    """The sources of feeds that are registered, by the URLs of the feeds."""
    return {row.url: SourceLabel(*row[1:]) for row in db.execute(_WITH_FEEDS, {"urls": list(urls)})}


def labels(db: Connection, *, limit: int) -> list[SourceLabel]:
    """What sources are called, in the order of their names."""
    return [SourceLabel(*row) for row in db.execute(_LABELS, {"limit": limit})]


def page(
    db: Connection, *, limit: int, cursor: str | None, max_feeds: int | None = MAX_FEEDS
) -> ListPage[SourceView]:
    """Sources, newest first, each with its first feeds."""
    build = partial(_views, db, max_feeds=max_feeds)
    stream = pagination.stream("sources")
    return pagination.read(db, _ALL, {}, build, stream=stream, kind="sources", limit=limit, cursor=cursor)


def update(db: Connection, source_id: int, changes: Mapping[str, Any]) -> SourceView:
    """Changes what an operator says about a source; a field that is then no longer stated is that of its
    publisher. Alerts that say something else of it are made due. Raises NotFound, Conflict on a taken
    name."""
    unknown = [
        FieldError(f"/{name}", "cannot be changed", "unknown_field")
        for name in changes
        if name not in _CHANGEABLE
    ]
    if unknown:
        raise InvalidInput("A source has no such field to change.", errors=unknown)
    row = _row(db, _LOCK_BY_ID, source_id)
    before = {name: getattr(row, name) for name in _CHANGEABLE}
    values = _change(db, source_id, before, changes)
    if db.execute(_OTHER_OF_NAME, {"name": values["name"], "id": source_id}).first():
        raise _name_taken(values["name"])
    db.execute(_UPDATE, {**_params(values), "id": source_id})
    if any(before[name] != values[name] for name in _SAID_BY_ALERTS):
        archive_runs.refresh(db, source_id)
    return get(db, source_id)


def add_feed(db: Connection, source_id: int, new: NewFeed) -> FeedView:
    """Adds a feed, which may tell whose the source is. Raises NotFound, and Conflict where the URL is there
    already."""
    view = feeds.add(db, source_id, new)
    update(db, source_id, {})
    return view


def inherit(db: Connection) -> None:
    """Updates all sources to what is known of their publishers by now, where nothing else is stated."""
    for source_id in db.execute(_UNSTATED).scalars().all():
        row = _row(db, _BY_ID, source_id)
        before = {name: getattr(row, name) for name in _CHANGEABLE}
        if before != _change(db, source_id, before, {}):
            update(db, source_id, {})


def scopes(db: Connection) -> Mapping[int, str]:
    """The rate scope of each source whose scope is not its host."""
    return {row.id: row.scope for row in db.execute(_SCOPES)}


def add_text_length(
    db: Connection, source_id: int, length: int, find_drift: Callable[[Sequence[int]], str | None]
) -> None:
    """Adds the length of an extracted text to the last ones of its source,
    and stores what `find_drift` says of them: why its pages seem to be
    extracted worse than before, or None. Does nothing without the source."""
    stored = run(db, Query(_LOCK_TEXT_LENGTHS, {"id": source_id}, _text_lengths))
    if stored is None:
        return
    lengths = [*stored, length][-_MAX_TEXT_LENGTHS:]
    params = {"id": source_id, "lengths": lengths, "drift": find_drift(lengths)}
    run(db, Query(_SAVE_TEXT_LENGTHS, params, nothing))


def delete(db: Connection, source_id: int) -> None:
    """Removes a source with its feeds and their entries; its articles and alerts stay. Raises NotFound."""
    if db.execute(_DELETE, {"id": source_id}).rowcount == 0:
        raise NotFound(f"There is no source {source_id}.")


def _refs(rows: Rows) -> tuple[SourceRef, ...]:
    return tuple(filter(None, (source_ref(row.source) for row in rows)))


def _text_lengths(rows: Rows) -> Sequence[int] | None:
    return rows[0].text_lengths if rows else None


def _insert(db: Connection, new: NewSource) -> int | None:
    values = {name: getattr(new, name) for name in _CHANGEABLE}
    params = _params(_inherit(values, [feed.url for feed in new.feeds]))
    return db.execute(_INSERT, params).scalar_one_or_none()


def _change(
    db: Connection, source_id: int, before: Mapping[str, Any], changes: Mapping[str, Any]
) -> dict[str, Any]:
    feed_urls = db.execute(_FEED_URLS, {"id": source_id, "limit": MAX_FEEDS}).scalars().all()
    return _inherit({**_own_statements(before, feed_urls), **changes}, feed_urls)


def _inherit(values: Mapping[str, Any], feed_urls: Sequence[str]) -> dict[str, Any]:
    """What is stated of a source, and what is not from its publisher: the one stated, else that of the site
    of its homepage or, without one, its first feed. A name alone tells nothing."""
    publisher = publishers.by_slug(values["publisher"]) or _at_site(values, feed_urls)
    return {**values, **{name: values[name] or _fact(publisher, name) for name in _INHERITED}}


def _own_statements(values: Mapping[str, Any], feed_urls: Sequence[str]) -> dict[str, Any]:
    """The values that an operator stated of a stored source: those that `_inherit` would not give."""
    publisher = publishers.by_slug(values["publisher"])
    known = {name: _fact(publisher, name) for name in _INHERITED}
    known["publisher"] = _fact(_at_site(values, feed_urls), "publisher")
    return {**values, **{name: None for name in _INHERITED if values[name] == known[name]}}


def _at_site(values: Mapping[str, Any], feed_urls: Sequence[str]) -> Publisher | None:
    return publishers.at(values["homepage"] or next(iter(feed_urls), None))


def _fact(publisher: Publisher | None, name: str) -> str | None:
    if publisher is None:
        return None
    known: str | None = publisher.slug if name == "publisher" else getattr(publisher, name)
    return known


def _params(values: Mapping[str, Any]) -> dict[str, Any]:
    return {**values, "reading_rules": rules_to_column(values["reading_rules"])}


def _row(db: Connection, statement: TextClause, source_id: int) -> pagination.Record:
    row = db.execute(statement, {"id": source_id}).first()
    if row is None:
        raise NotFound(f"There is no source {source_id}.")
    return row


def _views(
    db: Connection, rows: Sequence[pagination.Record], *, max_feeds: int | None = MAX_FEEDS
) -> list[SourceView]:
    ids = [row.id for row in rows]
    feeds_by_source = feeds.of_sources(db, ids, limit=max_feeds)
    counts = feeds.count_of_sources(db, ids)
    return [_view(row, feeds_by_source.get(row.id, ()), counts.get(row.id, 0)) for row in rows]


def _view(row: pagination.Record, feeds_of: Sequence[FeedView], feed_count: int) -> SourceView:
    publisher = publishers.of_source(
        row.publisher, row.homepage or next((feed.url for feed in feeds_of), None)
    )
    return SourceView(
        id=row.id,
        name=row.name,
        homepage=row.homepage,
        country=row.country,
        side=row.side,
        language=row.language,
        ownership=row.ownership,
        publisher=publisher,
        family=row.family or (publisher.family if publisher else None),
        state_control=row.state_control or (publisher.state_control if publisher else None),
        scope=row.scope,
        poll_interval=row.poll_interval,
        reading_rules=rules_from_column(row.reading_rules),
        quality=quality(row.text_lengths),
        drift=failure_from_column(row.drift),
        feeds=tuple(feeds_of),
        feed_count=feed_count,
        feeds_url=f"/v1/feeds?source={row.id}",
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _name_taken(name: str) -> Conflict:
    detail = f"There is a source named {name!r} already."
    return Conflict(detail, errors=[FieldError("/name", "is taken", "duplicate")], code="duplicate")


def sides_query() -> Query[tuple[str, ...]]:
    """The sides of the sources that are read."""
    return Query(_SIDES, {}, lambda rows: tuple(row.side for row in rows))
