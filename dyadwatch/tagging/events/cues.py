"""What is done between two marked actors of a sentence, by whom: nearest cue, word order, markers, passive."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from dyadwatch.model.mentions import Direction
from dyadwatch.tagging.documents.document import Hit, Reading, Sentence
from dyadwatch.tagging.lexicons.lexicon import Group
from dyadwatch.tagging.lexicons.matcher import Found
from dyadwatch.tagging.watches.watch import Side

_PUNCTUATION = re.compile(r"[,;:.!?()\u060c\u061f\u2014]")
_WORD = re.compile(r"[\w&'-]+")
_FUSED_BEFORE = re.compile(r"\w+$")
_FUSED_AFTER = re.compile(r"'\w+| \w+")
_WORD_BEFORE = re.compile(r"([\w'-]+)\W{1,2}$")
# How far a cue may stand from the pair, in folded characters, before it says nothing about it.
REACH = 90
_VISIT_COST = 0.8
_TITLES = 3  # words
_BETWEEN_PRONOUNS = 2  # words: "he sent him"
_BESIDE = 12  # folded characters
_NEAR = 40  # the same, in which the word before an actor is looked for
_MATERIAL = frozenset({"PROTEST", "MOBILIZE", "COERCE", "ASSAULT"})


@dataclass(frozen=True, slots=True)
class Pair:
    """The two actors as a sentence has them; `first` stands first. `coordinated`: joined by "and" alone; `between`:
    and introduced by "between"; `places`: where words for their countries begin; `last` stands last."""

    a: Hit
    b: Hit
    coordinated: bool = False
    between: bool = False
    places: frozenset[int] = frozenset()
    first: Hit = field(init=False)
    last: Hit = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "first", min(self.a, self.b))
        object.__setattr__(self, "last", max(self.a, self.b))


@dataclass(frozen=True, slots=True)
class Event:
    """A cue that relates the pair: where it stands (before, between, after) and how well it fits (lower is better)."""

    cue: Found[Group]
    place: str
    cost: float


def closest(reading: Reading, hits: Sequence[Hit], places: frozenset[int]) -> Pair | None:
    """The closest two hits, which are in order, of different sides."""
    best: tuple[int, Hit, Hit] | None = None
    for left, right in itertools.pairwise(hits):
        if left.side != right.side and (best is None or right.start - left.end < best[0]):
            best = (right.start - left.end, left, right)
    if best is None:
        return None
    _, left, right = best
    return pair_of(reading, left if left.side == "a" else right, left if left.side == "b" else right, places)


def pair_of(reading: Reading, a: Hit, b: Hit, places: frozenset[int]) -> Pair:
    """The pair, with whether only a conjunction, titles and the actors' countries (`places`) stand between."""
    first, last = min(a, b), max(a, b)
    found = _WORD.finditer(reading.text, first.end, last.start)
    words = [match.group() for match in found if match.start() not in places]
    markers = reading.lexicon.markers
    joined = [word for word in words if markers.get(word) == "and" or _and_fused(reading, word)]
    others = [word for word in words if word not in joined]
    fused = bool(reading.text[max(0, last.start - 1) : last.start] in {"و", "ו"})
    known = all(
        reading.lexicon.knows(word, "title") or reading.lexicon.knows(word, "after_name") for word in others
    )
    coordinated = bool((joined or fused) and known and len(others) <= 4)
    return Pair(a, b, coordinated, coordinated and _between(reading, first, last), places)


def _and_fused(reading: Reading, word: str) -> bool:
    """Whether a word is a marker with a conjunction written before it (Hebrew, Arabic: "and on")."""
    return any(
        part == "and" and word.startswith(letters) and word[len(letters) :] in reading.lexicon.markers
        for letters, part in reading.lexicon.prefixes.items()
    )


def _between(reading: Reading, first: Hit, last: Hit) -> bool:
    """Whether "between" stands before the pair, or after it where the language puts it there."""
    if marker(reading, first) == "between":
        return True
    after = reading.text[last.end : last.end + 30].split()[:2]
    return reading.lexicon.order == "sov" and any(
        reading.lexicon.markers.get(word) == "between" for word in after
    )


