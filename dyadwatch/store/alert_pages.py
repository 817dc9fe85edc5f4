"""Pages of alerts as JSON: made by PostgreSQL of the documents it has, and sent to clients as they are."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from dyadwatch.model.alerts import AlertSort
from dyadwatch.store import alert_lists, keys, pagination
from dyadwatch.subscriptions.filters import AlertFilter

# Of each alert its id, its version and when it changed, one of which changes whenever its document does.
_REVISION = """md5(coalesce(string_agg(id || ' ' || version || ' ' || extract(epoch FROM updated_at), ','
    ORDER BY n), '')) AS revision"""
_ONLY_REVISION = pagination.Aggregate("alerts", _REVISION)
_REVISION_AND_KEY = pagination.Aggregate("alerts", f"{_REVISION}, ({keys.USED_LATELY}) AS key")
_DOCUMENTS = pagination.Aggregate(
    "alerts",
    f"{_REVISION}, convert_to(coalesce(string_agg(document::text, ',' ORDER BY n), ''), 'UTF8') AS documents",
)
_NONE = ("", b"")  # where no row was looked for


@dataclass(frozen=True, slots=True)
class JsonPage:
    """A JSON array of alerts, in UTF-8. `revision` changes whenever it does; `next` is the cursor that leads
    on, None at the end."""

    revision: str
    next: str | None
    json: bytes = b"[]"


def read(
    db: Connection, filters: AlertFilter, *, limit: int, cursor: str | None, sort: AlertSort
) -> JsonPage:
    """The alerts of `alerts.page`. Raises InvalidInput as that does."""
    page = alert_lists.read(db, _DOCUMENTS, _read, filters, limit=limit, cursor=cursor, sort=sort)
    revision, documents = page.data[0] if page.data else _NONE
    return JsonPage(revision, page.next, b"[" + documents + b"]")


def revision(
    db: Connection, filters: AlertFilter, *, limit: int, cursor: str | None, sort: AlertSort
) -> JsonPage:
    """What `read` gives, without the alerts, which takes a small part of the time."""
    page = alert_lists.read(db, _ONLY_REVISION, _read, filters, limit=limit, cursor=cursor, sort=sort)
    return JsonPage((page.data[0] if page.data else _NONE)[0], page.next)


def revision_for(
    db: Connection, token: str, filters: AlertFilter, *, limit: int, cursor: str | None, sort: AlertSort
) -> tuple[JsonPage, int | None]:
    """What `revision` gives, with the id of the key that a token belongs to, in the same statement. None
    where it is not in use, or has to be authenticated again, which notes when it was used."""
    page = alert_lists.read(
        db,
        _REVISION_AND_KEY,
        lambda rows: [(row.revision, row.key) for row in rows],
        filters,
        limit=limit,
        cursor=cursor,
        sort=sort,
        more={"key_hash": keys.fingerprint(token)},
    )
    revision, key = page.data[0] if page.data else (_NONE[0], None)
    return JsonPage(revision, page.next), key


def _read(rows: Sequence[pagination.Record]) -> list[tuple[str, bytes]]:
    return [(row.revision, getattr(row, "documents", b"")) for row in rows]
