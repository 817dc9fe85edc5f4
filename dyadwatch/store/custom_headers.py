"""Custom headers of a subscription's webhooks: the names in the clear, the values sealed."""

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import Connection

from dyadwatch import urls
from dyadwatch.errors import WebError
from dyadwatch.store import sealing
from dyadwatch.store.pagination import Record


def columns(db: Connection, headers: Mapping[str, str]) -> Mapping[str, Any]:
    """The columns `header_names` and `sealed_headers`."""
    sealed = sealing.of(db).seal(orjson.dumps(dict(headers)).decode()) if headers else None
    return {"header_names": sorted(headers), "sealed_headers": sealed}


def changed_columns(
    db: Connection, row: Record, headers: Mapping[str, str] | None, url: str
) -> Mapping[str, Any]:
    """The columns of a subscription that gets other `headers`, or keeps those of its `row` (None). What was
    for one server is not sent to another: none are left where `url` leads elsewhere."""
    if headers is None and _origin(row.url) == _origin(url):
        return {"header_names": row.header_names, "sealed_headers": row.sealed_headers}
    return columns(db, headers or {})


def read(sealer: sealing.Sealing, stored: str | None) -> Mapping[str, str]:
    """The headers, as stored in `sealed_headers`. Raises SecretUnreadable."""
    headers: Mapping[str, str] = orjson.loads(sealer.open(stored)) if stored else {}
    return headers


def _origin(url: str) -> str:
    try:
        return "/".join(urls.strict(url).split("/")[:3])
    except WebError:
        return url
