"""Which surfaces of a text mean the actors: namesakes, expired roles, metonyms and other people are refused."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from dyadwatch.tagging.automaton import PROCLITIC_LANGUAGES, Entry, Found, longest
from dyadwatch.tagging.fold import fold_surface
from dyadwatch.tagging.lexicon import Group
from dyadwatch.tagging.reading import Hit, Reading
from dyadwatch.tagging.surfaces import spellings
from dyadwatch.tagging.watch import SIDES, Actor, Side, Surfaces, Watch

PERSON_KINDS = frozenset({"name", "alias", "role"})
_RANK = {"name": 0, "namesake": 1, "role": 2, "alias": 3, "aide": 4, "metonym": 5, "country": 6}
_WORD_BEFORE = re.compile(r"([\w'-]+)[ ]$")
_WORD_AFTER = re.compile(r"[ ]([\w'-]+)")
_YEAR = re.compile(r"(?<!\d)(19[4-9]\d|20[0-4]\d)(?!\d)")
_CASED = frozenset({"en", "fr", "es", "ru", "tr", "uk", "pl", "it", "pt", "nl"})


class Post(NamedTuple):
    """What a surface stands for: an actor of a watch, as what, and (for roles and namesakes) which of the list."""

    watch: int
    side: Side
    kind: str
    number: int
    language: str


class Actors(NamedTuple):
    """The surfaces of both actors in a text, in order."""

    hits: tuple[Hit, ...]
    metonyms: tuple[Hit, ...]
    aides: tuple[Hit, ...]
    refused: tuple[tuple[int, int], ...]
    places: frozenset[int]  # where words for the actors' countries begin


def entries(number: int, watch: Watch) -> Iterable[Entry[Post]]:
    """Every surface of a watch, for the automaton."""
    for side in SIDES:
        actor = watch.actor(side)
        tables: list[tuple[str, int, Surfaces]] = [
            ("name", 0, actor.names),
            ("alias", 0, actor.aliases),
            ("metonym", 0, actor.metonyms),
            ("country", 0, actor.country),
            ("aide", 0, actor.aides),
        ]
        tables += [("role", index, role.text) for index, role in enumerate(actor.roles)]
        tables += [("namesake", index, item.text) for index, item in enumerate(actor.namesakes)]
        for kind, index, table in tables:
            for language, surfaces in table.items():
                seen = {fold_surface(spelling) for surface in surfaces for spelling in spellings(surface)}
                for surface in sorted(seen):
                    post = Post(number, side, kind, index, language)
                    yield Entry(surface, post, proclitics=language in PROCLITIC_LANGUAGES)


def names_both(posts: Iterable[Found[Post]]) -> bool:
    """Whether the surfaces found can make a mention: something of each side, a person or both by metonym."""
    kinds = {
        (found.payload.side, found.payload.kind in PERSON_KINDS)
        for found in posts
        if _RANK[found.payload.kind] != 6
    }
    return {side for side, _ in kinds} == {"a", "b"}


def resolve(reading: Reading, watch: Watch, found: Sequence[Found[Post]]) -> Actors:
    """Decides each surface. Within a longer one the shorter means nothing (longest match wins)."""
    places = frozenset(item.start for item in found if item.payload.kind == "country")
    country = {
        side: [item.start for item in found if item.payload.kind == "country" and item.payload.side == side]
        for side in SIDES
    }
    kept = longest(
        item
        for item in found
        if item.payload.kind != "country" and _in_language(item.payload, reading.language)
    )
    best: dict[tuple[int, int], Found[Post]] = {}
    for item in kept:
        rival = best.get((item.start, item.end))
        if (
            rival is None
            or _RANK[item.payload.kind] < _RANK[rival.payload.kind]
            or _later_role(item, rival, watch, reading)
        ):
            best[item.start, item.end] = item
    items = list(best.values())
    hits: list[Hit] = []
    metonyms: list[Hit] = []
    refused: list[tuple[int, int]] = []
    for item in items:
        side, kind = item.payload.side, item.payload.kind
        actor = watch.actor(side)
        if kind == "metonym":
            metonyms.append(Hit(item.start, item.end, side, "name"))
        elif kind == "namesake":
            refused.append((item.start, item.end))
        elif kind in {"name", "alias"}:
            verdict = _name(reading, actor, item, items, places)
            if verdict == "metonym":
                metonyms.append(Hit(item.start, item.end, side, "name"))
            elif verdict == "refused":
                refused.append((item.start, item.end))
            else:
                hits.append(Hit(item.start, item.end, side, "name", kind == "name"))
        elif kind == "role" and _role(reading, actor, item, items, country[side]):
            hits.append(Hit(item.start, item.end, side, "role"))
    hits = _without_titles(reading, hits)
    aides = tuple(
        Hit(item.start, item.end, item.payload.side, "name") for item in items if item.payload.kind == "aide"
    )
    return Actors(tuple(hits), tuple(metonyms), aides, tuple(refused), places)


def _in_language(post: Post, language: str) -> bool:
    return post.kind != "alias" or post.language in {"und", language}


def _later_role(item: Found[Post], rival: Found[Post], watch: Watch, reading: Reading) -> bool:
    """Of two roles with the same words, the one that is held at the time."""
    if item.payload.kind != "role" or rival.payload.kind != "role":
        return False
    role = watch.actor(item.payload.side).roles[item.payload.number]
    return _held(role.start, role.until, _time(reading, item.start))


def _name(
    reading: Reading, actor: Actor, item: Found[Post], items: Sequence[Found[Post]], places: frozenset[int]
) -> str:
    if _beside(reading, item, "metonym_after", after=True) or _beside(
        reading, item, "metonym_before", after=False
    ):
        return "metonym"
    if item.payload.kind == "name":
        return "actor"
    if _other_person(reading, item, items, places):
        return "refused"
    told = _told(actor, item, items)
    if told is not None:
        return "actor" if told else "refused"
    late = _beside(reading, item, "late", after=False)
    return (
        "actor"
        if late or _held(actor.aliases_from, actor.aliases_until, _time(reading, item.start))
        else "refused"
    )


def _told(actor: Actor, item: Found[Post], items: Sequence[Found[Post]]) -> bool | None:
    """Whether the nearest full name before the item, else the first of the text, is the actor's; None without any."""
    full = [other for other in items if other.payload.side == item.payload.side and _tells(actor, other)]
    before = [other for other in full if other.start < item.start]
    teller = before[-1] if before else full[0] if full else None
    return None if teller is None else teller.payload.kind == "name"


