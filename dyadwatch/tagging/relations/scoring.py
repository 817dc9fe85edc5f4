"""Where a text relates the two actors: candidate sentences, their features, and a confidence made of named weights."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from dyadwatch.tagging.actors.resolution import Actors
from dyadwatch.tagging.documents.document import Hit, Reading, Sentence, inside
from dyadwatch.tagging.events.cues import Event, Pair, closest, events, marker, marker_gap
from dyadwatch.tagging.relations.coreference import Memory, reference_words, referred, remember
from dyadwatch.tagging.relations.third_parties import (
    apposed,
    aside,
    other_object,
    other_subject,
    stands_as_object,
    with_another,
)
from dyadwatch.tagging.watches.watch import Side

# Log-odds, set by hand, not fitted; `bias` is what two actors in reach of each other are worth alone.
WEIGHTS: Mapping[str, float] = {
    "bias": -1.6,
    "same_sentence": 0.9,
    "cue_between": 2.0,
    "cue_beside": 1.4,
    "tie_cue": -0.2,
    "compound": 1.6,
    "direct": 2.6,
    "between_markers": 1.0,
    "possessive": 1.2,
    "coreference": 0.9,
    "partner": 1.4,
    "joint": 1.6,
    "sequel": 2.0,
    "implied": -0.2,
    "exchange": 1.2,
    "occasion": 1.2,
    "headline": 0.4,
    "no_cue": -1.6,
    "clause_break": -1.4,
    "enumeration": -2.4,
    "display": -2.2,
    "aide": -2.0,
    "message": 2.0,
    "far": -0.8,
    "other_subject": -1.8,
    "other_object": -1.5,
    "coordinated": -0.4,
    "metonym": -0.3,
}
_BOTH = frozenset({"joint", "sequel"})  # one word for both
_ASIDE = re.compile(r" ?\([^()]{0,20}\)")
_LIST_GAP = re.compile(r"[,،;]")
# Parts of an actor that is not the subject.
_OBLIQUE = frozenset({"to", "with", "from", "by", "object"})
_FIRST_WORD = re.compile(r" ([\w'-]+)")
_LAST_WORD = re.compile(r"[\w'-]+$")
_WORD = re.compile(r"[\w'-]+")
_POSSESSIVE = re.compile(r"'s? [\w' -]{0,30}")
_LAST_COMMA = re.compile(r"[,،]([^,،]*)$")
_DIRECT = re.compile(r"(?:'\w{1,3})?(?:\s+[\w'-]+){0,6}\s+\w{0,2}'?|: (?:[\w.]+ )?")
_EDGE = re.compile(r"[,.;:!?؟،]")
_POSSESSED = re.compile(r"'\w{1,3} (?:[\w-]+ ){0,2}")
_RELATED = 0.5  # confidence from which the next sentences may go on about the two
_FAR = 160
_REST = 24


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may relate the two, with what speaks for and against."""

    sentence: Sentence
    pair: Pair
    events: tuple[Event, ...]
    features: Mapping[str, float]
    level: str
    confidence: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "confidence", 1 / (1 + math.exp(-sum(self.features.values()))))


def candidates(reading: Reading, actors: Actors, *, headline: bool) -> list[Candidate]:
    """A candidate per sentence that has both actors: named, or one or both by words for them. `headline`: it names
    both."""
    found = []
    memory = Memory(words=reference_words(reading), persons=actors.persons)
    explicit = reading.by_sentence(actors.hits)
    spoken = reading.by_sentence(sorted(actors.hits + actors.described))
    others = reading.by_sentence(actors.others)
    for index in sorted(spoken.keys() | others.keys() | memory.words.keys()):
        sentence = reading.sentences[index]
        if sentence.start >= reading.void_from:
            break
        local = reading.local(sentence)
        named, strangers = spoken.get(index, ()), others.get(index, ())
        hits, how = explicit.get(index), None
        pair = closest(local, hits, actors.places) if hits else None
        if pair is None and (reference := referred(local, memory, sentence, named, strangers)):
            pair, how = reference
        candidate = _weigh(local, sentence, pair, actors, headline=headline, how=how) if pair else None
        if candidate is not None:
            found.append(candidate)
        related = candidate is not None and candidate.confidence >= _RELATED
        if related or named or strangers:
            remember(local, memory, sentence, named, strangers, related=related)
    return found


