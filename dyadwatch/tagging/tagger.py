"""The tagger: compiled watches in, what a text says about each out."""

import functools
import math
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from dyadwatch.model.mentions import Evidence, Mention, Suppressed, Surface, Tagged, TaggedText, Trigger
from dyadwatch.tagging.actors.resolution import Actors, resolve
from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.documents.document import ActorSpan, Document, make_document
from dyadwatch.tagging.documents.zones import zones
from dyadwatch.tagging.events.acting import weighed_direction
from dyadwatch.tagging.events.attribution import attribution, carry_attribution
from dyadwatch.tagging.events.coder import code_events
from dyadwatch.tagging.events.fitting import Event
from dyadwatch.tagging.events.plover import quad_class, score
from dyadwatch.tagging.events.stating import weighed_modality
from dyadwatch.tagging.lexicons.lexicon import Lexicon, extend, lexicon, lexicon_language, lexicon_version
from dyadwatch.tagging.lexicons.matcher import Automaton, Match
from dyadwatch.tagging.occasions.occasions import occasions
from dyadwatch.tagging.relations import guarding
from dyadwatch.tagging.relations.candidates import candidates, state_candidates
from dyadwatch.tagging.relations.continuing import go_on
from dyadwatch.tagging.relations.document_level import relevance, salience, stances, summarize
from dyadwatch.tagging.relations.rerankers import Reranker
from dyadwatch.tagging.relations.reranking import rerank
from dyadwatch.tagging.relations.scoring import Candidate
from dyadwatch.tagging.relations.suppression import MAX_SUPPRESSED, find_suppressed
from dyadwatch.tagging.watches.gazetteer import (
    PERSON_KINDS,
    GazetteerEntry,
    entries,
    lone_namesakes,
    may_mention_both,
    written_so,
)
from dyadwatch.tagging.watches.watch import SIDES, Side, Watch
from dyadwatch.text import bounds
from dyadwatch.text.folding import Folded, fold
from dyadwatch.text.language import identify
from dyadwatch.text.sentences import first_line

TAGGER_VERSION = "1.28.0"
MAX_MENTIONS = 100  # of one text that are returned
_CONTEXT = 32
_MUCH = 0.25  # log-odds of a feature from which it is named
_BACK = 50  # mentions looked back at for an actor whom a sentence leaves out


Surfaces = Mapping[ActorSpan, Surface]  # of the actors' spans, in order