def _tells(actor: Actor, item: Found[Post]) -> bool:
    """Whether an item says whom a bare alias means: the full name, or a namesake that shadows it."""
    post = item.payload
    return post.kind == "name" or (post.kind == "namesake" and actor.namesakes[post.number].shadows)


def _beside(reading: Reading, item: Found[Post], kind: str, *, after: bool) -> bool:
    """Whether a cue of `kind` stands directly after, or before, the item."""
    if after:
        return any(
            cue.payload.kind == kind and 0 <= cue.start - item.end <= 1 for cue in _near(reading, item)
        )
    return any(cue.payload.kind == kind and 0 <= item.start - cue.end <= 1 for cue in _near(reading, item))


def _near(reading: Reading, item: Found[Post]) -> Sequence[Found[Group]]:
    sentence = reading.sentences[reading.at(item.start)]
    return sentence.cues


def _other_person(
    reading: Reading, item: Found[Post], items: Sequence[Found[Post]], places: frozenset[int]
) -> bool:
    """Whether a bare surname belongs to a longer name of someone else ("Omar Asad", "Assad Khan")."""
    sentence = reading.sentences[reading.at(item.start)]
    before = _WORD_BEFORE.search(reading.text, max(sentence.start, item.start - 40), item.start)
    after = _WORD_AFTER.match(reading.text, item.end, sentence.end)
    if before and before.group(1) in reading.lexicon.names:
        return True
    if reading.language not in _CASED or _title_case(reading, item):
        return False
    others = [other for other in items if other is not item]
    if (
        before
        and before.start(1) > sentence.start
        and reading.capital(before.start(1))
        and "'" not in before.group(1)
        and before.start(1) not in places
        and not _known(reading, before.group(1), "title")
        and not any(other.end > before.start(1) and other.start < item.start for other in others)
    ):
        return True
    return bool(
        after
        and len(after.group(1)) > 1
        and reading.capital(after.start(1))
        and not reading.text[after.start(1) : after.end(1)].endswith("'s")
        and after.start(1) not in places
        and not _known(reading, after.group(1), "after_name")
        and not any(other.start <= after.start(1) < other.end for other in others)
    )


