"""Who is meant where no name stands: "his guest", "the old man", "he ... him", "the two leaders", "the demand".

A text is read sentence by sentence with a memory of who was spoken of last, and whether anyone else was since. A word
finds its actor by that memory alone (recency, subjects, number); there is no guess at gender.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from dyadwatch.tagging.documents.document import Hit, Reading, Sentence
from dyadwatch.tagging.events.cues import Pair, closest, marker
from dyadwatch.tagging.lexicons.lexicon import Group
from dyadwatch.tagging.lexicons.matcher import Found, longest
from dyadwatch.tagging.relations.third_parties import stands_as_object
from dyadwatch.tagging.watches.watch import SIDES, Side

NEAR = 2  # sentences for which a pronoun finds an actor
FAR = 10  # the same for a word that says what one is to the other
_SEQUEL = 60  # folded characters from the start within which an act is taken up again
_OPENING = 3  # words before an object that leave no room for a subject
_MAIN = 3  # times that a text names the one whom it is about
_NEXT = 24  # folded characters within which an act follows its possessor
_OF_PEOPLE = frozenset({"pronoun", "object_pronoun", "descriptor"})
_NEVER = -99


class Reference(NamedTuple):
    """A pair of which at least one is not named, and how it was found: a feature of relate.WEIGHTS."""

    pair: Pair
    how: str


@dataclass(slots=True)
class Memory:
    """Where each actor was spoken of last (sentence), who the last subject was (None: someone else, or nobody), where
    someone else was named last, which sentence last related the two, how often each was named, and the words that stand for one or both, by
    sentence; `persons` are the sides that are people."""

    seen: dict[Side, int] = field(default_factory=lambda: {"a": _NEVER, "b": _NEVER})
    stranger: int = _NEVER
    scene: int = _NEVER
    named: dict[Side, int] = field(default_factory=lambda: {"a": 0, "b": 0})
    words: Mapping[int, Sequence[Found[Group]]] = field(default_factory=dict)
    persons: frozenset[Side] = frozenset(SIDES)

    def kind(self, sentence: Sentence, *kinds: str) -> list[Found[Group]]:
        """The words of a sentence that stand for an actor or for both, of these kinds; those for people only where both
        are people."""
        found = self.words.get(sentence.index)
        if not found:
            return []
        if len(self.persons) < len(SIDES):
            kinds = tuple(kind for kind in kinds if kind not in _OF_PEOPLE)
        return [word for kind in kinds for word in found if word.payload.kind == kind]

    # Who may have been the subject of the sentences since the last that told; looked into when first asked.
    told: Side | None = None
    pending: list[tuple[Reading, Sentence, Hit | None]] = field(default_factory=list)

    @property
    def topic(self) -> Side | None:
        """The last subject; an actor who stands as an object changes nothing."""
        while self.pending:
            reading, sentence, subject = self.pending.pop()
            if subject is None or not stands_as_object(reading, sentence, subject):
                self.told = subject.side if subject else None
                self.pending.clear()
        return self.told

    @property
    def main(self) -> Side | None:
        """Whom the text so far is about, if one is named at least twice as often as the other."""
        for side in SIDES:
            if self.named[side] >= max(_MAIN, 2 * self.named[other_side(side)]):
                return side
        return None


def reference_words(reading: Reading) -> dict[int, list[Found[Group]]]:
    """The words of a text that stand for one actor or for both, by sentence; of two of a kind that overlap the longer."""
    words: dict[int, list[Found[Group]]] = {}
    for lexicon in {id(sentence.lexicon): sentence.lexicon for sentence in reading.sentences}.values():
        kinds: dict[str, list[Found[Group]]] = {}
        for found in lexicon.references.find(reading.text):
            kinds.setdefault(found.payload.kind, []).append(found)
        there = reading.by_sentence(sorted(word for found in kinds.values() for word in longest(found)))
        words |= {
            index: found for index, found in there.items() if reading.sentences[index].lexicon is lexicon
        }
    return words


def other_side(side: Side) -> Side:
    return "b" if side == "a" else "a"


def referred(
    reading: Reading, memory: Memory, sentence: Sentence, named: Sequence[Hit], strangers: Sequence[Hit]
) -> Reference | None:
    """The pair of a sentence that names at most one of the two (`named`: names, roles and descriptions)."""
    if not named:
        return _unnamed(memory, sentence) if sentence.index in memory.words and not strangers else None
    if len({hit.side for hit in named}) == 2:
        pair = closest(reading, named, frozenset())
        return Reference(pair, "coreference") if pair else None
    return _beside(reading, memory, sentence, named, strangers)


def _beside(
    reading: Reading, memory: Memory, sentence: Sentence, named: Sequence[Hit], strangers: Sequence[Hit]
) -> Reference | None:
    """One is named: the other by what he is to him, by a pronoun, by the occasion, or by nothing."""
    here, other = named[0], other_side(named[0].side)
    age = sentence.index - memory.seen[other]
    since = sentence.index - memory.scene
    known = _still(memory, other) or (since <= FAR and sentence.index - memory.stranger > NEAR)
    for cue in _free(memory.kind(sentence, "joint"), named):
        if age <= FAR and known and since <= FAR:
            return Reference(_pair(_hit(cue, "a"), _hit(cue, "b")), "joint")
    for cue in _free(memory.kind(sentence, "partner", "descriptor"), named):
        if age <= FAR and known and not _between(strangers, here, cue):
            return Reference(_pair(here, _hit(cue, other)), "partner")
    if since == 1 and not strangers:
        again = memory.kind(sentence, "sequel")
        if again:
            return Reference(_pair(_hit(again[0], "a"), _hit(again[0], "b")), "sequel")
        if memory.kind(sentence, "answer"):
            return Reference(_pair(here, Hit(sentence.end, sentence.end, other, "pronoun")), "implied")
    return _by_pronoun(reading, memory, sentence, named, strangers)


def _by_pronoun(
    reading: Reading, memory: Memory, sentence: Sentence, named: Sequence[Hit], strangers: Sequence[Hit]
) -> Reference | None:
    """One is named: the other by a pronoun, by the occasion, or by nothing."""
    here, other = named[0], other_side(named[0].side)
    age = sentence.index - memory.seen[other]
    spoken_of = (memory.topic == other and _still(memory, other) and age <= FAR // 2) or (
        memory.main == other and sentence.index - memory.stranger > NEAR
    )
    if age > NEAR and not spoken_of:
        return None
    word = _word_for_other(
        reading, memory, sentence, here, strangers, [hit for hit in named if hit is not here]
    )
    if word:
        how = "occasion" if word.payload.kind == "occasion" else "coreference"
        return Reference(_pair(here, _hit(word, other)), how)
    if spoken_of and not strangers and _left_out(reading, sentence, here):
        return Reference(_pair(here, Hit(sentence.start, sentence.start, other, "pronoun")), "implied")
    return None


def _looks_back(reading: Reading, sentence: Sentence, cue: Found[Group]) -> bool:
    """Whether a pronoun stands where a subject does, or goes with an act ("his visit to"), and so means one named
    before, not the one about to be ("members of his circle, K said")."""
    before = reading.text[sentence.start : cue.start].split()
    if len(before) < _OPENING or reading.text[max(0, cue.start - 2) : cue.start] in {", ", '" ', ' "'}:
        return True
    if reading.lexicon.knows(before[-1], "that") or reading.lexicon.knows(before[-1], "clause"):
        return True
    return any(0 <= act.start - cue.end <= _NEXT for act in sentence.kind("event"))


def _of_others(reading: Reading, cue: Found[Group]) -> bool:
    """Whether what follows an occasion says whose it is ("at a meeting with ministers")."""
    after = reading.text[cue.end : cue.end + 24].split(maxsplit=1)
    return bool(after) and reading.lexicon.markers.get(after[0]) in {"with", "to", "of", "between"}


def _word_for_other(
    reading: Reading,
    memory: Memory,
    sentence: Sentence,
    here: Hit,
    strangers: Sequence[Hit],
    named: Sequence[Hit],
) -> Found[Group] | None:
    """The word for the other: "him", "at the meeting", or "he" before the one named."""
    for cue in _free(memory.kind(sentence, "object_pronoun"), (here, *named)):
        if not _between(strangers, here, cue):
            return cue
    for cue in memory.kind(sentence, "occasion"):
        if not _of_others(reading, cue):
            return cue
    for cue in memory.kind(sentence, "pronoun"):
        if (
            cue.start <= here.start
            and _looks_back(reading, sentence, cue)
            and (memory.topic != here.side or _still(memory, other_side(here.side)))
        ):
            return cue
    return None


def _left_out(reading: Reading, sentence: Sentence, here: Hit) -> bool:
    """Whether the one who acts is not said again: "a visit to K is planned"; in languages that drop the subject, a
    sentence that opens with the verb or, verbs last, with its object."""
    lexicon = reading.lexicon
    for cue in sentence.kind("event"):
        words = reading.text[sentence.start : cue.start].split()
        if (
            cue.end <= here.start
            and not reading.text[cue.end : here.start].strip(" -")
            and lexicon.order == "svo"
        ):
            return bool(words) and words[-1] in lexicon.determiners
    if lexicon.order == "sov" and marker(reading, here) in {"to", "with", "object"}:
        return len(reading.text[sentence.start : here.start].split()) <= _OPENING
    return False


def _unnamed(memory: Memory, sentence: Sentence) -> Reference | None:
    """Nobody is named: both by one word, one by what he is to the other, both by pronouns, or an act taken up."""
    age = sentence.index - min(memory.seen.values())
    since = sentence.index - memory.scene
    if (age > NEAR and since > FAR) or (since > NEAR and not _both_still(memory)):
        return None
    for cue in memory.kind(sentence, "joint"):
        return Reference(_pair(_hit(cue, "a"), _hit(cue, "b")), "joint")
    first: Side = memory.topic or ("a" if memory.seen["a"] > memory.seen["b"] else "b")
    pronouns = sorted(memory.kind(sentence, "pronoun", "object_pronoun"))
    for cue in memory.kind(sentence, "partner", "descriptor"):
        rest = [word for word in pronouns if word.end <= cue.start or word.start >= cue.end]
        holder = rest[0] if rest else cue
        if rest or since <= NEAR:
            return Reference(_pair(_hit(holder, first), _hit(cue, other_side(first))), "partner")
    subjects, objects = memory.kind(sentence, "pronoun"), memory.kind(sentence, "object_pronoun")
    if age <= NEAR and subjects and objects and subjects[0].start < objects[0].start:
        how = "exchange" if since == 1 else "coreference"
        return Reference(_pair(_hit(subjects[0], first), _hit(objects[0], other_side(first))), how)
    for cue in memory.kind(sentence, "sequel"):
        if since == 1 and cue.start - sentence.start <= _SEQUEL:
            return Reference(_pair(_hit(cue, "a"), _hit(cue, "b")), "sequel")
    return None


def remember(
    reading: Reading,
    memory: Memory,
    sentence: Sentence,
    named: Sequence[Hit],
    strangers: Sequence[Hit],
    *,
    related: bool,
) -> None:
    """Takes in a sentence that was read."""
    for hit in named:
        memory.seen[hit.side] = sentence.index
        memory.named[hit.side] += 1
    if strangers:
        memory.stranger = sentence.index
    if named or strangers:
        opening = min(hit.start for hit in (*named, *strangers))
        if all(opening < cue.start for cue in memory.kind(sentence, "pronoun")):
            subject = next((hit for hit in named if hit.start == opening), None)
            memory.pending.append((reading, sentence, subject))
    if related:
        memory.scene = sentence.index
        memory.seen = dict.fromkeys(memory.seen, sentence.index)


def _still(memory: Memory, side: Side) -> bool:
    """Whether nobody else was named since an actor was."""
    return memory.seen[side] >= memory.stranger


def _both_still(memory: Memory) -> bool:
    return max(memory.scene, min(memory.seen.values())) >= memory.stranger


def _free(cues: Sequence[Found[Group]], named: Sequence[Hit]) -> list[Found[Group]]:
    """Those that are no part of a name ("his guest, K")."""
    return [cue for cue in cues if not any(cue.start < hit.end and hit.start < cue.end for hit in named)]


def _between(strangers: Sequence[Hit], here: Hit, cue: Found[Group]) -> bool:
    low, high = min(here.end, cue.end), max(here.start, cue.start)
    return any(low <= hit.start < high for hit in strangers)


def _hit(cue: Found[Group], side: Side) -> Hit:
    return Hit(cue.start, cue.end, side, "pronoun")


def _pair(one: Hit, other: Hit) -> Pair:
    a, b = (one, other) if one.side == "a" else (other, one)
    return Pair(a, b)