class Tagger:
    """Watches compiled into one automaton. Immutable once made: share it between threads, replace it when
    watches change. `tag` is pure and never raises, whatever the text; with a `reranker` it is as pure as
    that, and raises what that raises."""

    def __init__(self, watches: Sequence[Watch], *, reranker: Reranker | None = None) -> None:
        self.watches = tuple(watches)
        self._reranker = reranker
        self._automaton: Automaton[GazetteerEntry] = Automaton(
            entry for number, watch in enumerate(self.watches) for entry in entries(number, watch)
        )
        self._lexicons: dict[tuple[str, str], Lexicon] = {
            (watch.id, language): extend(language, words)
            for watch in self.watches
            for language, words in watch.cues.items()
        }

    def tag(  # noqa: PLR0913  (what is known of the text, and what is asked of it, by keyword)
        self,
        text: str,
        *,
        title: str | None = None,
        language: str | None = None,
        published: datetime | date | None = None,
        watches: Collection[str] | None = None,
        only: Collection[str] | None = None,
        max_length: int | None = None,
        host: str = "",
    ) -> TaggedText:
        """What `text` says about each watch of which it names both actors; `only` about some of these, by
        their ids; with `watches` (ids), about those alone, also where it names only one of the two.

        Offsets are code points into `text`, of which no more than `max_length` are read. `title` is context
        where the text does not begin with it; `language` (BCP 47) is identified where not given; `published`
        dates the roles; `host` is where the text was published, for the rules of a watch on sources."""
        tagged_to = None if max_length is None else bounds.tagged_to(text, max_length)
        text = text[:tagged_to]
        folding = fold(text)
        language = language or identify(text)
        all_matches = self._matches(text, folding, only)
        headline = self._sides(first_line(text) if title is None else title, text, folding, all_matches)
        documents: dict[str, Document] = {}  # by watch, where it has words of its own
        tagged: dict[str, Tagged] = {}
        for number, matches in all_matches.items():
            watch = self.watches[number]
            asked = may_mention_both(watch, matches, folding.text) if watches is None else watch.id in watches
            if not asked:
                lone = lone_namesakes(matches) if watches is None else ()
                tagged.update(_refuse_namesakes(watch, lone, text, folding))
                continue
            own = watch.id if watch.cues else ""
            if own not in documents:
                documents[own] = self._document(watch, text, folding, language, published)
            actors, sides = resolve(documents[own], watch, matches), frozenset(headline.get(number, ()))
            result = _tag_watch(watch, documents[own], actors, sides, published, self._reranker)
            tagged[watch.id] = guarding.refuse_source(watch, result, host)
        return TaggedText(language, _read_to(tagged_to, tagged))

    def _document(
        self,
        watch: Watch,
        text: str,
        folding: Folded,
        language: str | None,
        published: datetime | date | None,
    ) -> Document:
        """A text as the lexicons of a watch read it."""
        day = published.date() if isinstance(published, datetime) else published
        lexicons = functools.partial(self._lexicon, watch)
        words, flat = lexicons(lexicon_language(language)), folding.text.replace("\n", " ")
        return make_document(text, folding, flat, words, day, lexicons=lexicons)

    def _matches(
        self, text: str, folding: Folded, only: Collection[str] | None
    ) -> dict[int, list[Match[GazetteerEntry]]]:
        """The matches of each watch, or of some `only`, that has some, by its number, in order."""
        matches: dict[int, list[Match[GazetteerEntry]]] = {}
        folded_text = folding.text.replace("\n", " ")
        for match in written_so(self._automaton.find(folded_text), text, folding):
            matches.setdefault(match.payload.watch, []).append(match)
        return {
            number: matches[number]
            for number in sorted(matches)
            if only is None or self.watches[number].id in only
        }

    def _sides(
        self,
        headline: str,
        text: str,
        folding: Folded,
        matches: Mapping[int, Sequence[Match[GazetteerEntry]]],
    ) -> dict[int, set[Side]]:
        """The sides of each watch that a headline names as persons: as `matches` of the text tell, where it
        begins with the headline."""
        if not headline:
            return {}
        if text.startswith(f"{headline}\n"):
            end = folding.folded(len(headline))
            named = [one for some in matches.values() for one in some if one.end <= end]
        else:
            folding = fold(headline)
            named = written_so(self._automaton.find(folding.text), headline, folding)
        sides: dict[int, set[Side]] = {}
        for match in named:
            if match.payload.kind in PERSON_KINDS:
                sides.setdefault(match.payload.watch, set()).add(match.payload.side)
        return sides

    def _lexicon(self, watch: Watch, language: str) -> Lexicon:
        return self._lexicons.get((watch.id, language)) or lexicon(language)


