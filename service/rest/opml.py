"""OPML: lists of feeds in the format that feed readers exchange."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field

from dyadwatch import feeds
from dyadwatch.feeds.opml import OmittedFeed
from dyadwatch.model.sources import SourceView
from dyadwatch.store import feeds as rows
from dyadwatch.store import sources
from service.rest.operations import JSON, Call, Operation, Transaction
from service.rest.requests import Body
from service.rest.responses import ApiResponse

_PAGE = 200
_UNUSABLE = ("url_invalid", "blocked_address")


OPML = "text/x-opml"


class OpmlBody(Body):
    """An OPML document, as text; it may also be the body itself, as a file of a feed reader is."""

    other_media: ClassVar = (OPML, "application/xml", "text/xml")

    opml: Annotated[str, Field(min_length=1, max_length=2_000_000)]

    @staticmethod
    def from_bytes(raw: bytes) -> "OpmlBody":
        """A body that is the document, whose encoding it names itself."""
        return _OpmlFile.model_construct(opml="", raw=raw)

    @property
    def document(self) -> bytes:
        """The bytes of the document."""
        return self.opml.encode()


class _OpmlFile(OpmlBody):
    raw: bytes

    @property
    def document(self) -> bytes:
        return self.raw


@dataclass(frozen=True, slots=True)
class Opml:
    """An OPML 2.0 document, as text."""

    opml: str


@dataclass(frozen=True, slots=True)
class OpmlImport:
    """How many sources were added, and how many existed already. `left_out`: the outlines that brought no
    feed, each with the reason and its code; `refused`: the URLs of those that could never be requested."""

    added: int
    known: int
    refused: tuple[str, ...]
    left_out: tuple[OmittedFeed, ...]


def export_opml(call: Call) -> ApiResponse:
    """All sources with their feeds, as an OPML 2.0 document: inside JSON, or as it is where Accept asks for
    text/x-opml."""
    views: list[SourceView] = []
    cursor = None
    with call.begin() as db:
        while True:
            page = sources.page(db, limit=_PAGE, cursor=cursor, max_feeds=None)
            views += page.data
            if page.next is None:
                document = feeds.opml.write(views)
                if call.media == OPML:
                    return ApiResponse(document, media=OPML)
                return ApiResponse(Opml(document.decode()))
            cursor = page.next


def import_opml(call: Call, body: OpmlBody) -> ApiResponse:
    """Adds the sources of the document that do not exist yet."""
    listed = call.product.sandbox.call(feeds.opml.read, body.document).checked(call.product.web.check)

    def action(db: Transaction) -> ApiResponse:
        added = sources.ensure(db, listed.sources)
        left_out = listed.not_added(rows.existing_urls(db, listed.urls))
        refused = tuple(item.url for item in left_out if item.code in _UNUSABLE)
        return ApiResponse(OpmlImport(added, len(listed.sources) - added, refused, left_out))

    return call.once(action)


OPERATIONS = (
    Operation("GET", "/v1/opml", export_opml, "Export the sources as OPML", "read", Opml, media=(JSON, OPML)),
    Operation(
        "POST",
        "/v1/opml",
        import_opml,
        "Import sources from OPML",
        "curate",
        OpmlImport,
        idempotent=True,
        lane="cpu",
    ),
)