def state_candidates(reading: Reading, actors: Actors) -> list[Candidate]:
    """The same between the actors' metonyms ("Damascus and Tehran"), or one actor and the other's metonym."""
    found = []
    everything = sorted(actors.hits + actors.metonyms)
    sides: dict[int, set[Side]] = {}
    for hit in everything if actors.metonyms else ():
        sides.setdefault(reading.at(hit.start), set()).add(hit.side)
    for number in (number for number, both in sides.items() if len(both) == 2):
        sentence = reading.sentences[number]
        if sentence.start >= reading.void_from:
            break
        if len({hit.side for hit in inside(actors.hits, sentence)}) == 2:
            continue
        local = reading.local(sentence)
        pair = closest(local, inside(everything, sentence), actors.places)
        if pair is None:
            continue
        candidate = _weigh(local, sentence, pair, actors, headline=False, how=None)
        features = {**candidate.features, "metonym": WEIGHTS["metonym"]}
        found.append(Candidate(sentence, pair, candidate.events, features, "state"))
    return found


def _weigh(
    reading: Reading, sentence: Sentence, pair: Pair, actors: Actors, *, headline: bool, how: str | None
) -> Candidate:
    """`how`: by what word one of the two, or both, is referred to."""
    found = () if how == "sequel" else tuple(events(reading, sentence, pair))
    names = {
        "bias",
        *_relation(reading, sentence, pair, found, how),
        *_against(reading, sentence, pair, found, actors, how),
    }
    if headline:
        names.add("headline")
    if "aide" in names:
        names.discard("possessive")  # "K's minister" is the aide
    features = {name: WEIGHTS[name] for name in sorted(names)}
    level = "mediated" if "message" in features and "aide" in features else "person"
    return Candidate(sentence, pair, found, features, level)


def _relation(
    reading: Reading, sentence: Sentence, pair: Pair, found: tuple[Event, ...], how: str | None
) -> set[str]:
    names = (
        {"same_sentence"}
        if how is None
        else {how, "coreference"} - ({"coreference"} if how in _BOTH else set())
    )
    gap = reading.text[pair.first.end : pair.last.start]
    if pair.between:
        names.add("between_markers")
    if gap in {"-", "—", "/"}:
        names.add("compound")
    if _POSSESSIVE.fullmatch(gap) and not _joins(reading, gap):
        names.add("possessive")
    elif not found and _direct(reading, sentence, pair, gap):
        names.add("direct")
    if found:
        names.add("cue_between" if found[0].place == "between" else "cue_beside")
        if found[0].cue.payload.kind == "tie":
            names.add("tie_cue")
    elif not names & {"compound", "possessive", "joint", "between_markers", "partner", "sequel", "exchange"}:
        names.add("no_cue")
    return names


def _direct(reading: Reading, sentence: Sentence, pair: Pair, gap: str) -> bool:
    """Whether at most six words alone stand between, none of them a conjunction or of saying: then what they say is
    most likely said of the two, though no cue is known for it."""
    if pair.coordinated or "pronoun" in {pair.a.kind, pair.b.kind} or not _DIRECT.fullmatch(gap):
        return False
    if _joins(reading, gap) or marker(reading, pair.first) in _OBLIQUE:
        return False
    if (
        reading.lexicon.order == "svo"
        and len(gap.split()) > 1
        and marker(reading, pair.first) != "of"
        and stands_as_object(reading, sentence, pair.first)
    ):
        return False  # "X briefed K after seeing A"
    other = sentence.kind("speech", "both", "display", "clause")
    return not any(pair.first.end <= cue.start < pair.last.start for cue in other)