def events(reading: Reading, sentence: Sentence, pair: Pair) -> list[Event]:
    """The cues that say what passes between the pair, best first."""
    breaks = [cue.start for cue in sentence.kind("break")]
    found = []
    for cue in sentence.kind("event", "tie"):
        event = _fit(reading, sentence, cue, pair, breaks)
        if event is not None:
            found.append(event)
    if not any(event.cue.payload.type == "CONSULT" for event in found):
        found += _told(reading, sentence, pair)
    if not found and reading.lexicon.order == "svo":
        found += _given(reading, sentence, pair)
    return sorted(found, key=lambda event: (event.cost, event.cue.start))


def _given(reading: Reading, sentence: Sentence, pair: Pair) -> list[Event]:
    """A noun soon after the second actor ("gave A a promise"), where a few words alone stand between the two."""
    gap = reading.text[pair.first.end : pair.last.start]
    if pair.coordinated or len(gap.split()) > 5 or _PUNCTUATION.search(gap):
        return []
    if any(reading.lexicon.knows(word, "opener") for word in gap.split()):
        return []  # "asked K why A ..."
    end = pair.last.end + 12
    found: list[Event] = []
    for cue in sorted(sentence.kind("event", "tie")):
        if pair.last.end < cue.start <= end + 12 and not _PUNCTUATION.search(
            reading.text, pair.last.end, cue.start
        ):
            found.append(Event(cue, "after", 0.6 + 0.1 * len(found)))
            end = cue.end  # "a message of congratulation"
    return found[:2]


def _joint(group: Group) -> bool:
    """Whether two who are named together do it with each other: they meet, or talk by phone."""
    return group.direction == "mutual" or group.mode == "phone"


def _belongs(reading: Reading, sentence: Sentence, cue: Found[Group], pair: Pair, place: str) -> bool:
    """Whether a cue outside the pair can be theirs in an SVO sentence: one after both needs to be mutual or to have
    a pronoun for its object; one before both is a noun or participle, not the verb of another subject."""
    if place == "after":
        return (
            cue.payload.direction == "mutual"
            or (pair.coordinated and _joint(cue.payload))
            or any(other.start >= pair.last.end for other in sentence.kind("object_pronoun"))
        )
    determiners = reading.lexicon.determiners
    if place == "before" and quoted(reading, sentence, pair):
        return True
    part = marker(reading, pair.first)
    if (
        place == "before"
        and part in {"to", "with", "from"}
        and (pair.coordinated or part == marker(reading, pair.last))
    ):
        return pair.between  # "X wrote to A and to K"
    if place == "before" and not pair.between and determiners:
        words = [match.group() for match in _WORD.finditer(reading.text, sentence.start, cue.start)]
        opening = words and words[0] in determiners and words[0] not in reading.lexicon.markers
        if opening and pair.first.kind != "pronoun" and pair.first.start - cue.end == 1:
            return False  # "The envoy briefed A before ..."
        words = words[-3:]
        return (
            not words
            or words[-1].endswith("'s")
            or any(word in reading.lexicon.markers or word in determiners for word in words)
        )
    return True


def _told(reading: Reading, sentence: Sentence, pair: Pair) -> list[Event]:
    """A word of saying with one actor and the other as whom it is said to."""
    if not any(marker(reading, hit) == "to" for hit in (pair.a, pair.b)):
        return []
    group = reading.lexicon.groups["told"]
    for cue in sentence.kind("speech"):
        event = _fit(reading, sentence, Found(cue.start, cue.end, group), pair, [])
        if event is not None and (event.place != "before" or reading.lexicon.order == "vso"):
            return [event]
    return []


def _fit(
    reading: Reading, sentence: Sentence, cue: Found[Group], pair: Pair, breaks: list[int]
) -> Event | None:
    first, last = pair.first, pair.last
    if cue.start < last.end and first.start < cue.end and not first.end <= cue.start < last.start:
        return None
    if cue.end <= first.start:
        place, gap = "before", first.start - cue.end
    elif cue.start >= last.end:
        place, gap = "after", cue.start - last.end
    else:
        place, gap = "between", 0
    if gap > REACH:
        return None
    low, high = min(cue.start, first.start), max(cue.end, last.end)
    if any(low < offset < high for offset in breaks) or _of_others(sentence, pair, cue):
        return None
    if pair.coordinated and not pair.between and not _joint(cue.payload):
        return None
    if reading.lexicon.order == "svo" and not _belongs(reading, sentence, cue, pair, place):
        return None
    order = reading.lexicon.order
    natural = {"vso": "before", "sov": "after"}.get(order, "between")
    # The main verb of an SOV sentence is its last; elsewhere the nearest cue says most.
    distance = sentence.end - cue.end if order == "sov" else gap
    cost = distance / REACH + (0.0 if place == natural else 0.15 if place == "between" else 0.6)
    if cue.payload.kind == "tie":
        cost += 0.35
    return Event(cue, place, cost)


