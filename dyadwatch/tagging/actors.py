"""Which surfaces of a text mean the actors: namesakes, expired roles, metonyms and other people are refused."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from dyadwatch.tagging.automaton import Found, longest
from dyadwatch.tagging.posts import PERSON_KINDS, Post
from dyadwatch.tagging.reading import Hit, Reading, Sentence
from dyadwatch.tagging.watch import SIDES, Actor, Side, Watch

# Of surfaces with the same span, the lower wins.
_RANK = {"name": 0, "namesake": 1, "role": 2, "alias": 3, "aide": 4, "metonym": 5}
_WORD_BEFORE = re.compile(r"([\w'-]+)[ ]$")
_WORD_AFTER = re.compile(r"[ ]([\w'-]+)")
_TWO_WORDS_AFTER = re.compile(r",? ([\w'-]+) ([\w'-]+)")
_LONG_WORD = re.compile(r"\w{4,}")
_STOP = re.compile(r"[.;:!?\u061f\u2014]")
_COMMA = re.compile(r"[,\u060c.;:\u2014]")
# Languages that write names, and little else, with a capital.
_CASED = frozenset({"en", "fr", "es", "ru", "tr"})
_WINDOW = 80  # folded characters around a surface in which another may bear on it


class Actors(NamedTuple):
    """The surfaces of both actors in a text, in order."""

    hits: tuple[Hit, ...]
    metonyms: tuple[Hit, ...]
    aides: tuple[Hit, ...]
    places: frozenset[int]  # where words for the actors' countries begin


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
    for item in scene.items:
        side, kind = item.payload.side, item.payload.kind
        hit = Hit(item.start, item.end, side, "role" if kind == "role" else "name", kind == "name")
        verdict = _verdict(scene, item)
        if verdict == "metonym":
            metonyms.append(hit)
        elif verdict == "actor":
            hits.append(hit)
    aides = [item for item in scene.items if item.payload.kind == "aide"]
    return Actors(
        tuple(_without_titles(reading, hits)),
        tuple(metonyms),
        tuple(Hit(item.start, item.end, item.payload.side, "name") for item in aides),
        scene.places,
    )


def _scene(reading: Reading, watch: Watch, found: Sequence[Found[Post]]) -> _Scene:
    best: dict[tuple[int, int], Found[Post]] = {}
    for item in longest(item for item in found if _counts(item.payload, reading.language)):
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
    return _Scene(reading, watch, items, [item.start for item in items], tellers, countries, places)


def _counts(post: Post, language: str) -> bool:
    """Whether a surface is looked at: aliases only in their language; countries are context."""
    return post.kind != "country" and (post.kind != "alias" or post.language in {"und", language})


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


def _verdict(scene: _Scene, item: Found[Post]) -> str:
    """actor, metonym, or refused."""
    kind = item.payload.kind
    if kind == "metonym":
        return "metonym"
    if kind not in PERSON_KINDS:
        return "refused"
    if _beside(scene, item, "metonym_before", after=False) or (kind != "role" and _modifies(scene, item)):
        return "metonym"
    means_actor = kind == "name" or (_alias(scene, item) if kind == "alias" else _role(scene, item))
    return "actor" if means_actor else "refused"


def _modifies(scene: _Scene, item: Found[Post]) -> bool:
    """Whether a name only says whose something is: "Assad regime", "Assad-held"."""
    hyphen = scene.reading.text[item.end : item.end + 1] == "-"
    return _beside(scene, item, "metonym_after", after=True) or (
        hyphen and _beside(scene, item, "metonym_hyphen", after=True)
    )


def _beside(scene: _Scene, item: Found[Post], kind: str, *, after: bool) -> bool:
    """Whether a cue of `kind` stands directly after, or before, the item."""
    gaps = (
        cue.start - item.end if after else item.start - cue.end for cue in scene.sentence(item).kind(kind)
    )
    return any(0 <= gap <= 1 for gap in gaps)


def _alias(scene: _Scene, item: Found[Post]) -> bool:
    """Whether a bare surname means the actor: the nearest full name before it decides, else the first of the text,
    else the period in which the surname is used of the actor."""
    if _other_person(scene, item):
        return False
    tellers = scene.tellers[item.payload.side]
    if tellers:
        before = bisect_left(tellers, item.start, key=lambda other: other.start)
        return tellers[max(0, before - 1)].payload.kind == "name"
    actor = scene.actor(item)
    return _beside(scene, item, "late", after=False) or _held(
        actor.aliases_from, actor.aliases_until, _time(scene.reading, item.start)
    )


def _other_person(scene: _Scene, item: Found[Post]) -> bool:
    """Whether a bare surname belongs to a longer name of someone else ("Omar Asad", "Assad Khan")."""
    reading, sentence = scene.reading, scene.sentence(item)
    before = _WORD_BEFORE.search(reading.text, max(sentence.start, item.start - 40), item.start)
    if before and before.group(1) in reading.lexicon.names and not reading.small(before.start(1)):
        return True
    if reading.language not in _CASED:
        return False
    after = _WORD_AFTER.match(reading.text, item.end, sentence.end)
    given = (
        before is not None
        and before.start(1) > sentence.start
        and "'" not in before.group(1)
        and _unknown(scene, item, before, "title")
    )
    family = after is not None and len(after.group(1)) > 1 and _unknown(scene, item, after, "after_name")
    return (given or family) and not _title_case(reading, sentence)


def _unknown(scene: _Scene, item: Found[Post], word: re.Match[str], kind: str) -> bool:
    """Whether a word beside a surname is written with a capital and nothing says why."""
    reading, (start, end) = scene.reading, word.span(1)
    return (
        reading.capital(start)
        and not word.group(1).endswith("'s")
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


def _role(scene: _Scene, item: Found[Post]) -> bool:
    """Whether an office means the actor: held at the time, not given to another, tied to the country where needed."""
    reading, role = scene.reading, scene.actor(item).roles[item.payload.number]
    if not _held(role.start, role.until, _time(reading, item.start)) or _someone_else(scene, item):
        return False
    if _shadowed(scene, item):
        return False
    return not role.needs_country or _tied(scene, item)


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
    reading, near = scene.reading, scene.near(item)
    if any(
        other.payload.kind == "namesake"
        and 0 <= other.start - item.end <= 12
        and not _STOP.search(reading.text, item.end, other.start)
        for other in near
    ):
        return True
    before = _WORD_BEFORE.search(reading.text, max(0, item.start - 40), item.start)
    if before and before.group(1).endswith("'s") and before.start(1) not in scene.places:
        return reading.capital(before.start(1))
    after = _TWO_WORDS_AFTER.match(reading.text, item.end) if reading.language in _CASED else None
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


def _time(reading: Reading, offset: int) -> tuple[date, date] | None:
    """The days that a sentence speaks of: those of the one year that it names, else the day of publication."""
    sentence = reading.sentences[reading.at(offset)]
    years = sentence.years
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