def _joins(reading: Reading, gap: str) -> bool:
    """Whether a conjunction, alone or fused with a word, stands in a gap."""
    lexicon = reading.lexicon
    fused = tuple(letters for letters, part in lexicon.prefixes.items() if part == "and")
    return any(lexicon.markers.get(word) == "and" or word.startswith(fused) for word in gap.split())


def _against(
    reading: Reading,
    sentence: Sentence,
    pair: Pair,
    found: tuple[Event, ...],
    actors: Actors,
    how: str | None,
) -> set[str]:
    names = set()
    first, last = pair.first, pair.last
    if _broken(reading, sentence, pair) or aside(reading, sentence, pair):
        names.add("clause_break")
    if _enumerated(reading, sentence, pair):
        names.add("enumeration")
    if _displayed(sentence, pair, found) and how != "joint":
        names.add("display")
    if last.start - first.end > _FAR:
        names.add("far")
    if pair.coordinated and not pair.between:
        names.add("coordinated")
    if (found and other_subject(reading, sentence, pair, found[0])) or (
        found and apposed(reading, pair, inside(actors.others, sentence))
    ):
        names.add("other_subject")
    if found and (other_object(reading, pair, found[0]) or with_another(reading, pair, found[0])):
        names.add("other_object")
    if _through_aide(reading, sentence, pair, actors):
        names.add("aide")
        if sentence.kind("message"):
            names.add("message")
    return names


def _broken(reading: Reading, sentence: Sentence, pair: Pair) -> bool:
    """Whether the second actor begins a clause of his own (", and K ...") that does not speak of the first."""
    first, last = pair.first, pair.last
    gap = reading.text[first.end : last.start]
    if (
        ";" in gap
        or "\u061b" in gap
        or any(first.end <= cue.start < last.start for cue in sentence.kind("break"))
    ):
        return True
    if _taken_up(reading, sentence, last):
        return False
    if _new_clause(reading, sentence, pair, gap):
        return True
    comma = _LAST_COMMA.search(gap)
    if comma is None or (pair.coordinated and comma.start() == 0):
        return False
    words = comma.group(1).split()
    if not words:
        return _own_clause(reading, sentence, pair)
    return reading.lexicon.markers.get(words[0]) == "and" and len(words) <= 3


def _taken_up(reading: Reading, sentence: Sentence, last: Hit) -> bool:
    """Whether a word for the first actor follows the second, so that his clause is about the first as well; French and
    Italian write "him" as l' before the verb."""
    return any(cue.start >= last.end for cue in sentence.kind("object_pronoun")) or any(
        reading.text[cue.start - 2 : cue.start] == "l'" for cue in sentence.kind("event")
    )


def _own_clause(reading: Reading, sentence: Sentence, pair: Pair) -> bool:
    """Whether the second actor, directly after a comma, is the subject of what follows ("A visited D, K did not
    comment"), and not in apposition to the object of what stands before."""
    between = [cue for cue in sentence.kind("event") if pair.first.end <= cue.start < pair.last.start]
    if not between or reading.lexicon.order == "sov" or sentence.kind("partner", "pronoun"):
        return False
    follows = _FIRST_WORD.match(reading.text, pair.last.end, sentence.end)
    objects = reading.text[between[-1].end : pair.last.start].strip(" ,،")
    return (
        bool(objects)
        and follows is not None
        and not reading.capital(follows.start(1))
        and follows.group(1) not in reading.lexicon.markers
        and not reading.lexicon.knows(follows.group(1), "relative")
    )


