"""Where a text relates the two actors: candidate sentences, their features, and a confidence made of named weights."""

import itertools
import math
import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dyadwatch.tagging.actors import Actors
from dyadwatch.tagging.events import Event, Pair, events, marker, marker_gap, pair_of
from dyadwatch.tagging.reading import Hit, Reading, Sentence
from dyadwatch.tagging.subjects import aside, other_object, other_subject, stands_as_object
from dyadwatch.tagging.watch import Side

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
    "joint": 1.6,
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
_MEMORY = 2  # sentences for which an actor stays in mind
_LIST_GAP = re.compile(r"[,،;]")
# Parts of an actor that is not the subject.
_OBLIQUE = frozenset({"to", "with", "from", "by", "object"})
_WORD = re.compile(r"[\w'-]+")
_POSSESSIVE = re.compile(r"'s? [\w' -]{0,30}")
_LAST_COMMA = re.compile(r"[,،]([^,،]*)$")
_DIRECT = re.compile(r"(?:'\w{1,3})?(?:\s+[\w'-]+){0,6}\s+\w{0,2}'?|: (?:[\w.]+ )?")
_EDGE = re.compile(r"[,.;:!?؟،]")
_POSSESSED = re.compile(r"'\w{1,3} (?:[\w-]+ ){0,2}")
_FAR = 160


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may relate the two, with what speaks for and against."""

    sentence: Sentence
    pair: Pair
    events: tuple[Event, ...]
    features: Mapping[str, float]
    level: str

    @property
    def confidence(self) -> float:
        return 1 / (1 + math.exp(-sum(self.features.values())))


def candidates(reading: Reading, actors: Actors, *, headline: bool) -> list[Candidate]:
    """A candidate per sentence that has both actors: named, or one or both by words for them. A sentence that
    speaks of an actor by such a word keeps him in mind for the next two. `headline`: it names both."""
    found = []
    seen: dict[Side, int] = {"a": -9, "b": -9}
    for sentence in _touched(reading, actors):
        inside = _inside(actors.hits, sentence)
        pair = _explicit(reading, inside, actors.places) or _by_reference(sentence, inside, seen)
        for hit in inside:
            seen[hit.side] = sentence.index
        if pair is None:
            continue
        candidate = _weigh(reading, sentence, pair, actors, headline=headline)
        found.append(candidate)
        if candidate.confidence >= 0.5:
            seen = {"a": sentence.index, "b": sentence.index}
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
        pair = _explicit(reading, _inside(everything, sentence), actors.places)
        if pair is None or _explicit(reading, _inside(actors.hits, sentence), actors.places) is not None:
            continue
        candidate = _weigh(reading, sentence, pair, actors, headline=False)
        features = {**candidate.features, "metonym": WEIGHTS["metonym"]}
        found.append(Candidate(sentence, pair, candidate.events, features, "state"))
    return found


def _touched(reading: Reading, actors: Actors) -> list[Sentence]:
    """Sentences with an actor, and the two after each, before the links to other articles."""
    numbers: set[int] = set()
    for hit in actors.hits:
        here = reading.at(hit.start)
        numbers.update(range(here, here + 1 + 2 * _MEMORY))
    return [
        reading.sentences[number]
        for number in sorted(numbers)
        if number < len(reading.sentences) and reading.sentences[number].start < reading.void_from
    ]


def _inside(hits: Sequence[Hit], sentence: Sentence) -> Sequence[Hit]:
    low = bisect_left(hits, sentence.start, key=lambda hit: hit.start)
    return hits[low : bisect_left(hits, sentence.end, key=lambda hit: hit.start)]


def _explicit(reading: Reading, inside: Sequence[Hit], places: frozenset[int]) -> Pair | None:
    """The closest two mentions of different sides."""
    best: tuple[int, Hit, Hit] | None = None
    for left, right in itertools.pairwise(inside):
        if left.side != right.side and (best is None or right.start - left.end < best[0]):
            best = (right.start - left.end, left, right)
    if best is None:
        return None
    _, left, right = best
    return pair_of(reading, left if left.side == "a" else right, left if left.side == "b" else right, places)


def _by_reference(sentence: Sentence, inside: Sequence[Hit], seen: Mapping[Side, int]) -> Pair | None:
    """One actor named here and the other by a word, or both by words ("the two leaders", "he sent him")."""
    if inside:
        here = inside[0]
        other: Side = "b" if here.side == "a" else "a"
        recent = sentence.index - seen[other] <= _MEMORY
        return _referred(sentence, here, other) if recent else None
    if sentence.index - min(seen.values()) > _MEMORY:
        return None
    for cue in sentence.kind("joint"):
        return _pair(Hit(cue.start, cue.end, "a", "pronoun"), Hit(cue.start, cue.end, "b", "pronoun"))
    subjects, objects = sentence.kind("pronoun"), sentence.kind("object_pronoun")
    if not (subjects and objects and subjects[0].start < objects[0].start):
        return None
    # Who "he" and "him" are stays open: the one named last is taken for the one spoken of.
    first: Side = "a" if seen["a"] > seen["b"] else "b"
    return _pair(
        Hit(subjects[0].start, subjects[0].end, first, "pronoun"),
        Hit(objects[0].start, objects[0].end, "b" if first == "a" else "a", "pronoun"),
    )


def _referred(sentence: Sentence, here: Hit, other: Side) -> Pair | None:
    """The named actor with the word that stands for the other: "him", "his guest", "in the meeting"; "he" before."""
    for cue in sentence.kind("object_pronoun", "occasion", "pronoun"):
        if cue.payload.kind != "pronoun" or cue.start <= here.start:
            return _pair(here, Hit(cue.start, cue.end, other, "pronoun"))
    return None


def _pair(one: Hit, other: Hit) -> Pair:
    a, b = (one, other) if one.side == "a" else (other, one)
    return Pair(a, b)


def _weigh(reading: Reading, sentence: Sentence, pair: Pair, actors: Actors, *, headline: bool) -> Candidate:
    found = tuple(events(reading, sentence, pair))
    names = {
        "bias",
        *_relation(reading, sentence, pair, found),
        *_against(reading, sentence, pair, found, actors),
    }
    if headline:
        names.add("headline")
    if "aide" in names:
        names.discard("possessive")  # "K's minister" is the aide
    features = {name: WEIGHTS[name] for name in sorted(names)}
    level = "mediated" if "message" in features and "aide" in features else "person"
    return Candidate(sentence, pair, found, features, level)


def _relation(reading: Reading, sentence: Sentence, pair: Pair, found: tuple[Event, ...]) -> set[str]:
    names = _reference(sentence, pair)
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
    elif not names & {"compound", "possessive", "joint", "between_markers"}:
        names.add("no_cue")
    return names


def _reference(sentence: Sentence, pair: Pair) -> set[str]:
    """How the two are referred to: by name in the sentence, by a word for both, or by a word for one."""
    if (pair.a.start, pair.a.end) == (pair.b.start, pair.b.end):
        return {"joint"}
    if "pronoun" not in {pair.a.kind, pair.b.kind}:
        return {"same_sentence"}
    return {"coreference", "occasion"} if sentence.kind("occasion") else {"coreference"}


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
    reading: Reading, sentence: Sentence, pair: Pair, found: tuple[Event, ...], actors: Actors
) -> set[str]:
    names = set()
    first, last = pair.first, pair.last
    if _broken(reading, sentence, pair) or aside(reading, sentence, pair):
        names.add("clause_break")
    if _enumerated(reading, sentence, pair):
        names.add("enumeration")
    if _displayed(sentence, pair, found):
        names.add("display")
    if last.start - first.end > _FAR:
        names.add("far")
    if pair.coordinated and not pair.between:
        names.add("coordinated")
    if found and other_subject(reading, sentence, pair, found[0]):
        names.add("other_subject")
    if found and other_object(reading, pair, found[0]):
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
    if ";" in gap or any(first.end <= cue.start < last.start for cue in sentence.kind("break")):
        return True
    if any(cue.start >= last.end for cue in sentence.kind("object_pronoun")):
        return False
    if _new_clause(reading, sentence, pair, gap):
        return True
    comma = _LAST_COMMA.search(gap)
    if comma is None or (pair.coordinated and comma.start() == 0):
        return False
    words = comma.group(1).split()
    return bool(words) and reading.lexicon.markers.get(words[0]) == "and" and len(words) <= 3


def _new_clause(reading: Reading, sentence: Sentence, pair: Pair, gap: str) -> bool:
    """Whether a verb between belongs to a clause that ends before the second actor ("X met A and K spoke")."""
    if not any(pair.first.end <= cue.start < pair.last.start for cue in sentence.kind("event", "speech")):
        return False
    words = gap.split()
    parts = [reading.lexicon.markers.get(word) for word in words]
    joined = parts[-1:] == ["and"] and "between" not in parts
    return joined or (reading.lexicon.order == "sov" and gap.rstrip().endswith((",", "،")))


def _displayed(sentence: Sentence, pair: Pair, found: tuple[Event, ...]) -> bool:
    """Whether an image or a list of the two is spoken of, not the two."""
    shown = sentence.kind("display")
    if not found:
        return bool(shown)
    return any(0 <= hit.start - cue.end <= 14 for cue in shown for hit in (pair.a, pair.b))


def _enumerated(reading: Reading, sentence: Sentence, pair: Pair) -> bool:
    """Whether the pair stands in a list of three or more."""
    text = reading.text
    gap = text[pair.first.end : pair.last.start]
    if len(gap) < 60 and _LIST_GAP.search(gap) and not re.search(r"\w+ \w+ \w+ \w+", gap):
        marked = any(reading.lexicon.markers.get(word) == "and" for word in gap.split())
        before = text[max(sentence.start, pair.first.start - 3) : pair.first.start].strip()
        return marked or before == ","
    after = text[pair.last.end : pair.last.end + 2]
    return pair.coordinated and after.startswith(",") and _LIST_GAP.search(gap) is not None


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
    return any(sentence.start <= aide.start < sentence.end for aide in actors.aides)


def _possessed(reading: Reading, hit: Hit, start: int) -> bool:
    """Whether what begins at `start` is the actor's ("K's envoy"; German without an apostrophe)."""
    gap = reading.text[hit.end : start]
    bare = reading.lexicon.order == "v2" and gap == " " and reading.text[hit.end - 1] == "s"
    return bare or _POSSESSED.fullmatch(gap) is not None
