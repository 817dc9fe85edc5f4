"""The tagger: compiled watches in, what a text says about each out."""

import functools
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import cast

from dyadwatch.model.mentions import Evidence, Level, Mention, Surface, Tagged, TaggedText
from dyadwatch.tagging.actors.resolution import Actors, resolve
from dyadwatch.tagging.documents.document import Hit, Reading, read
from dyadwatch.tagging.documents.zones import zones
from dyadwatch.tagging.events.cues import Event, Pair, direction
from dyadwatch.tagging.events.modality import attribution, modality, planned, reported_on
from dyadwatch.tagging.events.plover import quad_class, score
from dyadwatch.tagging.events.selection import told
from dyadwatch.tagging.lexicons.language import identify, lexicon_language
from dyadwatch.tagging.lexicons.lexicon import Lexicon, extended, lexicon, lexicon_version
from dyadwatch.tagging.lexicons.matcher import Automaton, Found
from dyadwatch.tagging.relations.document_level import relevance, salience, stances, whole
from dyadwatch.tagging.relations.rerankers import Reranker
from dyadwatch.tagging.relations.reranking import with_second_opinion
from dyadwatch.tagging.relations.scoring import Candidate, candidates, state_candidates
from dyadwatch.tagging.relations.suppression import suppressed
from dyadwatch.tagging.watches.gazetteer import PERSON_KINDS, Post, entries, names_both
from dyadwatch.tagging.watches.watch import SIDES, Side, Watch
from dyadwatch.text.folding import fold
from dyadwatch.text.sentences import first_line

TAGGER_VERSION = "1.2.0"
_CONTEXT = 32
_BACK = 50  # surfaces looked back at for the one who is left out
# Told of as to come, these are AGREE (PLOVER manual, AGREE).
_COOPERATIVE = frozenset({"CONSULT", "SUPPORT", "COOPERATE", "AID"})


class Tagger:
    """Watches compiled into one automaton. Immutable once made: share it between threads, replace it when watches
    change. `tag` is pure and raises on no text; with a `reranker` it is as pure as that, and raises what that raises."""

    def __init__(self, watches: Sequence[Watch], *, reranker: Reranker | None = None) -> None:
        self.watches = tuple(watches)
        self._reranker = reranker
        self._numbers = {watch.id: number for number, watch in enumerate(self.watches)}
        self._automaton: Automaton[Post] = Automaton(
            entry for number, watch in enumerate(self.watches) for entry in entries(number, watch)
        )
        self._lexicons: dict[tuple[str, str], Lexicon] = {
            (watch.id, language): extended(language, words)
            for watch in self.watches
            for language, words in watch.cues.items()
        }

    def tag(
        self,
        text: str,
        *,
        title: str | None = None,
        language: str | None = None,
        published: datetime | date | None = None,
        watches: Collection[str] | None = None,
    ) -> TaggedText:
        """What `text` says about each watch whose actors it names both; with `watches` (ids) about those alone, and
        then also where it names only one of the two.

        Offsets are code points into `text`. `title` is context where the text does not begin with it; `language`
        (BCP 47) is identified where not given; `published` dates the roles."""
        folded = fold(text)
        flat = folded.text.replace("\n", " ")
        posts: dict[int, list[Found[Post]]] = {}
        for post in self._automaton.find(flat):
            posts.setdefault(post.payload.watch, []).append(post)
        language = language or identify(text)
        day = published.date() if isinstance(published, datetime) else published
        readings: dict[str, Reading] = {}  # by watch, where it has words of its own
        tagged: dict[str, Tagged] = {}
        headline = self._sides(title if title is not None else first_line(text))
        for number in sorted(posts):
            watch = self.watches[number]
            if not (names_both(posts[number], folded.text) if watches is None else watch.id in watches):
                continue
            own = watch.id if watch.cues else ""
            if own not in readings:
                lexicons = functools.partial(self._lexicon, watch)
                words = lexicons(lexicon_language(language))
                readings[own] = read(text, folded, flat, words, day, lexicons=lexicons)
            reading = readings[own]
            tagged[watch.id] = _tagged(
                watch,
                reading,
                resolve(reading, watch, posts[number]),
                headline=frozenset(headline.get(number, ())),
                reranker=self._reranker,
            )
        return TaggedText(language, tagged)

    def _sides(self, title: str) -> dict[int, set[Side]]:
        """The sides of each watch that a headline names as persons."""
        sides: dict[int, set[Side]] = {}
        for found in self._automaton.find(fold(title).text) if title else ():
            if found.payload.kind in PERSON_KINDS:
                sides.setdefault(found.payload.watch, set()).add(found.payload.side)
        return sides

    def _lexicon(self, watch: Watch, language: str) -> Lexicon:
        return self._lexicons.get((watch.id, language)) or lexicon(language)


