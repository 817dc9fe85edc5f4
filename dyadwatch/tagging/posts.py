"""Every surface of the watches, as entered into the automaton: what it stands for, and for whom."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dyadwatch.tagging.automaton import PROCLITIC_LANGUAGES, Entry, Found
from dyadwatch.tagging.fold import fold_surface
from dyadwatch.tagging.surfaces import spellings
from dyadwatch.tagging.watch import SIDES, Side, Surfaces, Watch

PERSON_KINDS = frozenset({"name", "alias", "role"})
_LINE = 4_000  # no sentence is longer
_MENTIONED = PERSON_KINDS | {"metonym"}


class Post(NamedTuple):
    """What a surface stands for: an actor of a watch, as what, and (for roles and namesakes) which of the list."""

    watch: int
    side: Side
    kind: str
    number: int
    language: str


def entries(number: int, watch: Watch) -> Iterable[Entry[Post]]:
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
            for language, surfaces in table.items():
                seen = {fold_surface(spelling) for surface in surfaces for spelling in spellings(surface)}
                post = Post(number, side, kind, index, language)
                fused = language in PROCLITIC_LANGUAGES
                for surface in sorted(seen):
                    yield Entry(surface, post, False, fused)


def names_both(posts: Sequence[Found[Post]], text: str) -> bool:
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
