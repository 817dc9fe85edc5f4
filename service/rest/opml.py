"""OPML: lists of sources as other feed readers export and import them."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from dyadwatch import feeds
from dyadwatch.model.sources import SourceView
from dyadwatch.store import sources
from service.rest.operations import Call, Operation, Transaction
from service.rest.requests import Body
from service.rest.responses import Answer

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
    """How many sources were added, and how many were watched already."""

    added: int
    known: int


def export_opml(call: Call) -> Answer:
    """Every source with its feeds."""
    found: list[SourceView] = []
    cursor = None
    with call.begin() as db:
        while True:
            page = sources.page(db, limit=_PAGE, cursor=cursor)
            found += page.data
            if page.next is None:
                return Answer(Opml(feeds.opml.write(found).decode()))
            cursor = page.next


def import_opml(call: Call, body: OpmlBody) -> Answer:
    """Watches every source of the document that is not watched yet."""
    wanted = feeds.opml.read(body.opml.encode())

    def action(db: Transaction) -> Answer:
        added = sources.ensure(db, wanted)
        return Answer(Imported(added, len(wanted) - added))

    return call.once(action)


OPERATIONS = (
    Operation("GET", "/v1/opml", export_opml, "Export the sources as OPML", "read", Opml),
    Operation("POST", "/v1/opml", import_opml, "Import sources from OPML", "write", Imported, repeats=True),
)
