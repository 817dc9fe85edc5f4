"""The tagger: compiled watches in, what a text says about each out."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import cast

from dyadwatch.model.mentions import Evidence, Level, Mention, Surface, Tagged, TaggedText
from dyadwatch.tagging.actors import Actors, resolve
from dyadwatch.tagging.automaton import Automaton, Found
from dyadwatch.tagging.events import Event, direction
from dyadwatch.tagging.fold import fold
from dyadwatch.tagging.language import identify, lexicon_language
from dyadwatch.tagging.lexicon import Lexicon, extended, lexicon
from dyadwatch.tagging.modality import attribution, modality, planned
from dyadwatch.tagging.plover import quad_class, score
from dyadwatch.tagging.posts import PERSON_KINDS, Post, entries, names_both
from dyadwatch.tagging.reading import Hit, Reading, read
from dyadwatch.tagging.relate import Candidate, candidates, state_candidates
from dyadwatch.tagging.watch import SIDES, Side, Watch

TAGGER_VERSION = "1.1.0"
_CONTEXT = 32
_HEADLINE = 300
_SECOND_COST = 0.75
# Types whose object is often another act ("refused the request", "threatened to withhold").
_HOLDS_ANOTHER = frozenset({"REJECT", "THREATEN", "SANCTION"})
# Told of as to come, these are AGREE (PLOVER manual, AGREE).
_COOPERATIVE = frozenset({"CONSULT", "SUPPORT", "COOPERATE", "AID"})


class Tagger:
    """Watches compiled into one automaton. Immutable once made: share it between threads, replace it when watches
    change. `tag` is pure and raises on no text."""

    def __init__(self, watches: Sequence[Watch]) -> None:
        self.watches = tuple(watches)
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
        for found in self._automaton.find(flat):
            posts.setdefault(found.payload.watch, []).append(found)
        language = language or identify(text)
        day = published.date() if isinstance(published, datetime) else published
        readings: dict[int, Reading] = {}
        tagged: dict[str, Tagged] = {}
        headline = self._sides(title if title is not None else _first_line(text))
        for number in sorted(posts):
            watch = self.watches[number]
            if not (names_both(posts[number], folded.text) if watches is None else watch.id in watches):
                continue
            words = self._lexicon(watch, lexicon_language(language))
            reading = readings.get(id(words))
            if reading is None:
                reading = readings[id(words)] = read(text, folded, flat, words, day)
            tagged[watch.id] = _tagged(
                watch,
                reading,
                resolve(reading, watch, posts[number]),
                headline=headline.get(number, set()) == {"a", "b"},
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


def _first_line(text: str) -> str:
    """The headline of a stored text (headline, blank line, body)."""
    head, gap, _ = text[:_HEADLINE].partition("\n\n")
    return head if gap else ""


def _tagged(watch: Watch, reading: Reading, actors: Actors, *, headline: bool) -> Tagged:
    surfaces: dict[str, tuple[Surface, ...]] = {}
    for side in SIDES:
        surfaces[side] = tuple(_surface(reading, hit) for hit in actors.hits if hit.side == side)
    found = candidates(reading, actors, headline=headline) if all(surfaces.values()) else []
    person = [candidate for candidate in found if candidate.confidence >= watch.threshold]
    state = [item for item in state_candidates(reading, actors) if item.confidence >= watch.threshold]
    mentions = [mention for item in person + state for mention in _mentions(watch, reading, item)]
    mentions.sort(key=lambda mention: (mention.evidence.start, -mention.confidence))
    strength = 1.0
    for candidate in found:
        strength *= 1 - candidate.confidence
    best = max((candidate.confidence for candidate in found), default=0.0)
    total = round(1 - strength if person else min(best, 1 - strength), 4)
    return Tagged(watch.id, bool(person), total, tuple(mentions), surfaces)


def _mentions(watch: Watch, reading: Reading, candidate: Candidate) -> list[Mention]:
    """One mention per event type that the sentence's best cues give, at most two; a plain tie where none does."""
    typed = [event for event in candidate.events if event.cue.payload.type]
    if not typed:
        return [_mention(watch, reading, candidate, candidate.events[0] if candidate.events else None)]
    first = next((event for event in typed if event.cue.payload.type in _HOLDS_ANOTHER), typed[0])
    if first.cue.payload.id == "order":  # what is ordered for the other counts
        first = next((event for event in typed if event.cue.payload.type == "AID"), first)
    chosen = [first]
    for event in typed:
        if event.cost <= _SECOND_COST and _beside(first, event):
            chosen.append(event)
            break
    return [_mention(watch, reading, candidate, event) for event in chosen]


def _beside(first: Event, second: Event) -> bool:
    """Whether the second event stands for itself, not for what is asked, refused, threatened or thanked for."""
    types = (first.cue.payload.type, second.cue.payload.type)
    return types[0] != types[1] and "CONSULT" in types and not set(types) & _HOLDS_ANOTHER


def _mention(watch: Watch, reading: Reading, candidate: Candidate, event: Event | None) -> Mention:
    pair, sentence = candidate.pair, candidate.sentence
    said = attribution(reading, sentence, pair, (pair.a, pair.b))
    over = [day for actor in (watch.a, watch.b) if (day := actor.left_office)]
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
        direction=direction(reading, sentence, pair, event),
        modality=modality(
            reading, sentence, pair, event, reported=said is not None, over=min(over, default=None)
        ),
        attribution=said,
        actors={"a": (_surface(reading, pair.a),), "b": (_surface(reading, pair.b),)},
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
    )


def _surface(reading: Reading, hit: Hit) -> Surface:
    start, end = reading.folded.source(hit.start, hit.end)
    return Surface(reading.given[start:end], start, end, hit.kind)


def _rounded(features: Mapping[str, float]) -> dict[str, float]:
    return {name: round(weight, 4) for name, weight in features.items()}
