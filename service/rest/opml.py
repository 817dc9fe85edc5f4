"""OPML: lists of feeds in the format that feed readers exchange."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field

from dyadwatch import feeds
from dyadwatch.errors import WebError
from dyadwatch.model.sources import NewSource, SourceView
from dyadwatch.store import sources
from service.rest.operations import Call, Operation, Transaction
from service.rest.requests import Body, UrlChecker
from service.rest.responses import ApiResponse

_PAGE = 200


class OpmlBody(Body):
    """An OPML document, as text."""

    opml: Annotated[str, Field(min_length=1, max_length=2_000_000)]


@dataclass(frozen=True, slots=True)
class Opml:
    """An OPML 2.0 document, as text."""

    opml: str


@dataclass(frozen=True, slots=True)
class Imported:
    """How many sources were added, and how many existed already. `refused`: feeds that could never be
    requested, since their URL is malformed or their address not public."""

    added: int
    known: int
    refused: tuple[str, ...]


def export_opml(call: Call) -> ApiResponse:
    """All sources with their feeds, as an OPML 2.0 document inside JSON."""
    views: list[SourceView] = []
    cursor = None
    with call.begin() as db:
        while True:
            page = sources.page(db, limit=_PAGE, cursor=cursor)
            views += page.data
            if page.next is None:
                return ApiResponse(Opml(feeds.opml.write(views).decode()))
            cursor = page.next


def import_opml(call: Call, body: OpmlBody) -> ApiResponse:
    """Adds the sources of the document that do not exist yet."""
    new, refused = _usable(call.product.sandbox.call(feeds.opml.read, body.opml.encode()), call.product.web)

    def action(db: Transaction) -> ApiResponse:
        added = sources.ensure(db, new)
        return ApiResponse(Imported(added, len(new) - added, refused))

    return call.once(action)


def _usable(listed: Sequence[NewSource], web: UrlChecker) -> tuple[list[NewSource], tuple[str, ...]]:
    """The sources with the feeds that could be requested, and the URLs of the others."""
    usable, refused = [], []
    for source in listed:
        kept = []
        for feed in source.feeds:
            try:
                web.check(feed.url)
            except WebError:
                refused.append(feed.url)
            else:
                kept.append(feed)
        if kept:
            usable.append(replace(source, feeds=tuple(kept)))
    return usable, tuple(refused)


OPERATIONS = (
    Operation("GET", "/v1/opml", export_opml, "Export the sources as OPML", "read", Opml),
    Operation(
        "POST",
        "/v1/opml",
        import_opml,
        "Import sources from OPML",
        "write",
        Imported,
        idempotent=True,
        lane="cpu",
    ),
)
