"""Refusals: why a surface does not mean the actor himself."""

from dyadwatch.model.mentions import Reason
from dyadwatch.tagging.actors.aliases import refuse_alias
from dyadwatch.tagging.actors.neighbours import stands_beside
from dyadwatch.tagging.actors.roles import refuse_role
from dyadwatch.tagging.actors.surfaces import GazetteerMatch, Surfaces


def refuse(surfaces: Surfaces, surface: GazetteerMatch) -> Reason | None:
    """Why a surface does not mean the actor himself; None where it does."""
    kind = surface.payload.kind
    if kind == "metonym":
        return "metonym"
    if kind == "namesake":
        return "namesake"
    if _is_metonymic(surfaces, surface):
        return "metonym"
    if kind == "name":
        return None
    if kind == "organ":
        return "expired_role" if stands_beside(surfaces, surface, "late", after=False) else None
    return refuse_alias(surfaces, surface) if kind == "alias" else refuse_role(surfaces, surface)


def _is_metonymic(surfaces: Surfaces, surface: GazetteerMatch) -> bool:
    """Whether what stands beside a person's name makes it that of his state ("the Assad regime", "forces of
    Assad"). Where the actor is a state or a body itself, what is its own acts for it."""
    if surfaces.actor_of(surface).pronouns == "it":
        return False
    if stands_beside(surfaces, surface, "metonym_before", after=False):
        return True
    return surface.payload.kind != "role" and _modifies(surfaces, surface)


def _modifies(surfaces: Surfaces, surface: GazetteerMatch) -> bool:
    """Whether a name only says whose something is: "Assad regime", "Assad-held"."""
    if stands_beside(surfaces, surface, "metonym_after", after=True):
        return True
    hyphenated = surfaces.document.folded_text.startswith("-", surface.end)
    return hyphenated and stands_beside(surfaces, surface, "metonym_hyphen", after=True)
