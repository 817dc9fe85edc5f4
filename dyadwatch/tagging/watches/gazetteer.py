"""The gazetteer: every surface of the watches as an entry for the matcher, with what it stands for."""

from collections.abc import Iterable, Sequence

from dyadwatch.model.values import valueclass
from dyadwatch.tagging.lexicons.matcher import Entry, Match, longest
from dyadwatch.tagging.lexicons.patterns import spellings
from dyadwatch.tagging.lexicons.proclitics import LANGUAGES_WITH_PROCLITICS
from dyadwatch.tagging.watches.watch import SIDES, Side, Surfaces, Watch
from dyadwatch.text.folding import Folded, fold_surface

PERSON_KINDS = frozenset({"name", "alias", "role", "organ"})
_MAX_SENTENCE = 4_000  # folded characters
_LONGEST_ACRONYM = 6  # letters
_SHORT = 3  # letters of an acronym that is always written in capitals
_TOLD = PERSON_KINDS | {"namesake"}
_NAMES = frozenset({"name", "alias"})
_MENTION_KINDS = PERSON_KINDS | {"metonym"}


@valueclass(frozen=True, slots=True)
class GazetteerEntry:
    """What a surface stands for: an actor of a watch (by its number), as what `kind`, and, for roles and
    namesakes, which of the list. `languages` are those in which it does; `capitals`: written so alone."""

    watch: int
    side: Side
    kind: str
    number: int
    languages: tuple[str, ...]
    capitals: bool = False


def entries(number: int, watch: Watch) -> Iterable[Entry[GazetteerEntry]]:
    """Every surface of a watch, for the matcher."""
    for side in SIDES:
        for kind, index, table in watch.actor(side).tables():
            # since there may be many surfaces
            shared: dict[tuple[tuple[str, ...], bool], GazetteerEntry] = {}
            capitals = _acronyms(table) if kind in _NAMES else ()
            for (surface, proclitics), languages in _languages_by_surface(table).items():
                which = languages, surface in capitals
                if which not in shared:
                    shared[which] = GazetteerEntry(number, side, kind, index, *which)
                yield Entry(surface, shared[which], False, proclitics)


def written_so(
    matches: Iterable[Match[GazetteerEntry]], text: str, folding: Folded
) -> list[Match[GazetteerEntry]]:
    """The matches in a text without words in small letters that are no acronyms ("who") and no given names
    ("said Assad" is not Said Assad)."""
    return [
        match
        for match in matches
        if (not match.payload.capitals or _has_capitals(match, text, folding))
        and (match.payload.kind != "namesake" or not _begins_small(match, text, folding))
    ]


def _begins_small(match: Match[GazetteerEntry], text: str, folding: Folded) -> bool:
    """Whether the first word of a name is in small letters and the last is not."""
    start, end = folding.source(match.start, match.end)
    last = text.rfind(" ", start, end) + 1
    return last > start and text[start].islower() and text[last].isupper()


def _has_capitals(match: Match[GazetteerEntry], text: str, folding: Folded) -> bool:
    """Whether an acronym is written as such; a long one may only begin with a capital ("Nato")."""
    start, end = folding.source(match.start, match.end)
    return text[start].isupper() and (end - start > _SHORT or text[end - 1].isupper())


def _acronyms(table: Surfaces) -> set[str]:
    """The surfaces that are written in capitals alone, folded."""
    surfaces = [surface for surfaces in table.values() for surface in surfaces]
    acronyms = {fold_surface(surface) for surface in surfaces if _is_acronym(surface)}
    if acronyms:
        acronyms.difference_update(fold_surface(surface) for surface in surfaces if not _is_acronym(surface))
    return acronyms


def _is_acronym(surface: str) -> bool:
    letters = len(surface)
    return letters <= _LONGEST_ACRONYM and surface.isalpha() and 2 * sum(map(str.isupper, surface)) > letters


def _languages_by_surface(table: Surfaces) -> dict[tuple[str, bool], tuple[str, ...]]:
    """The languages of each folded surface, by surface and whether letters may be fused before it."""
    languages: dict[tuple[str, bool], tuple[str, ...]] = {}
    for tag, surfaces in table.items():
        language = tag.partition("-")[0]
        proclitics = language in LANGUAGES_WITH_PROCLITICS
        folded = (fold_surface(spelling) for surface in surfaces for spelling in spellings(surface))
        for surface in dict.fromkeys(folded):
            languages[surface, proclitics] = (*languages.get((surface, proclitics), ()), language)
    return languages


def may_mention_both(watch: Watch, matches: Sequence[Match[GazetteerEntry]], text: str) -> bool:
    """Whether the matches of a watch, in order, can make a mention, or a refusal that is to be told: a person
    or a namesake of each side anywhere (of a state, a word for the country) or, where a metonym stands for
    one, both sides on one line of the folded `text`."""
    return all(
        any(
            match.payload.side == side
            and (match.payload.kind in _TOLD or (match.payload.kind == "country" and side in watch.states))
            for match in matches
        )
        for side in SIDES
    ) or _on_one_line(matches, text)


def lone_namesakes(matches: Sequence[Match[GazetteerEntry]]) -> list[Match[GazetteerEntry]]:
    """The namesakes of a text that names neither actor; none where it names one."""
    if not any(match.payload.kind == "namesake" for match in matches):
        return []
    outermost = longest(matches)
    if any(match.payload.kind in PERSON_KINDS for match in outermost):
        return []
    return [match for match in outermost if match.payload.kind == "namesake"]


def _on_one_line(matches: Sequence[Match[GazetteerEntry]], text: str) -> bool:
    last: dict[Side, int] = {}
    for match in matches:
        if match.payload.kind not in _MENTION_KINDS:
            continue
        side = match.payload.side
        other = last.get("b" if side == "a" else "a")
        if other is not None and _is_one_line(text, other, match.start):
            return True
        last[side] = match.start
    return False


def _is_one_line(text: str, start: int, end: int) -> bool:
    return end - start < _MAX_SENTENCE and "\n" not in text[start:end]
