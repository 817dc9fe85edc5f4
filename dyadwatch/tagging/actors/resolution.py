"""Which surfaces of a text mean the actors: namesakes, expired roles, metonyms and other people are refused."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from dyadwatch.model.mentions import Reason
from dyadwatch.tagging.actors.other_persons import others
from dyadwatch.tagging.documents.document import Hit, Reading, Sentence
from dyadwatch.tagging.lexicons.lexicon import CASED
from dyadwatch.tagging.lexicons.matcher import Found, longest
from dyadwatch.tagging.watches.gazetteer import PERSON_KINDS, Post
from dyadwatch.tagging.watches.watch import SIDES, Actor, Side, Watch
from dyadwatch.text.sentences import first_line

# Of surfaces with the same span, the lower wins.
_RANK = {"name": 0, "namesake": 1, "role": 2, "alias": 3, "aide": 4, "description": 5, "metonym": 6}
_WORD_BEFORE = re.compile(r"([\w'-]+)[ ]$")
_NAME_BEFORE = re.compile(r"([\w'-]+),? $")
_WORD_AFTER = re.compile(r"[ ]([\w'-]+)")
_TWO_WORDS_AFTER = re.compile(r",? ([\w'-]+) ([\w'-]+)")
_LONG_WORD = re.compile(r"\w{4,}")
_STOP = re.compile(r"[.;:!?\u061f\u2014]")
_COMMA = re.compile(r"[,\u060c.;:\u2014]")
_CONTEXT = frozenset({"aide", "description"})  # kinds that are no surface of the actor
_SOON = 300  # folded characters in which a description may precede the name
_TALE = 12  # sentences for which a paragraph tells of a year that it named
_NEAR = 40  # folded characters in which the word before a surface is looked for
_NEXT = 60  # folded characters beside a surface in which a cue may stand
_WINDOW = 80  # folded characters around a surface in which another may bear on it


class Actors(NamedTuple):
    """The surfaces of both actors in a text, in order."""

    hits: tuple[Hit, ...]
    metonyms: tuple[Hit, ...]
    aides: tuple[Hit, ...]
    described: tuple[Hit, ...]  # by words that mean an actor whom the text names elsewhere
    others: tuple[Hit, ...]  # people who are neither: namesakes, aides, public figures; their side is void
    places: frozenset[int]  # where words for the actors' countries begin
    persons: frozenset[Side]  # the sides that are people, not bodies
    refused: tuple[tuple[Hit, Reason], ...] = ()


@dataclass(frozen=True, slots=True)
class _Scene:
    """A text with what was found in it for a watch, by position."""

    reading: Reading
    watch: Watch
    items: Sequence[Found[Post]]
    starts: Sequence[int]
    tellers: dict[Side, list[Found[Post]]]
    countries: dict[Side, list[int]]
    places: frozenset[int]
    named: dict[Side, Found[Post] | None]  # the first full name of each

    def near(self, item: Found[Post]) -> Sequence[Found[Post]]:
        """What else was found around an item."""
        low = bisect_left(self.starts, item.start - _WINDOW)
        return [
            other
            for other in self.items[low : bisect_right(self.starts, item.end + _WINDOW)]
            if other is not item
        ]

    def within(self, low: int, high: int) -> Sequence[Found[Post]]:
        return self.items[bisect_left(self.starts, low) : bisect_left(self.starts, high)]

    def sentence(self, item: Found[Post]) -> Sentence:
        return self.reading.sentences[self.reading.at(item.start)]

    def actor(self, item: Found[Post]) -> Actor:
        return self.watch.actor(item.payload.side)


def resolve(reading: Reading, watch: Watch, found: Sequence[Found[Post]]) -> Actors:
    """Decides each surface. Within a longer one the shorter means nothing (longest match wins)."""
    scene = _scene(reading, watch, found)
    hits: list[Hit] = []
    metonyms: list[Hit] = []
    refused: list[tuple[Hit, Reason]] = []
    for item in scene.items:
        side, kind = item.payload.side, item.payload.kind
        hit = Hit(item.start, item.end, side, "role" if kind == "role" else "name", kind == "name")
        if kind in _CONTEXT:
            continue
        reason = _refusal(scene, item)
        if reason is None:
            hits.append(hit)
            continue
        if reason == "metonym":
            metonyms.append(hit)
        if kind != "metonym":
            refused.append((hit, reason))
    hits = _without_titles(reading, hits)
    return Actors(
        tuple(hits),
        tuple(metonyms),
        _of_kind(scene, "aide"),
        tuple(hit for hit in _of_kind(scene, "description") if _introduced(hit, hits)),
        others(reading, hits, _of_kind(scene, "aide", "namesake")),
        scene.places,
        frozenset(side for side in SIDES if watch.actor(side).pronouns != "it"),
        tuple(refused),
    )


def _of_kind(scene: _Scene, *kinds: str) -> tuple[Hit, ...]:
    found = (item for item in scene.items if item.payload.kind in kinds)
    return tuple(Hit(item.start, item.end, item.payload.side, "pronoun") for item in found)


def _introduced(described: Hit, hits: Sequence[Hit]) -> bool:
    """Whether the actor was named before, or at most a few lines later."""
    return any(hit.side == described.side and hit.start < described.start + _SOON for hit in hits)


def _scene(reading: Reading, watch: Watch, found: Sequence[Found[Post]]) -> _Scene:
    best: dict[tuple[int, int], Found[Post]] = {}
    for item in longest(item for item in found if _counts(item, reading)):
        rival = best.get((item.start, item.end))
        if rival is None or _wins(item, rival, watch, reading):
            best[item.start, item.end] = item
    items = list(best.values())
    tellers: dict[Side, list[Found[Post]]] = {"a": [], "b": []}
    for item in items:
        if _tells(watch.actor(item.payload.side), item):
            tellers[item.payload.side].append(item)
    countries: dict[Side, list[int]] = {"a": [], "b": []}
    for item in found:
        if item.payload.kind == "country":
            countries[item.payload.side].append(item.start)
    places = frozenset(start for side in SIDES for start in countries[side])
    named = {side: next((one for one in tellers[side] if one.payload.kind == "name"), None) for side in SIDES}
    return _Scene(reading, watch, items, [item.start for item in items], tellers, countries, places, named)


def _counts(item: Found[Post], reading: Reading) -> bool:
    """Whether a surface is looked at: aliases only in their language; countries are context."""
    kind, languages = item.payload.kind, item.payload.languages
    if kind != "alias" or "und" in languages:
        return kind != "country"
    return reading.sentences[reading.at(item.start)].lexicon.language in languages


def _wins(item: Found[Post], rival: Found[Post], watch: Watch, reading: Reading) -> bool:
    """Of two with the same span: the stronger kind; of two roles with the same words, the one held at the time."""
    if _RANK[item.payload.kind] != _RANK[rival.payload.kind]:
        return _RANK[item.payload.kind] < _RANK[rival.payload.kind]
    if item.payload.kind != "role":
        return False
    role = watch.actor(item.payload.side).roles[item.payload.number]
    return _held(role.start, role.until, _time(reading, item.start))


def _tells(actor: Actor, item: Found[Post]) -> bool:
    """Whether an item says whom a bare alias means: the full name, or a namesake that shadows it."""
    post = item.payload
    return post.kind == "name" or (post.kind == "namesake" and actor.namesakes[post.number].shadows)


def _refusal(scene: _Scene, item: Found[Post]) -> Reason | None:
    """Why a surface does not mean the actor himself; None where it does."""
    kind = item.payload.kind
    if kind in {"metonym", "namesake"}:
        return "metonym" if kind == "metonym" else "namesake"
    if scene.actor(item).pronouns != "it" and (
        _beside(scene, item, "metonym_before", after=False) or (kind != "role" and _modifies(scene, item))
    ):
        return "metonym"  # where the actor is a state or a body, what is its own acts for it
    if kind == "name":
        return None
    return _alias(scene, item) if kind == "alias" else _role(scene, item)


def _modifies(scene: _Scene, item: Found[Post]) -> bool:
    """Whether a name only says whose something is: "Assad regime", "Assad-held"."""
    hyphen = scene.reading.text[item.end : item.end + 1] == "-"
    return _beside(scene, item, "metonym_after", after=True) or (
        hyphen and _beside(scene, item, "metonym_hyphen", after=True)
    )


def _beside(scene: _Scene, item: Found[Post], kind: str, *, after: bool) -> bool:
    """Whether a cue of `kind` stands directly after, or before, the item, in its sentence."""
    sentence, text = scene.sentence(item), scene.reading.text
    if after:
        low, high = item.end, min(sentence.end, item.end + _NEXT)
    else:
        low, high = max(sentence.start, item.start - _NEXT), item.start
    for cue in sentence.lexicon.beside.find(text[low:high]):
        if cue.payload.kind == kind and (cue.start <= 1 if after else high - low - cue.end <= 1):
            return True
    return False


def _alias(scene: _Scene, item: Found[Post]) -> Reason | None:
    """Why a bare surname does not mean the actor: the nearest full name before it decides, else the first of the text,
    else the period in which the surname is used of the actor."""
    if _other_person(scene, item):
        return "other_person"
    teller = _spoken_of(scene, item)
    if teller is not None:
        return None if teller.payload.kind == "name" else "namesake"
    actor = scene.actor(item)
    if _beside(scene, item, "late", after=False) or _held(
        actor.aliases_from, actor.aliases_until, _time(scene.reading, item.start)
    ):
        return None
    return "expired_role"


def _spoken_of(scene: _Scene, item: Found[Post]) -> Found[Post] | None:
    """The full name that a bare surname stands for: the nearest before it, else the actor's wherever it stands, else, in
    a headline, the first. A namesake named after the actor has his paragraph only, and the surname then means the actor
    again."""
    reading, tellers = scene.reading, scene.tellers[item.payload.side]
    before = bisect_left(tellers, item.start, key=lambda other: other.start)
    named = scene.named[item.payload.side]
    if not before:
        if item.start < len(first_line(reading.given)):
            return tellers[0] if tellers else None
        return named
    nearest = tellers[before - 1]
    paragraphs = {reading.paragraphs[reading.at(one.start)] for one in (nearest, item)}
    if nearest.payload.kind != "name" and len(paragraphs) == 2 and named and named.start < item.start:
        return named
    return nearest


def _other_person(scene: _Scene, item: Found[Post]) -> bool:
    """Whether a bare surname belongs to a longer name of someone else ("Omar Asad", "Assad Khan")."""
    sentence = scene.sentence(item)
    reading = scene.reading.local(sentence)
    before = _word_before(reading, item.start, sentence.start)
    if before and before.group(1) in reading.lexicon.names and not reading.small(before.start(1)):
        return True
    if reading.language not in CASED:
        return False
    after = _WORD_AFTER.match(reading.text, item.end, sentence.end)
    given = (
        before is not None
        and before.start(1) > sentence.start
        and "'" not in before.group(1)
        and _unknown(scene, item, before, "title")
        and not reading.lexicon.knows(before.group(1), "no_name")
    )
    family = after is not None and len(after.group(1)) > 1 and _unknown(scene, item, after, "after_name")
    return (given or family) and not _title_case(reading, sentence)


def _word_before(reading: Reading, offset: int, low: int) -> re.Match[str] | None:
    """The word directly before an offset, not before `low`."""
    low = max(low, offset - _NEAR)
    low = max(low, reading.text.rfind(" ", low, max(low, offset - 1)) + 1)  # the search would try every word
    return _WORD_BEFORE.search(reading.text, low, offset)


def _unknown(scene: _Scene, item: Found[Post], word: re.Match[str], kind: str) -> bool:
    """Whether a word beside a surname is written with a capital and nothing says why."""
    reading, (start, end) = scene.reading.local(scene.sentence(item)), word.span(1)
    return (
        reading.capital(start)
        and not (kind == "title" and word.group(1).endswith("'s"))
        and start not in scene.places
        and not reading.lexicon.knows(word.group(1), kind)
        and not any(other.start < end and start < other.end for other in scene.near(item))
    )


def _title_case(reading: Reading, sentence: Sentence) -> bool:
    """Whether the sentence is a headline whose words are mostly capitalised."""
    words = [
        match.start()
        for match in _LONG_WORD.finditer(
            reading.text, sentence.start, min(sentence.end, sentence.start + 200)
        )
    ]
    capitals = sum(map(reading.capital, words))
    return len(words) > 4 and capitals / len(words) > 0.7


def _role(scene: _Scene, item: Found[Post]) -> Reason | None:
    """Why an office does not mean the actor: not held at the time, given to another, not tied to the country."""
    reading, role = scene.reading, scene.actor(item).roles[item.payload.number]
    if not _held(role.start, role.until, _time(reading, item.start)):
        return "expired_role"
    if _someone_else(scene, item) or (role.needs_country and not _tied(scene, item)):
        return "other_person"
    return "namesake" if _shadowed(scene, item) else None


def _tied(scene: _Scene, item: Found[Post]) -> bool:
    """Whether the actor's country is named at most two sentences before or one after, the actor anywhere (by his bare
    name: that near), or the other one beside it."""
    reading, side = scene.reading, item.payload.side
    here = reading.at(item.start)
    low = reading.sentences[max(0, here - 2)].start
    high = reading.sentences[min(len(reading.sentences) - 1, here + 1)].end
    countries = scene.countries[side]
    if bisect_left(countries, low) < bisect_left(countries, high):
        return True
    if any(other.payload.kind == "name" for other in scene.tellers[side]):
        return True
    if any(other.payload.kind == "alias" and other.payload.side == side for other in scene.within(low, high)):
        return True
    sentence = reading.sentences[here]
    return any(
        other.payload.kind in PERSON_KINDS and (other.payload.side != side or other.payload.kind == "alias")
        for other in scene.within(sentence.start, sentence.end)
    )


def _shadowed(scene: _Scene, item: Found[Post]) -> bool:
    """Whether a shadowing namesake, not the actor, is spoken of here: named in this sentence or the one before."""
    tellers = scene.tellers[item.payload.side]
    before = bisect_left(tellers, item.start, key=lambda other: other.start)
    if not before or any(other.payload.kind == "name" for other in tellers[:before][-8:]):
        return False
    return scene.reading.at(item.start) - scene.reading.at(tellers[before - 1].start) <= 1


def _someone_else(scene: _Scene, item: Found[Post]) -> bool:
    """Whether a role is given to another by name ("the Syrian president, Ahmed ...") or by country ("Libya's")."""
    reading, near = scene.reading.local(scene.sentence(item)), scene.near(item)
    if any(
        other.payload.kind == "namesake"
        and 0 <= other.start - item.end <= 12
        and not _STOP.search(reading.text, item.end, other.start)
        for other in near
    ):
        return True
    before = _word_before(reading, item.start, 0)
    if before and before.group(1).endswith("'s") and before.start(1) not in scene.places:
        return reading.capital(before.start(1))
    if before and _whose(scene, item, before.start(1)):
        return True
    after = _TWO_WORDS_AFTER.match(reading.text, item.end) if reading.language in CASED else None
    if not after or not reading.capital(after.start(1)) or not reading.capital(after.start(2)):
        return False
    known = any(
        other.start < after.end(2) + 12 and other.end > after.start(1) and other.payload.kind in PERSON_KINDS
        for other in near
    )
    return (
        not known
        and not reading.lexicon.knows(after.group(1), "after_name")
        and not _title_case(reading, scene.sentence(item))
    )


def _whose(scene: _Scene, item: Found[Post], offset: int) -> bool:
    """Whether a relative pronoun at an offset ("whose") follows the name of somewhere else."""
    reading = scene.reading.local(scene.sentence(item))
    pronoun = _LONG_WORD.match(reading.text, offset)
    if pronoun is None or not reading.lexicon.knows(pronoun.group(), "relative"):
        return False
    before = _NAME_BEFORE.search(reading.text, max(0, offset - 40), offset)
    return before is not None and reading.capital(before.start(1)) and before.start(1) not in scene.places


def _time(reading: Reading, offset: int) -> tuple[date, date] | None:
    """The days that a sentence speaks of: those of the one year that it names or, with none, that its paragraph named
    before; else the day of publication."""
    here = reading.at(offset)
    first = max(reading.paragraphs[here], here - _TALE)
    told = (reading.sentences[index].years for index in range(here, first - 1, -1))
    years = next((years for years in told if years), ())
    if len(years) == 1 and (reading.published is None or years[0] < reading.published.year):
        return date(years[0], 1, 1), date(years[0], 12, 31)
    return (reading.published, reading.published) if reading.published else None


def _held(start: date | None, until: date | None, time: tuple[date, date] | None) -> bool:
    return time is None or ((start is None or time[1] >= start) and (until is None or time[0] < until))


def _without_titles(reading: Reading, hits: list[Hit]) -> list[Hit]:
    """A role directly followed by the holder's name is one mention, the name."""
    kept = []
    for position, hit in enumerate(hits):
        names = (other for other in hits[position + 1 : position + 3] if other.kind == "name")
        follower = next(names, None)
        if (
            hit.kind == "role"
            and follower is not None
            and follower.side == hit.side
            and 0 <= follower.start - hit.end <= 24
            and not _COMMA.search(reading.text, hit.end, follower.start)
        ):
            continue
        kept.append(hit)
    return kept
