"""Who wrote an article and when it was published, by the state from which a script draws its page."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import chain, islice
from typing import Any

from dyadwatch.articles import script_state, script_values
from dyadwatch.articles.metadata import PageMetadata

# Keys in words: "publishedAt" is "published at".
_AUTHORS = re.compile(
    r"(?:(?:article|main|primary|post) )?(?:authors?(?: names?| list)?|by ?lines?|writers?(?: names?)?"
    r"|creators?|contributors?|reporters?|journalists?|credits?|autor(?:es)?|auteurs?|autor[ei]"
    r"|redakteure?|yazar(?:lar)?|by)"
)
_OF_DATE = r"(?: (?:date|datetime|time|timestamp|at|on|ts|utc|iso|gmt))"
_PUBLISHED = re.compile(
    r"(?:(?:article|post|first|original|initial|story) )?"
    rf"(?:(?:publish(?:ed)?|publication|publie|publicado|pub){_OF_DATE}*"
    rf"|(?:release|issue|display|post(?:ed)?){_OF_DATE}+)"
    r"|date (?:first )?(?:publish(?:ed)?|publication|posted)|data publicacao|fecha(?: publicacion)?"
)
_CREATED = re.compile(r"date|datetime|created(?: (?:at|on|date|time))?|date created|ctime|timestamp|time")
_NAMES = (
    "name",
    "displayname",
    "fullname",
    "authorname",
    "title",
    "text",
    "nome",
    "nombre",
    "label",
    "nickname",
)
_PARTS = (("firstname", "lastname"), ("givenname", "familyname"), ("first", "last"))
_INNER = ("node", "by", "nodes", "edges", "items", "data", "author", "attributes", "fields", "profile")
_ROLES = ("role", "type", "contributiontype", "jobtitle")
_NO_WRITER = re.compile(r"photo|editor|illustrat|image|video|translat|product", re.IGNORECASE)
_OF_IMAGES = {"width", "height"}
_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_.\-\s]+")
_PUSHED = re.compile(r"^.{0,200}\.push\(", re.DOTALL)
_YEAR = re.compile(r"\d{4}")
_MIN_STAMP = 631_152_000  # seconds, of 1990
_LEVELS, _MAX_DEPTH, _MAX_FOUND = 2, 4, 10


class StateFacts:
    """What the state of a page's scripts says of the article with a headline; it is read when it is asked
    for, where a script holds the headline."""

    def __init__(self, page: PageMetadata, headline: str | None) -> None:
        self._page, self._headline = page, headline or ""

    @cached_property
    def authors(self) -> list[str]:
        """What the nearest object around the headline has for authors, as it is written."""
        found = (list(islice(_named(holder), _MAX_FOUND)) for holder in chain.from_iterable(self._holders))
        return next(filter(None, found), [])

    @cached_property
    def published(self) -> list[str]:
        """What it has for the date of publication; where it has none, for a date or that of its making."""
        pairs = ((keys, level) for keys in (_PUBLISHED, _CREATED) for level in range(_LEVELS))
        for keys, level in pairs:
            if keys is _CREATED and level:
                continue  # an object around that of the headline dates something else
            holders = (one[level] for one in self._holders if len(one) > level)
            found = (list(_dates(holder, keys)) for holder in holders)
            if texts := next(filter(None, found), []):
                return texts[:_MAX_FOUND]
        return []

    @cached_property
    def _holders(self) -> list[list[dict[str, Any]]]:
        scripts = script_values.scripts(self._page.tree) if self._headline else []
        naming = [script for script in scripts if script_values.has_string(script, self._headline)]
        if any(map(_PUSHED.search, naming)):  # a stream, which may be cut anywhere
            naming += [script for script in scripts if script not in naming and _PUSHED.search(script)]
        found = script_state.holders(naming, self._page.identity, [self._headline], _LEVELS)
        return [one for one in islice(found, _MAX_FOUND) if one and not one[0].keys() >= _OF_IMAGES]


def _key(name: str) -> str:
    return _WORD_START.sub(" ", name).strip().lower()


def _named(holder: Mapping[str, Any]) -> Iterator[str]:
    for name, value in holder.items():
        if _AUTHORS.fullmatch(_key(name)):
            yield from _names(value)


def _names(value: Any, depth: int = 0) -> Iterator[str]:
    """The names in a value: a text, a person, or several."""
    match value:
        case str():
            yield from filter(None, (value.strip(),))
        case list() if depth < _MAX_DEPTH:
            for one in value:
                yield from _names(one, depth + 1)
        case dict() if depth < _MAX_DEPTH:
            yield from _names_of_person(value, depth)


def _names_of_person(person: Mapping[str, Any], depth: int) -> Iterator[str]:
    plain = {_key(name).replace(" ", ""): value for name, value in person.items()}
    texts = {name: value.strip() for name, value in plain.items() if isinstance(value, str)}
    if any(_NO_WRITER.search(texts.get(role, "")) for role in _ROLES):
        return
    parts = (" ".join(filter(None, map(texts.get, pair))) for pair in _PARTS)
    name = next(filter(None, chain(map(texts.get, _NAMES), parts)), None)
    if name is not None:
        yield name
        return
    for inner in _INNER:
        yield from _names(plain.get(inner), depth + 1)


def _dates(holder: Mapping[str, Any], keys: re.Pattern[str]) -> Iterator[str]:
    for name, value in holder.items():
        if keys.fullmatch(_key(name)):
            inner = value.values() if isinstance(value, dict) else (value,)
            yield from (str(one) for one in inner if _may_be_date(one))


def _may_be_date(value: Any) -> bool:
    if isinstance(value, str):
        return _YEAR.search(value) is not None
    return isinstance(value, int) and value >= _MIN_STAMP
