"""Packs: lists of sources, by region or language, that are added at once."""

from dataclasses import dataclass

from dyadwatch import feeds
from dyadwatch.errors import NotFound
from dyadwatch.model.pagination import ListPage
from dyadwatch.model.sources import SourcePack
from dyadwatch.store import sources
from service.rest.operations import Call, Operation, Transaction
from service.rest.responses import ApiResponse, list_response


@dataclass(frozen=True, slots=True)
class PackView:
    """A pack, with the names of its sources."""

    id: str
    title: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddedPack:
    """How many sources of a pack were added, and how many were there already."""

    added: int
    known: int


def list_packs(call: Call) -> ApiResponse:  # noqa: ARG001  # every view gets it
    """Their feeds are those that the publishers name; a pack is no promise that each of them answers."""
    packs = (PackView(pack.id, pack.title, _names(pack)) for pack in feeds.starter_packs())
    return list_response(ListPage(tuple(packs), None))


def add_pack(call: Call, slug: str) -> ApiResponse:
    """Adds the sources of a pack that are not there yet, with what is known of their publishers."""
    pack = next((pack for pack in feeds.starter_packs() if pack.id == slug), None)
    if pack is None:
        raise NotFound(f"There is no pack {slug!r}.")

    def action(db: Transaction) -> ApiResponse:
        added = sources.ensure(db, pack.sources)
        return ApiResponse(AddedPack(added, len(pack.sources) - added))

    return call.once(action)


def _names(pack: SourcePack) -> tuple[str, ...]:
    return tuple(source.name for source in pack.sources)


OPERATIONS = (
    Operation("GET", "/v1/source-packs", list_packs, "List packs of sources", "read", PackView, many=True),
    Operation(
        "POST",
        "/v1/source-packs/{slug}",
        add_pack,
        "Add a pack of sources",
        "curate",
        AddedPack,
        idempotent=True,
    ),
)