def _of_others(sentence: Sentence, pair: Pair, cue: Found[Group]) -> bool:
    """Whether a cue is plainly not about the two."""
    return _says(sentence, cue, pair.last) or (cue.payload.type in _MATERIAL and not _upon(pair, cue))


def _upon(pair: Pair, cue: Found[Group]) -> bool:
    """Whether violence or unrest is plainly done by one of the two to the other, named beside the word for it: most such
    words in a sentence about the two have someone else for their object."""
    if "pronoun" in {pair.a.kind, pair.b.kind} or pair.coordinated:
        return False
    return min(abs(cue.start - pair.last.end), abs(pair.last.start - cue.end)) <= _BESIDE


def _says(sentence: Sentence, cue: Found[Group], last: Hit) -> bool:
    """Whether a clause begins between a cue of meeting and the second actor ("received reports that A ...")."""
    return (
        cue.payload.type == "CONSULT"
        and cue.payload.id != "told"
        and any(cue.end <= other.start < last.start for other in sentence.kind("that"))
    )


def quoted(reading: Reading, sentence: Sentence, pair: Pair) -> bool:
    """Whether the second actor says what stands quoted before ('"We will not forget A," K said')."""
    gap = reading.text[pair.first.end : pair.last.start]
    return '"' in gap and any(
        -3 <= cue.start - pair.last.end <= 3 or 0 <= pair.last.start - cue.end <= 3
        for cue in sentence.kind("speech")
    )


def direction(
    reading: Reading,
    sentence: Sentence,
    pair: Pair,
    event: Event | None,
    found: Sequence[Event] = (),
) -> Direction:
    """Who acts on whom. `found`: every event of the sentence."""
    if event is None:
        return _undirected(reading, pair)
    if event.place == "before" and quoted(reading, sentence, pair):
        return _from(pair.last.side)
    if event.cue.payload.id == "meet" and not pair.between:
        visit = next(
            (one for one in found if one.cue.payload.mode == "visit" and one.cost <= _VISIT_COST), None
        )
        event = visit or event  # who came is the actor
    if pair.between or pair.coordinated or event.cue.payload.direction == "mutual":
        return "mutual"
    return _from(_acting(reading, sentence, pair, event))


def _acting(reading: Reading, sentence: Sentence, pair: Pair, event: Event) -> Side:
    actor = _actor(reading, sentence, pair, event)
    if event.cue.payload.direction == "reversed":
        return "b" if actor == "a" else "a"
    return actor


def _from(side: Side) -> Direction:
    return "a->b" if side == "a" else "b->a"


def _undirected(reading: Reading, pair: Pair) -> Direction:
    """Without a cue: the first acts on the second where a few words with neither comma nor possessive stand between
    ("K called A ...", "K to A: ...", "he sent him ..."), else they are in a state."""
    gap = reading.text[pair.first.end : pair.last.start]
    words = gap.split()
    known = reading.lexicon
    if (
        known.order not in {"svo", "v2"}
        or pair.coordinated
        or pair.a.kind != pair.b.kind == "pronoun"
        or pair.b.kind != pair.a.kind == "pronoun"
        or (pair.a.kind == "pronoun" and len(words) > _BETWEEN_PRONOUNS)
        or not 0 < len(words) <= 6
        or gap.startswith("'")
        or _PUNCTUATION.search(gap)
        or known.markers.get(words[-1]) == "of"
        or known.knows(words[0], "opener")
    ):
        return "mutual"
    return "a->b" if pair.first.side == "a" else "b->a"


