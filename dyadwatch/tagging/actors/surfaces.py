"""The surfaces of a watch in a document: the matches that count, by position, and the days of which a
sentence tells."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain

from dyadwatch.model.values import valueclass
from dyadwatch.tagging.documents.document import MAX_FLASHBACK, Document, Sentence
from dyadwatch.tagging.lexicons.matcher import Match, longest
from dyadwatch.tagging.lexicons.organs import organ_span
from dyadwatch.tagging.watches.gazetteer import PERSON_KINDS, GazetteerEntry
from dyadwatch.tagging.watches.watch import SIDES, Actor, Side, Watch

GazetteerMatch = Match[GazetteerEntry]
Period = tuple[date, date]  # the first and the last day

# Of surfaces with the same span, the lower wins.
_RANK = {
    "name": 0,
    "namesake": 1,
    "role": 2,
    "alias": 3,
    "aide": 4,
    "description": 5,
    "metonym": 6,
    "organ": 7,
}
_OFFICES = frozenset({"role", "organ"})
_WINDOW = 80  # folded characters around a surface in which another may bear on it


@valueclass(frozen=True, slots=True)
class Surfaces:
    """The surfaces in a document, in order. `identifying` are those that say whom a bare alias means: full
    names, and namesakes that shadow the actor; `first_names` the first full name of each side; `bearers` the
    first namesake of each surname (folded), where nothing names the actor in full or by an office; `persons`
    and `aliases` the offsets of surfaces that mean each actor himself, and of his bare names; `countries`
    those of words for his country, `places` those of both."""

    document: Document
    watch: Watch
    all: Sequence[GazetteerMatch]
    starts: Sequence[int]
    identifying: Mapping[Side, Sequence[GazetteerMatch]]
    first_names: Mapping[Side, GazetteerMatch | None]
    bearers: Mapping[Side, Mapping[str, GazetteerMatch]]
    persons: Mapping[Side, Sequence[int]]
    aliases: Mapping[Side, Sequence[int]]
    countries: Mapping[Side, Sequence[int]]
    places: frozenset[int]

    def near(self, surface: GazetteerMatch) -> Sequence[GazetteerMatch]:
        """The other surfaces around one."""
        low = bisect_left(self.starts, surface.start - _WINDOW)
        high = bisect_right(self.starts, surface.end + _WINDOW)
        return [other for other in self.all[low:high] if other is not surface]

    def sentence_of(self, surface: GazetteerMatch) -> Sentence:
        return self.document.sentences[self.document.sentence_at(surface.start)]

    def actor_of(self, surface: GazetteerMatch) -> Actor:
        return self.watch.actor(surface.payload.side)


def find_surfaces(document: Document, watch: Watch, matches: Sequence[GazetteerMatch]) -> Surfaces:
    """The surfaces that `matches` come to: within a longer one the shorter means nothing, and of several with
    the same span one is chosen."""
    surfaces = _choose(document, watch, [*matches, *_organs(document, watch, matches)])
    identifying = {side: _identifying(watch.actor(side), side, surfaces) for side in SIDES}
    countries = _starts(matches, {"country"})
    return Surfaces(
        document=document,
        watch=watch,
        all=surfaces,
        starts=[surface.start for surface in surfaces],
        identifying=identifying,
        first_names={side: _first_name(identifying[side]) for side in SIDES},
        bearers={side: {} if identifying[side] else _bearers(document, side, surfaces) for side in SIDES},
        persons=_starts(surfaces, PERSON_KINDS),
        aliases=_starts(surfaces, {"alias"}),
        countries=countries,
        places=frozenset(chain.from_iterable(countries.values())),
    )


def _organs(document: Document, watch: Watch, matches: Sequence[GazetteerMatch]) -> Iterator[GazetteerMatch]:
    """Those through whom a state acts, as its country calls them ("Turkish warplanes")."""
    if not watch.states:
        return
    text = document.folded_text
    ends = [0, *sorted(match.end for match in matches)]
    starts = [*sorted(match.start for match in matches), len(text)]
    persons = [match for match in matches if match.payload.kind in PERSON_KINDS]
    for match in matches:
        start, end, entry = match.start, match.end, match.payload
        if entry.kind != "country" or entry.side not in watch.states or _overlaps_any(match, persons):
            continue
        lexicon = document.sentences[document.sentence_at(start)].lexicon
        within = ends[bisect_right(ends, start) - 1], starts[bisect_left(starts, end)]
        span = organ_span(lexicon, text, start, end, within)
        if span:
            yield Match(*span, replace(entry, kind="organ"))


def _overlaps_any(match: GazetteerMatch, others: Iterable[GazetteerMatch]) -> bool:
    return any(other.start < match.end and match.start < other.end for other in others)


def _choose(document: Document, watch: Watch, matches: Sequence[GazetteerMatch]) -> list[GazetteerMatch]:
    """One surface for each span, of the longest that overlap."""
    best: dict[tuple[int, int], GazetteerMatch] = {}
    for surface in longest([match for match in matches if _counts(match, document)]):
        rival = best.get((surface.start, surface.end))
        if rival is None or _wins(surface, rival, watch, document):
            best[surface.start, surface.end] = surface
    return list(best.values())


def _starts(surfaces: Sequence[GazetteerMatch], kinds: Collection[str]) -> dict[Side, list[int]]:
    """Where those of some kinds begin, by side."""
    starts: dict[Side, list[int]] = {"a": [], "b": []}
    for surface in surfaces:
        if surface.payload.kind in kinds:
            starts[surface.payload.side].append(surface.start)
    return starts


def _identifying(actor: Actor, side: Side, surfaces: Sequence[GazetteerMatch]) -> list[GazetteerMatch]:
    return [one for one in surfaces if one.payload.side == side and _identifies(actor, one)]


def _first_name(identifying: Sequence[GazetteerMatch]) -> GazetteerMatch | None:
    return next((one for one in identifying if one.payload.kind == "name"), None)


def _bearers(document: Document, side: Side, surfaces: Sequence[GazetteerMatch]) -> dict[str, GazetteerMatch]:
    """By each surname that it may end in, the first namesake of an actor whom no office names."""
    own = [surface for surface in surfaces if surface.payload.side == side]
    if any(surface.payload.kind in _OFFICES for surface in own):
        return {}
    bearers: dict[str, GazetteerMatch] = {}
    for surface in own:
        if surface.payload.kind == "namesake":
            words = document.folded_text[surface.start : surface.end].split(" ")
            for index in range(1, len(words)):
                bearers.setdefault(" ".join(words[index:]), surface)
    return bearers


def _counts(match: GazetteerMatch, document: Document) -> bool:
    """Whether a match is a surface at all: aliases only in their language; countries are context."""
    kind, languages = match.payload.kind, match.payload.languages
    if kind != "alias" or "und" in languages:
        return kind != "country"
    return document.sentences[document.sentence_at(match.start)].lexicon.language in languages


def _wins(surface: GazetteerMatch, rival: GazetteerMatch, watch: Watch, document: Document) -> bool:
    """Of two with the same span: the stronger kind; of two roles with the same words, the one held at the
    time."""
    kind, rival_kind = surface.payload.kind, rival.payload.kind
    if _RANK[kind] != _RANK[rival_kind]:
        return _RANK[kind] < _RANK[rival_kind]
    if kind != "role":
        return False
    role = watch.actor(surface.payload.side).roles[surface.payload.number]
    return overlaps(role.start, role.until, period_of(document, surface.start))


def _identifies(actor: Actor, surface: GazetteerMatch) -> bool:
    entry = surface.payload
    return entry.kind == "name" or (entry.kind == "namesake" and actor.namesakes[entry.number].shadows)


def period_of(document: Document, offset: int, *, flashback: bool = True) -> Period | None:
    """The days of which a sentence tells: those of the one year that it names or, with none, that its
    paragraph named before (`flashback`); else the day of publication."""
    here = document.sentence_at(offset)
    first = max(document.paragraph_starts[here], here - MAX_FLASHBACK) if flashback else here
    years_by_sentence = (document.sentences[index].years for index in range(here, first - 1, -1))
    years = next((years for years in years_by_sentence if years), ())
    if len(years) == 1 and (document.published is None or years[0] < document.published.year):
        return date(years[0], 1, 1), date(years[0], 12, 31)
    return (document.published, document.published) if document.published else None


def overlaps(start: date | None, until: date | None, period: Period | None) -> bool:
    """Whether something that began at `start` and ended before `until` (None: open) holds in a period; of an
    unknown period, that it may."""
    return period is None or ((start is None or period[1] >= start) and (until is None or period[0] < until))
