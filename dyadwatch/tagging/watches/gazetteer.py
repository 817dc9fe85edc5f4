"""Every surface of the watches, as entered into the automaton: what it stands for, and for whom."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dyadwatch.tagging.lexicons.matcher import PROCLITIC_LANGUAGES, Entry, Match
from dyadwatch.tagging.lexicons.patterns import spellings
from dyadwatch.tagging.watches.watch import SIDES, Side, Surfaces, Watch
from dyadwatch.text.folding import fold_surface

PERSON_KINDS = frozenset({"name", "alias", "role"})
_LINE = 4_000  # no sentence is longer
_MENTIONED = PERSON_KINDS | {"metonym"}


class GazetteerEntry(NamedTuple):
    """What a surface stands for: an actor of a watch, as what, and (for roles and namesakes) which of the list;
    `languages` are those in which it does."""

    watch: int
    side: Side
    kind: str
    number: int
    languages: tuple[str, ...]


def entries(number: int, watch: Watch) -> Iterable[Entry[GazetteerEntry]]:
    """Every surface of a watch, for the automaton."""
    for side in SIDES:
        actor = watch.actor(side)
        tables: list[tuple[str, int, Surfaces]] = [
            ("name", 0, actor.names),
            ("alias", 0, actor.aliases),
            ("metonym", 0, actor.metonyms),
            ("country", 0, actor.country),
            ("aide", 0, actor.aides),
            ("description", 0, actor.descriptions),
        ]
        tables += [("role", index, role.text) for index, role in enumerate(actor.roles)]
        tables += [("namesake", index, item.text) for index, item in enumerate(actor.namesakes)]
        for kind, index, table in tables:
            posts: dict[tuple[str, ...], GazetteerEntry] = {}  # shared, since there may be many surfaces
            for (surface, fused), languages in _spoken(table).items():
                if languages not in posts:
                    posts[languages] = GazetteerEntry(number, side, kind, index, languages)
                yield Entry(surface, posts[languages], False, fused)


def _spoken(table: Surfaces) -> dict[tuple[str, bool], tuple[str, ...]]:
    """The folded surfaces, each with whether letters may be fused before it, and its languages."""
    spoken: dict[tuple[str, bool], tuple[str, ...]] = {}
    for language, surfaces in table.items():
        fused = language in PROCLITIC_LANGUAGES
        folded = (fold_surface(spelling) for one in surfaces for spelling in spellings(one))
        for surface in dict.fromkeys(folded):
            spoken[surface, fused] = (*spoken.get((surface, fused), ()), language)
    return spoken


def names_both(posts: Sequence[Match[GazetteerEntry]], text: str) -> bool:
    """Whether the surfaces found, in order, can make a mention: a person of each side anywhere, or where a metonym
    stands for one, both sides on one line of `text`."""
    people = {found.payload.side for found in posts if found.payload.kind in PERSON_KINDS}
    if len(people) == 2:
        return True
    last: dict[Side, int] = {}
    for found in posts:
        if found.payload.kind in _MENTIONED:
            side = found.payload.side
            other = last.get("b" if side == "a" else "a")
            if other is not None and found.start - other < _LINE and "\n" not in text[other : found.start]:
                return True
            last[side] = found.start
    return False