def _new_clause(reading: Reading, sentence: Sentence, pair: Pair, gap: str) -> bool:
    """Whether a verb between belongs to a clause that ends before the second actor ("X met A and K spoke")."""
    if not any(pair.first.end <= cue.start < pair.last.start for cue in sentence.kind("event", "speech")):
        return False
    words = gap.split()
    parts = [reading.lexicon.markers.get(word) for word in words]
    joined = parts[-1:] == ["and"] and "between" not in parts
    if reading.lexicon.order == "sov":
        ends = [cue.end for cue in sentence.kind("event") if pair.first.end <= cue.start < pair.last.start]
        joined = joined or any(_leads_on(reading, end) for end in ends)
    return joined or (reading.lexicon.order == "sov" and gap.rstrip().endswith((",", "،")))


def _leads_on(reading: Reading, end: int) -> bool:
    """Whether a conjunction follows a verb, and no preposition the conjunction ("went to T and to K's house")."""
    after = reading.text[end : end + _REST].split(maxsplit=2)
    markers = reading.lexicon.markers
    return len(after) > 1 and markers.get(after[0]) == "and" and after[1] not in markers


def _displayed(sentence: Sentence, pair: Pair, found: tuple[Event, ...]) -> bool:
    """Whether an image or a list of the two is spoken of, not the two."""
    shown = sentence.kind("display")
    if not found:
        return bool(shown)
    return any(0 <= hit.start - cue.end <= 14 for cue in shown for hit in (pair.a, pair.b))


def _enumerated(reading: Reading, sentence: Sentence, pair: Pair) -> bool:
    """Whether the pair stands in a list of three or more."""
    text = reading.text
    gap = _ASIDE.sub("", text[pair.first.end : pair.last.start])
    if len(gap) < 60 and _LIST_GAP.search(gap) and not re.search(r"\w+ \w+ \w+ \w+", gap):
        return any(reading.lexicon.markers.get(word) == "and" for word in gap.split())
    if reading.lexicon.markers.get(" ".join(gap.split())) == "and" and _after_name(reading, sentence, pair):
        return True  # "X (9), A (8) and K (7)"
    after = text[pair.last.end : pair.last.end + 2]
    if gap.strip() in {",", "،"}:
        rest = text[pair.last.end : pair.last.end + _REST].split(maxsplit=1)
        return after.startswith(",") or (bool(rest) and reading.lexicon.markers.get(rest[0]) == "and")
    return pair.coordinated and after.startswith(",") and _LIST_GAP.search(gap) is not None


def _after_name(reading: Reading, sentence: Sentence, pair: Pair) -> bool:
    """Whether a comma stands before the pair, and before that, as far as letters tell, a name."""
    before = reading.text[sentence.start : pair.first.start].rstrip()
    if not before.endswith((",", "،")):
        return False
    word = _LAST_WORD.search(_ASIDE.sub(_blank, before[:-1]).rstrip())
    return word is not None and not reading.small(sentence.start + word.start())


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _through_aide(reading: Reading, sentence: Sentence, pair: Pair, actors: Actors) -> bool:
    """Whether an aide, not the actor, meets the other: "adviser to K", "K's envoy"."""
    for cue in sentence.kind("aide"):
        for hit in (pair.a, pair.b):
            if cue.end <= hit.start:
                gap = reading.text[cue.end : hit.start]
                if len(gap) <= 32 and not _EDGE.search(gap) and marker_gap(reading, cue.end, hit.start):
                    return True
            elif hit.end <= cue.start and _possessed(reading, hit, cue.start):
                return True
    named = inside(actors.aides, sentence)
    return any(aide.start < pair.first.start or bool(sentence.kind("aide")) for aide in named)


def _possessed(reading: Reading, hit: Hit, start: int) -> bool:
    """Whether what begins at `start` is the actor's ("K's envoy"; German without an apostrophe)."""
    gap = reading.text[hit.end : start]
    bare = reading.lexicon.order == "v2" and gap == " " and reading.text[hit.end - 1] == "s"
    return bare or _POSSESSED.fullmatch(gap) is not None
