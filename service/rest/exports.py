"""Alerts in the formats of others, as the client asks for them: `dyadwatch.exports` writes them."""

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import request

from dyadwatch.exports import ACTORS_NAMED, WRITERS, Page
from dyadwatch.store import watches
from dyadwatch.store.alerts import AlertDocument
from service.rest.operations import Call


def export(
    call: Call,
    alerts: Sequence[AlertDocument],
    *,
    following: str | None = None,
    is_one: bool = False,
    hub: str | None = None,
) -> bytes:
    """The alerts in the media type of the response. Raises NotInstalled."""
    base = _base(call)
    documents = [alert.parse() for alert in alerts]
    with call.begin() as db:
        ids = {document["watch"] for document in documents} if call.media in ACTORS_NAMED else set()
        actors = watches.actors(db, ids) if ids else {}
    shown = Page(
        alerts=documents,
        url=own_url(call),
        following=following,
        base=base,
        actors=actors,
        is_one=is_one,
        hub=hub,
    )
    return WRITERS[call.media](shown)


def own_url(call: Call) -> str:
    """Where the list is, from its beginning."""
    query = [item for item in request.args.items(multi=True) if item[0] != "cursor"]
    return f"{_base(call)}{request.path}" + (f"?{urlencode(query)}" if query else "")


def _base(call: Call) -> str:
    return (call.product.settings.public_url or request.host_url).rstrip("/")