def _tagged(
    watch: Watch,
    reading: Reading,
    actors: Actors,
    *,
    headline: frozenset[Side],
    reranker: Reranker | None,
) -> Tagged:
    """`headline`: the sides that it names."""
    surfaces: dict[str, tuple[Surface, ...]] = {
        side: tuple(_surface(reading, hit) for hit in actors.hits if hit.side == side) for side in SIDES
    }
    both = len(headline) == 2
    found = candidates(reading, actors, headline=both) if all(surfaces.values()) else []
    if reranker is not None:
        found = with_second_opinion(reranker, reading, found)
    person = [candidate for candidate in found if candidate.confidence >= watch.threshold]
    state = [item for item in state_candidates(reading, actors) if item.confidence >= watch.threshold]
    mentions = [mention for item in person + state for mention in _mentions(watch, reading, actors, item)]
    mentions.sort(key=lambda mention: (mention.evidence.start, -mention.confidence))
    mentions = reported_on(reading, mentions)
    between = [mention for mention in mentions if mention.level != "state"]
    parts = zones(reading)
    main = whole(between, parts)
    score = _score(found, certain=bool(person))
    total = len(reading.sentences)
    return Tagged(
        watch.id,
        bool(person),
        score,
        tuple(mentions),
        surfaces,
        event_types=main.event_types,
        direction=main.direction,
        modality=main.modality,
        attribution=main.attribution,
        relevance=relevance(score, len(person), total, headline=both),
        salience={side: _salience(reading, actors, side, headline=side in headline) for side in SIDES},
        stance=stances(between),
        zones=parts,
        suppressed=suppressed(reading, actors, found, state, watch.threshold),
    )


def _score(found: Sequence[Candidate], *, certain: bool) -> float:
    """1 - the product of 1 - confidence; no more than the best where none reaches the threshold."""
    doubt = 1.0
    for candidate in found:
        doubt *= 1 - candidate.confidence
    best = max((candidate.confidence for candidate in found), default=0.0)
    return round(1 - doubt if certain else min(best, 1 - doubt), 4)


def _salience(reading: Reading, actors: Actors, side: Side, *, headline: bool) -> float:
    starts = [hit.start for hit in actors.hits if hit.side == side]
    named = len({reading.at(start) for start in starts})
    first = min(starts, default=0) / max(1, len(reading.text))
    return salience(named, len(reading.sentences), first, headline=headline)


def _mentions(watch: Watch, reading: Reading, actors: Actors, candidate: Candidate) -> list[Mention]:
    """One mention per act that the sentence tells of; a plain tie where it tells of none."""
    acts: Sequence[Event | None] = (
        told(candidate.events, candidate.sentence) or candidate.events[:1] or (None,)
    )
    return [_mention(watch, reading, actors, candidate, event) for event in acts]


def _mention(
    watch: Watch, reading: Reading, actors: Actors, candidate: Candidate, event: Event | None
) -> Mention:
    pair, sentence = candidate.pair, candidate.sentence
    reading = reading.local(sentence)
    said = attribution(reading, sentence, pair, (pair.a, pair.b))
    group = event.cue.payload if event else None
    kind, mode = (group.type, group.mode) if group else (None, None)
    if event and kind in _COOPERATIVE and planned(reading, sentence, event):
        kind, mode = "AGREE", None
    start, end = sentence.source
    return Mention(
        watch=watch.id,
        watch_version=watch.version,
        tagger_version=TAGGER_VERSION,
        level=cast(Level, candidate.level),
        event_type=kind,
        mode=mode,
        quad_class=quad_class(kind),
        score=score(kind, mode),
        direction=direction(reading, sentence, pair, event, candidate.events),
        modality=modality(reading, sentence, pair, event, reported=said is not None, over=watch.left_office),
        attribution=said,
        actors={side: (_shown(reading, actors, pair, side),) for side in SIDES},
        evidence=Evidence(
            reading.given[start:end],
            start,
            end,
            reading.given[max(0, start - _CONTEXT) : start],
            reading.given[end : end + _CONTEXT],
        ),
        confidence=round(candidate.confidence, 4),
        features=_rounded(candidate.features),
        rules=(f"{reading.language}.{group.id}",) if group else (f"{reading.language}.pair",),
        lexicon_version=lexicon_version(),
    )


def _shown(reading: Reading, actors: Actors, pair: Pair, side: Side) -> Surface:
    """An actor as the sentence has him; where it leaves him out, as he was named last before."""
    hit = pair.a if side == "a" else pair.b
    if hit.start < hit.end:
        return _surface(reading, hit)
    here = bisect_left(actors.hits, hit.start, key=lambda one: one.start)
    known = (
        one for one in (*reversed(actors.hits[max(0, here - _BACK) : here]), *actors.hits) if one.side == side
    )
    return _surface(reading, next(known))


def _surface(reading: Reading, hit: Hit) -> Surface:
    start, end = reading.folded.source(hit.start, hit.end)
    return Surface(reading.given[start:end], start, end, hit.kind)


def _rounded(features: Mapping[str, float]) -> dict[str, float]:
    return {name: round(weight, 4) for name, weight in features.items()}
