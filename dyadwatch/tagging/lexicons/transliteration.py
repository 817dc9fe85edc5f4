"""Transliteration: names in the letters of other languages, and the ways in which names are spelt."""

import functools
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from dyadwatch.tagging.lexicons.groups import read_yaml
from dyadwatch.text.folding import fold_surface

_SCRIPTS = (
    ("latin", re.compile("[a-z\u00df-\u024f]", re.IGNORECASE)),
    ("cyrillic", re.compile("[\u0400-\u052f]")),
    ("arabic", re.compile("[\u0600-\u06ff]")),
    ("hebrew", re.compile("[\u0590-\u05ff]")),
)
_UKRAINIAN = re.compile("[іїєґ]|[сц]ьк", re.IGNORECASE)
_UKRAINIAN_Y = re.compile(r"и(?!й\b)")  # which is pronounced like the Russian ы
# Letters and endings by which the others of a name are read as of the same language too.
_LETTERS_OF = {
    "pl": re.compile(r"[ąęłńśźż]|(?:\w{4}c|w|dz)ki\b|wska\b|wicz\b|szcz|[gkpt]rz|rzy|rzej\b", re.IGNORECASE),
    "tr": re.compile(r"[ğıİ]"),
    "de": re.compile("ß"),
    "es": re.compile("ñ", re.IGNORECASE),
}
_DOUBLED = re.compile(r"([abcdfgiklmnprstuvyz])\1", re.IGNORECASE)


class Transliteration(NamedTuple):
    """A name in the letters of a language; `is_sure` where letters tell it."""

    language: str
    name: str
    is_sure: bool


class _Table(NamedTuple):
    script: str
    is_sure: bool
    letters: Mapping[str, str]  # by letters, with ^ or $ after those that count at one end of a word
    pattern: re.Pattern[str]
    origins: Mapping[str, "_Table"] = {}  # for names in the spelling of a language


def script_of(text: str) -> str | None:
    """The one script of a text's letters, of those that are told apart."""
    scripts = [name for name, letters in _SCRIPTS if letters.search(text)]
    return scripts[0] if len(scripts) == 1 else None


def transliterations(name: str, origin: str | None = None) -> Iterator[Transliteration]:
    """The name in each language whose letters can be told from its own. `origin` is the language that it is
    of, where that is known and its letters do not show another; without one, a name in Latin letters that
    several languages read in several ways is left out."""
    script = script_of(name)
    if _UKRAINIAN.search(name):
        name = _UKRAINIAN_Y.sub("ы", name)
    origin = next((language for language, letters in _LETTERS_OF.items() if letters.search(name)), origin)
    for language, table in _tables().items():
        if table.script != script:
            continue
        spelt = table.origins.get(origin or "")
        if spelt is None and script == "latin" and _unclear().search(name):
            continue
        words = [_transliterate(spelt or table, word) for word in name.split()]
        yield Transliteration(language, " ".join(filter(None, words)), table.is_sure)


def language_of(country: str) -> str | None:
    """The language whose spelling names of a country (ISO 3166) follow, where one is known."""
    return _languages_of_countries().get(country)


def transliterated_languages() -> list[str]:
    """The languages that `transliterations` knows."""
    return list(_tables())


def other_spellings(name: str) -> Iterator[str]:
    """Other ways to spell the words of a name."""
    for forms in _spellings():
        for form in forms:
            match = re.search(_place(form), name, re.IGNORECASE)
            if match is None:
                continue
            for other in forms:
                letters = other.removesuffix("$")
                if other != form:
                    written = letters.capitalize() if match[0][0].isupper() else letters
                    yield name[: match.start()] + written + name[match.end() :]


def _place(form: str) -> str:
    """Where letters stand in a name: at the end of a word, before another ("al-"), or as one."""
    if form.endswith("$"):
        return rf"(?<=\w){form.removesuffix('$')}\b"
    return rf"\b{form}" + ("" if form.endswith("-") else r"\b")


def _transliterate(table: _Table, word: str) -> str:
    """A word in other letters, with a capital where a part of it had one."""
    lower = unicodedata.normalize("NFC", word.replace("İ", "i")).lower()
    if table.script == "latin":
        lower = _DOUBLED.sub(lambda two: two[0] if two[0] in table.letters else two[1], lower)
        lower = "".join(letter if letter in table.letters else fold_surface(letter) for letter in lower)
    written = table.pattern.sub(functools.partial(_letters, table.letters), lower)
    parts, sources = written.split("-"), word.split("-")
    if len(parts) != len(sources):
        return written
    pairs = zip(parts, sources, strict=True)
    return "-".join(part.capitalize() if source[:1].isupper() else part for part, source in pairs)


def _letters(letters: Mapping[str, str], match: re.Match[str]) -> str:
    group = match.lastgroup
    key = match[0] + {"first": "^", "last": "$"}.get(group or "", "")
    return letters[key]


@functools.cache
def _tables() -> Mapping[str, _Table]:
    return {language: _table(table) for language, table in read_yaml("transliteration")["to"].items()}


def _table(document: Mapping[str, Any]) -> _Table:
    letters = _pairs(document["letters"])
    table = _Table(document["from"], document.get("sure") != "false", letters, _pattern(letters))
    return table._replace(
        origins={
            language: _with_letters(table, _pairs(own))
            for language, own in document.get("origins", {}).items()
        }
    )


def _with_letters(table: _Table, letters: Mapping[str, str]) -> _Table:
    """The table of names of one language, which reads some letters otherwise."""
    together = {**table.letters, **letters}
    return table._replace(letters=together, pattern=_pattern(together))


@functools.cache
def _unclear() -> re.Pattern[str]:
    return re.compile("|".join(read_yaml("transliteration")["unclear"].split()), re.IGNORECASE)


@functools.cache
def _languages_of_countries() -> Mapping[str, str]:
    return _pairs(read_yaml("transliteration")["countries"])


def _pairs(listed: str) -> dict[str, str]:
    pairs = (pair.split("=") for pair in listed.split())
    return {unicodedata.normalize("NFC", source): target for source, target in pairs}


def _pattern(letters: Collection[str]) -> re.Pattern[str]:
    first = _alternatives([key[:-1] for key in letters if key.endswith("^")])
    last = _alternatives([key[:-1] for key in letters if key.endswith("$")])
    rest = _alternatives([key for key in letters if key[-1] not in "^$"])
    return re.compile(rf"(?P<last>(?:{last})(?!\w))|(?P<first>(?<!\w)(?:{first}))|(?P<rest>{rest})")


def _alternatives(letters: Sequence[str]) -> str:
    """The longest first; something that never matches where there are none."""
    return "|".join(map(re.escape, sorted(letters, key=len, reverse=True))) or "(?!)"


@functools.cache
def _spellings() -> Sequence[Sequence[str]]:
    return [forms.split() for forms in read_yaml("transliteration")["spellings"]]