def _actor(reading: Reading, sentence: Sentence, pair: Pair, event: Event) -> Side:
    """Who acts: by the part that a marker gives an actor, else the one that stands first."""
    parts = {
        hit.side: marker(reading, hit, event.cue)
        for hit in (pair.a, pair.b)
        if not _of_another(sentence, hit, event)
    }
    asked = event.cue.payload.type == "REQUEST"  # something is asked from the other
    received = event.cue.payload.id == "hosted_by"  # by him who is visited
    for side, part in parts.items():
        if part == "by" or (part == "from" and not asked):
            return ("b" if side == "a" else "a") if received else side
    if event.cue.payload.direction != "reversed":
        for side, part in parts.items():
            if part in {"to", "object", "from"}:
                return "b" if side == "a" else "a"
    return pair.last.side if _fronted(reading, sentence, pair) else pair.first.side


def _fronted(reading: Reading, sentence: Sentence, pair: Pair) -> bool:
    """Whether the first actor stands in a phrase that only opens the sentence ("With A gone, K has lost ...")."""
    opening = reading.text[sentence.start : pair.first.start].split()
    if reading.lexicon.order != "svo" or "pronoun" in {pair.a.kind, pair.b.kind} or not opening:
        return False
    comma = reading.text.rfind(",", pair.first.end, pair.last.start)
    if comma < 0 or len(reading.text[comma : pair.last.start].split()) > _TITLES:
        return False
    return len(opening) <= _TITLES and opening[0] in reading.lexicon.markers


def _of_another(sentence: Sentence, hit: Hit, event: Event) -> bool:
    """Whether another act stands between the cue and an actor, whose marker then is its ("visited X, where he was
    received by K")."""
    return any(
        event.cue.end < cue.start and cue.end < hit.start and cue.payload.type is not None
        for cue in sentence.kind("event")
    )


def marker(reading: Reading, hit: Hit, cue: Found[Group] | None = None) -> str | None:
    """The part (from, to, by, with, between, and, of, object) that the words or letters beside an actor give it;
    a word that belongs to `cue` ("praised by") is the cue's."""
    known = reading.parts.get(hit)
    if known is None:
        known = reading.parts[hit] = (fused(reading, hit), *_word_before(reading, hit))
    letters, part, offset = known
    return letters or (None if cue is not None and cue.start <= offset < cue.end else part)


def fused(reading: Reading, hit: Hit) -> str | None:
    text, lexicon = reading.text, reading.lexicon
    surface = text[hit.start : hit.end]
    low = max(0, hit.start - 4)
    before = None if text[hit.start - 1 : hit.start] == " " else _FUSED_BEFORE.search(text, low, hit.start)
    prefix = (before.group() if before else "") + ("لل" if surface.startswith("لل") else "")
    after = _FUSED_AFTER.match(text, hit.end)
    for table, piece in (
        (lexicon.prefixes, prefix),
        (lexicon.suffixes, after.group().strip() if after else ""),
    ):
        if piece in table:
            return table[piece]
    if hit.kind == "pronoun" or " " not in surface.strip():
        return next((part for ending, part in lexicon.endings.items() if surface.endswith(ending)), None)
    return None


def marker_gap(reading: Reading, start: int, end: int) -> bool:
    """Whether only markers and titles stand between two offsets ("adviser to President ...")."""
    words = [match.group() for match in _WORD.finditer(reading.text, start, end)]
    return all(word in reading.lexicon.markers or reading.lexicon.knows(word, "title") for word in words)


def _word_before(reading: Reading, hit: Hit) -> tuple[str | None, int]:
    """The part that the words before an actor give it, and where the one word that does so begins (else -1)."""
    offset = hit.start
    near = reading.text[max(0, offset - 24) : offset].rstrip()
    for words, part in reading.lexicon.phrases.items():
        if near.endswith(words):
            return part, -1
    for _ in range(3):
        word, offset = _last_word(reading.text, offset)
        role = reading.lexicon.markers.get(word)
        if role:
            return role, offset
        if not word or not reading.lexicon.knows(word, "title"):
            break
    return None, -1


def _last_word(text: str, end: int) -> tuple[str, int]:
    """The word that ends one or two characters before an offset, and where it begins; empty where there is none."""
    low = max(0, end - _NEAR)
    low = max(low, text.rfind(" ", low, max(low, end - 2)) + 1)  # the search would try every word before
    found = _WORD_BEFORE.search(text, low, end)
    return (found.group(1), found.start(1)) if found else ("", end)