def _tag_watch(
    watch: Watch,
    document: Document,
    actors: Actors,
    headline: frozenset[Side],
    published: datetime | date | None,
    reranker: Reranker | None,
) -> Tagged:
    """What a document says about one watch; `headline`: the sides that the headline names."""
    surfaces = {span: _surface(document, span) for span in actors.spans}
    by_side = _by_side(surfaces)
    both = len(headline) == len(SIDES)
    persons = _persons(watch, document, actors, headline, reranker) if all(by_side.values()) else []
    states = _certain(watch, state_candidates(document, actors))
    (persons, states), refused = guarding.refuse_phrases(watch, persons, states)
    related, scored = _verdict(watch, persons, states)
    mentions = _mentions(watch, document, surfaces, [*_certain(watch, persons), *states])
    unused = () if related is states else states
    telling = [mention for mention in mentions if related is states or mention.level != "state"]
    parts = zones(document)
    main = summarize(telling)
    total = _score(scored, certain=bool(related))
    return Tagged(
        watch.id,
        bool(related),
        total,
        _most_confident(mentions),
        by_side,
        event_types=main.event_types,
        direction=main.direction,
        modality=main.modality,
        attribution=main.attribution,
        relevance=relevance(total, _indexes(related), len(document.sentences), headline=both),
        salience={side: _salience(document, actors, side, headline=side in headline) for side in SIDES},
        stance=stances(telling),
        zones=parts,
        suppressed=find_suppressed(document, actors, persons, unused, watch.threshold, refused),
        mention_count=len(mentions),
        events=occasions(document, telling, parts, actors.spans, published) if related else (),
    )


def _refuse_namesakes(
    watch: Watch,
    namesakes: Sequence[Match[GazetteerEntry]],
    text: str,
    folding: Folded,
) -> dict[str, Tagged]:
    """What a text says of a watch of which it names only namesakes: whom it does not mean; by watch, empty
    where there are none."""
    if not namesakes:
        return {}
    spans = sorted({folding.source(one.start, one.end) for one in namesakes})
    refusals = [
        Suppressed("namesake", text[start:end], start, end, "actors.namesake")
        for start, end in spans[:MAX_SUPPRESSED]
    ]
    nobody: dict[str, tuple[Surface, ...]] = dict.fromkeys(SIDES, ())
    return {watch.id: Tagged(watch.id, False, 0.0, (), nobody, suppressed=tuple(refusals))}


def _read_to(end: int | None, tagged: dict[str, Tagged]) -> dict[str, Tagged]:
    """The same of a text that was read up to `end`, None where all of it was."""
    if end is None:
        return tagged
    return {watch: replace(one, tagged_to=end) for watch, one in tagged.items()}


def _persons(
    watch: Watch,
    document: Document,
    actors: Actors,
    headline: frozenset[Side],
    reranker: Reranker | None,
) -> list[Candidate]:
    """The candidates between the persons: by their clauses, then by what the text says around them."""
    persons = candidates(document, actors, headline=len(headline) == len(SIDES))
    if reranker is not None:
        persons = rerank(reranker, persons)
    return go_on(document, actors, persons, watch.threshold, headline)


def _verdict(
    watch: Watch, persons: Sequence[Candidate], states: Sequence[Candidate]
) -> tuple[Sequence[Candidate], Sequence[Candidate]]:
    """The candidates that make the relationship, and those that its score is of: those between the states
    where the watch asks for them and nothing relates the persons."""
    related = _certain(watch, persons)
    if states and not related and watch.level == "state":
        return states, states
    return related, persons