def _known(reading: Reading, word: str, kind: str) -> bool:
    bare = word.removesuffix("'s")
    return any(found.payload.kind == kind for found in reading.lexicon.automaton.find(bare))


def _title_case(reading: Reading, item: Found[Post]) -> bool:
    """Whether the sentence is a headline whose words are mostly capitalised."""
    sentence = reading.sentences[reading.at(item.start)]
    words = [match.start() for match in re.finditer(r"\w{4,}", reading.text[sentence.start : sentence.end])]
    capitals = sum(reading.capital(sentence.start + start) for start in words)
    return len(words) > 4 and capitals / len(words) > 0.7


def _role(
    reading: Reading, actor: Actor, item: Found[Post], items: Sequence[Found[Post]], country: Sequence[int]
) -> bool:
    role = actor.roles[item.payload.number]
    if not _held(role.start, role.until, _time(reading, item.start)) or _beside(
        reading, item, "metonym_before", after=False
    ):
        return False
    if _shadowed(reading, actor, item, items):
        return False
    others = [other for other in items if other.payload.kind == "namesake"]
    if any(
        0 <= other.start - item.end <= 12 and _apposed(reading, item.end, other.start) for other in others
    ):
        return False
    if not role.needs_country:
        return not _someone_else(reading, item, items)
    if any(
        other.payload.side == item.payload.side and other.payload.kind in {"name", "alias"} for other in items
    ):
        return not _someone_else(reading, item, items)
    here = reading.at(item.start)
    near = any(abs(reading.at(start) - here) <= 1 for start in country) or any(
        other.payload.side != item.payload.side
        and other.payload.kind in PERSON_KINDS
        and reading.at(other.start) == here
        for other in items
    )
    return near and not _someone_else(reading, item, items)


def _shadowed(reading: Reading, actor: Actor, item: Found[Post], items: Sequence[Found[Post]]) -> bool:
    """Whether a shadowing namesake, not the actor, is spoken of here: named in this sentence or the one before."""
    named = [other for other in items if other.payload.side == item.payload.side and other.start < item.start]
    if any(other.payload.kind in {"name", "alias"} for other in named):
        return False
    here = reading.at(item.start)
    return any(_tells(actor, other) and here - reading.at(other.start) <= 1 for other in named)


def _apposed(reading: Reading, start: int, end: int) -> bool:
    return not re.search(r"[.;:!?\u061f\u2014]", reading.text[start:end])


def _someone_else(reading: Reading, item: Found[Post], items: Sequence[Found[Post]]) -> bool:
    """Whether a role is given to another by name ("the Syrian president, Ahmed ...") or by country ("Libya's")."""
    before = _WORD_BEFORE.search(reading.text, max(0, item.start - 40), item.start)
    if before and before.group(1).endswith("'s") and not _own(items, before.start(1)):
        return before.group(1) not in {"country's", "republic's", "today's", "tehran's"}
    if reading.language not in _CASED:
        return False
    after = re.compile(r",? ([\w'-]+) ([\w'-]+)").match(reading.text, item.end)
    if not after or not reading.capital(after.start(1)) or not reading.capital(after.start(2)):
        return False
    known = any(
        other.start < after.end(2) + 12
        and other.end > after.start(1)
        and other is not item
        and other.payload.kind in PERSON_KINDS
        for other in items
    )
    return not known and not _known(reading, after.group(1), "after_name") and not _title_case(reading, item)


def _own(items: Sequence[Found[Post]], offset: int) -> bool:
    return any(other.start <= offset < other.end for other in items)


def _time(reading: Reading, offset: int) -> tuple[date, date] | None:
    """The days that a sentence speaks of: those of the one year that it names, else the day of publication."""
    sentence = reading.sentences[reading.at(offset)]
    years = {int(year) for year in _YEAR.findall(reading.text, sentence.start, sentence.end)}
    if len(years) == 1 and (reading.published is None or min(years) < reading.published.year):
        year = years.pop()
        return date(year, 1, 1), date(year, 12, 31)
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
            and not re.search(r"[,،.;:—]", reading.text[hit.end : follower.start])
        ):
            continue
        kept.append(hit)
    return kept
