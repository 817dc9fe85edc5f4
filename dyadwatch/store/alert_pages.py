"""Pages of alerts as JSON: made by PostgreSQL of the documents it has, and sent to clients as they are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from dyadwatch.model.alerts import AlertSort
from dyadwatch.store import alert_lists, filter_values, keys, pagination, prepared_queries
from dyadwatch.store.database import Store
from dyadwatch.subscriptions.filters import AlertFilter

# Of a database: the id of the key where a page is unchanged; None where it is not, or where the key is not in
# use or has to be authenticated again, which records when it was used.
Revalidation = Callable[[Store], int | None]

# Of each alert its id, its version and when it changed, one of which changes whenever its document does.
_EACH = "id || ' ' || version || ' ' || extract(epoch FROM updated_at), ','"
_REVISION = f"md5(coalesce(string_agg({_EACH} ORDER BY n), '')) AS revision"
_ONLY_REVISION = pagination.Aggregate("alerts", _REVISION)
_REVISION_AND_KEY = pagination.Aggregate("alerts", f"{_REVISION}, ({keys.USED_LATELY}) AS key")
# The same of rows that come in their order, and whether more follow.
_REVALIDATION = f"""
SELECT md5(coalesce(string_agg({_EACH}) FILTER (WHERE n <= :shown), '')) AS revision,
    ({keys.USED_LATELY}) AS key, count(*) > :shown AS leads_on
FROM (SELECT *, row_number() OVER (ORDER BY at DESC, id DESC) AS n FROM {{rows}}) AS page
"""  # noqa: S608  # constant SQL
_DOCUMENTS = pagination.Aggregate(
    "alerts",
    f"{_REVISION}, convert_to(coalesce(string_agg(document::text, ',' ORDER BY n), ''), 'UTF8') AS documents",
)
# The same documents of rows that come as for _REVALIDATION, and the place of the last one.
_PAGE_IN_ONE_ROW = f"""
WITH page AS MATERIALIZED (SELECT at, id, row_number() OVER (ORDER BY at DESC, id DESC) AS n FROM {{rows}})
SELECT {_REVISION}, coalesce(string_agg(document::text, ',' ORDER BY n), '') AS documents,
    (SELECT count(*) > :shown FROM page) AS leads_on,
    (extract(epoch FROM max(at) FILTER (WHERE n = :shown)) * 1000000)::bigint AS last_at,
    max(id) FILTER (WHERE n = :shown) AS last_id
FROM page JOIN alerts USING (id) WHERE n <= :shown
"""  # noqa: S608  # constant SQL
_NONE = ("", b"")  # where no row was looked for


@dataclass(frozen=True, slots=True)
class JsonPage:
    """The JSON of alerts with commas between them, in UTF-8. `revision` changes whenever it does; `next` is
    the cursor that leads on, None at the end."""

    revision: str
    next: str | None
    json: bytes = b""


def read(
    db: Connection, filters: AlertFilter, *, limit: int, cursor: str | None, sort: AlertSort
) -> JsonPage:
    """The alerts of `alerts.page`. Raises InvalidInput as that does."""
    page = alert_lists.read(db, _DOCUMENTS, _read, filters, limit=limit, cursor=cursor, sort=sort)
    revision, documents = page.data[0] if page.data else _NONE
    return JsonPage(revision, page.next, documents)


def read_quickly(
    store: Store, filters: AlertFilter, *, limit: int, cursor: str | None, sort: AlertSort
) -> JsonPage | None:
    """What `read` gives, in a small part of its time, by one prepared query; None where `read` has to be
    called: a page that needs several statements, or no session for prepared queries. Raises as `read` does,
    and StoreUnavailable."""
    rows = alert_lists.place("id", filters, limit=limit, cursor=cursor, sort=sort)
    if rows is None:
        return None
    query = prepared_queries.prepare(_PAGE_IN_ONE_ROW.format(rows=rows[0]), {**rows[1], "shown": limit})
    row = prepared_queries.fetch_row(store, query)
    if row is None:
        return None
    revision, documents, leads_on, at, key = [value or b"" for value in row]
    following = None
    if leads_on == b"t":
        following = pagination.encode("alerts", pagination.moment(int(at)), int(key))
    return JsonPage(revision.decode(), following, documents)


def revision(
    db: Connection, filters: AlertFilter, *, limit: int, cursor: str | None, sort: AlertSort
) -> JsonPage:
    """What `read` gives, without the alerts, which takes a small part of the time."""
    page = alert_lists.read(db, _ONLY_REVISION, _read, filters, limit=limit, cursor=cursor, sort=sort)
    return JsonPage((page.data[0] if page.data else _NONE)[0], page.next)


def revalidation(
    token: str,
    known: JsonPage,
    filters: AlertFilter,
    *,
    limit: int,
    cursor: str | None,
    sort: AlertSort,
) -> Revalidation:
    """How to find out, in one statement, whether a page is unchanged and which key a token belongs to."""
    of_key = {"key_hash": keys.fingerprint(token)}
    place: dict[str, Any] = {"limit": limit, "cursor": cursor, "sort": sort}
    rows = alert_lists.place("id, version, updated_at", filters, **place)
    if rows is None:
        return lambda store: _revalidate_by_search(store, known, filters, {**place, "more": of_key})
    query = prepared_queries.prepare(
        _REVALIDATION.format(rows=rows[0]), {**rows[1], **of_key, "shown": limit}
    )
    revision, leads_on = known.revision.encode(), b"f" if known.next is None else b"t"

    def revalidate(store: Store) -> int | None:
        row = prepared_queries.fetch_row(store, query)
        if row is None or row[0] != revision or row[2] != leads_on or row[1] is None:
            return None
        return int(row[1])

    return revalidate


def _revalidate_by_search(
    store: Store, known: JsonPage, filters: AlertFilter, place: Mapping[str, Any]
) -> int | None:
    with store.read() as db:
        filter_values.check(db, {name: getattr(filters, name) for name in filter_values.NAMES})
        page = alert_lists.read(db, _REVISION_AND_KEY, _revisions_and_keys, filters, **place)
    revision, key = page.data[0] if page.data else (_NONE[0], None)
    return key if (revision, page.next) == (known.revision, known.next) else None


def _revisions_and_keys(rows: Sequence[pagination.Record]) -> list[tuple[str, int | None]]:
    return [(row.revision, row.key) for row in rows]


def _read(rows: Sequence[pagination.Record]) -> list[tuple[str, bytes]]:
    return [(row.revision, getattr(row, "documents", b"")) for row in rows]