def _most_confident(mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """As many as may be returned, those between persons before others, in the order given."""
    ranked = sorted(mentions, key=lambda mention: (mention.level == "state", -mention.confidence))
    kept = {id(mention) for mention in ranked[:MAX_MENTIONS]}
    return tuple(mention for mention in mentions if id(mention) in kept)


def _by_side(surfaces: Surfaces) -> dict[str, tuple[Surface, ...]]:
    return {side: tuple([one for span, one in surfaces.items() if span.side == side]) for side in SIDES}


def _certain(watch: Watch, scored: Sequence[Candidate]) -> list[Candidate]:
    return [candidate for candidate in scored if candidate.confidence >= watch.threshold]


def _score(persons: Sequence[Candidate], *, certain: bool) -> float:
    """1 - the product of 1 - confidence; no more than the best where none reaches the threshold."""
    doubt = 1.0
    for candidate in persons:
        doubt *= 1 - candidate.confidence
    best = max((candidate.confidence for candidate in persons), default=0.0)
    return round(1 - doubt if certain else min(best, 1 - doubt), 4)


def _indexes(candidates: Iterable[Candidate]) -> list[int]:
    """The sentences that candidates stand in, in order."""
    return sorted(candidate.sentence.index for candidate in candidates)


def _salience(document: Document, actors: Actors, side: Side, *, headline: bool) -> float:
    spans = [span for span in actors.spans if span.side == side]
    first = spans[0].start / len(document.folded_text) if spans else 0.0
    return salience(len(document.by_sentence(spans)), len(document.sentences), first, headline=headline)


def _mentions(
    watch: Watch, document: Document, surfaces: Surfaces, sure: Sequence[Candidate]
) -> list[Mention]:
    """The mentions of the candidates, in order of the text and, of one sentence, of confidence."""
    mentions = [
        _mention(watch, surfaces, candidate, event) for candidate in sure for event in _events(candidate)
    ]
    mentions.sort(key=lambda mention: (mention.evidence.start, -mention.confidence))
    return carry_attribution(document, mentions)


def _events(candidate: Candidate) -> Sequence[Event | None]:
    """The events that a clause reports, each of which is a mention; None where no word says what it is."""
    return code_events(candidate.clause, candidate.events) or (None,)


def _mention(watch: Watch, surfaces: Surfaces, candidate: Candidate, event: Event | None) -> Mention:
    clause = candidate.clause
    document = clause.document
    source = attribution(clause)
    group = event.cue.payload if event else None
    kind, mode = (group.type, group.mode) if group else (None, None)
    start, end = clause.sentence.source
    return Mention(
        watch=watch.id,
        watch_version=watch.version,
        tagger_version=TAGGER_VERSION,
        level=candidate.level,
        event_type=kind,
        mode=mode,
        quad_class=quad_class(kind),
        score=score(kind, mode),
        direction=weighed_direction(clause, event, candidate.events),
        modality=weighed_modality(clause, event, reported=source is not None, over=watch.left_office),
        attribution=source,
        actors={side: (_visible_surface(clause, surfaces, side),) for side in SIDES},
        evidence=Evidence(
            document.text[start:end],
            start,
            end,
            document.text[max(0, start - _CONTEXT) : start],
            document.text[end : end + _CONTEXT],
        ),
        confidence=round(candidate.confidence, 4),
        features=_heaviest(candidate),
        rules=(f"{document.language}.{group.id}",) if group else (f"{document.language}.pair",),
        lexicon_version=lexicon_version(),
        trigger=_trigger(clause, event) if event else None,
    )


def _trigger(clause: Clause, event: Event) -> Trigger | None:
    """The words that an event was told by, where they stand in the sentence that is the evidence."""
    document = clause.document
    start, end = document.folding.source(event.cue.start, event.cue.end)
    first, last = clause.sentence.source
    text = document.text[start:end]
    return Trigger(text, start, end) if first <= start < end <= last else None


def _visible_surface(clause: Clause, surfaces: Surfaces, side: Side) -> Surface:
    """An actor as the sentence has him; where it leaves him out, as he was named last before."""
    span = clause.a if side == "a" else clause.b
    if span.start < span.end:
        return surfaces.get(span) or _surface(clause.document, span)
    spans = list(surfaces)
    here = bisect_left(spans, span.start, key=lambda one: one.start)
    before = reversed(spans[max(0, here - _BACK) : here])
    return surfaces[next(one for one in (*before, *spans) if one.side == side)]


def _surface(document: Document, span: ActorSpan) -> Surface:
    start, end = document.folding.source(span.start, span.end)
    return Surface(document.text[start:end], start, end, span.kind)


def _heaviest(candidate: Candidate) -> dict[str, float]:
    """The features that weigh much, for or against, and the sum of the others, so that all add up to the
    log-odds."""
    weights = candidate.features.items()
    heavy = dict(sorted([(name, weight) for name, weight in weights if not -_MUCH < weight < _MUCH]))
    return {**heavy, "others": round(candidate.log_odds - math.fsum(heavy.values()), 4)}
