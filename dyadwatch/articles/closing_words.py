"""What a line says of those who publish and of its readers, by its words: where to follow, to subscribe, to
give, whose the rights are, who wrote. `closing_words.yaml` has them."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from dyadwatch.text.folding import UNSPACED
from dyadwatch.text.package_yaml import read_strings
from dyadwatch.text.words import words

_WHOLE = ("we", "you")  # groups of whole words
_MAX_REQUEST, _SHORT = 250, 120  # characters
_ASKING = {"channels": 1, "giving": 2, "joining": 2, "rights": 2}  # how many words of each count
_MAX_NOTE, _NEAR = 300, 4  # characters of a note about a person, and words after the name that say it
_DASHES = ("-", "–", "—")
_NAME = re.compile(r"([^\W\d_][\w’'-]+) (?:[^\W\d_]\. )?([^\W\d_][\w’'-]+)(?= )")
_MIN_BEGINNING = 5  # characters of a word that counts as a beginning
_DENSE = re.compile(
    f"[{UNSPACED}\u0900-\u097f\u0e00-\u0e7f\uac00-\ud7a3]"
)  # scripts that do not set words apart, or join them
_QUOTED = re.compile(r"[“„«\"「『][^“”„«»\"」』]*[”»“\"」』]")


def groups(text: str) -> frozenset[str]:
    """The groups of words that a line has outside of quotations."""
    return frozenset(name for name, _ in _found(text))


def _found(text: str) -> set[tuple[str, int]]:
    """The groups of the words of a line outside of quotations, each with the place of the word."""
    bare = _QUOTED.sub(" ", text)
    spelt = words(bare)
    found = {(name, place) for place in range(len(spelt)) for name in _begun(spelt, place)}
    if _DENSE.search(bare):
        known = {name for name, _ in found}
        dense = ((name, pattern) for name, pattern in _dense().items() if name not in known)
        found.update((name, match.start()) for name, pattern in dense for match in pattern.finditer(bare))
    return found


def _begun(spelt: Sequence[str], place: int) -> Iterator[str]:
    """The groups of the word at a place, and of the phrases that begin there."""
    word = spelt[place]
    yield from _words().get(word, ())
    yield from (name for name, rest in _phrases().get(word, ()) if _begins(spelt[place + 1 :], rest))
    for size in range(_MIN_BEGINNING, len(word)):
        yield from (name for name in _words().get(word[:size], ()) if name not in _WHOLE)


def is_request(text: str) -> bool:
    """Whether a closing line only asks something of readers or says whose rights are what: by two such words,
    or where it is short by one and by whom it speaks of. Where to follow somebody counts once: articles tell
    of networks too.

    Of 1,930 last lines of annotated texts 7 are taken for such lines, 1 of them for two words of one
    group."""
    if len(text) > _MAX_REQUEST:
        return False
    count = Counter(name for name, _ in _found(text))
    asking = sum(min(count[name], most) for name, most in _ASKING.items())
    is_personal = len(text) <= _SHORT and any(count[name] for name in _WHOLE)
    return asking > 0 and asking + is_personal > 1


def person_of_note(text: str) -> tuple[str, ...]:
    """The words of the name with which a line begins that then says what a person is who writes: "Ann Bell is
    our correspondent in the north"; none of other lines, and of scripts without capitals."""
    match = _name(text) if len(text) <= _MAX_NOTE else None
    if match is None:
        return ()
    rest = text[match.end() :].lstrip()
    verb, *role = words(rest)[:_NEAR] or [""]
    is_told = rest.startswith(_DASHES) or verb in _data()["being"]
    return match.groups() if is_told and "work" in groups(" ".join((verb, *role))) else ()


def begins_with_name(text: str) -> bool:
    """Whether two words with capitals begin a line, and more follows without a comma."""
    return _name(text) is not None


def _name(text: str) -> re.Match[str] | None:
    match = _NAME.match(text)
    return match if match and all(word[0].isupper() for word in match.groups()) else None


def _begins(spelt: Sequence[str], phrase: Sequence[str]) -> bool:
    """Whether words begin with a phrase, of whose last word the beginning counts."""
    own = spelt[: len(phrase)]
    return len(own) == len(phrase) and own[:-1] == phrase[:-1] and own[-1].startswith(phrase[-1])


@cache
def _words() -> Mapping[str, Sequence[str]]:
    """The groups of single words."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name, texts in _data().items():
        for spelt in map(words, texts):
            if len(spelt) == 1:
                found[spelt[0]].append(name)
    return found


@cache
def _phrases() -> Mapping[str, Sequence[tuple[str, list[str]]]]:
    """The groups of phrases by their first words, with what follows these."""
    found: defaultdict[str, list[tuple[str, list[str]]]] = defaultdict(list)
    for name, texts in _data().items():
        for spelt in map(words, texts):
            if len(spelt) > 1:
                found[spelt[0]].append((name, spelt[1:]))
    return found


@cache
def _dense() -> Mapping[str, re.Pattern[str]]:
    """What is searched for in scripts whose words are not set apart."""
    return {
        name: re.compile("|".join(re.escape(text) for text in texts if _DENSE.search(text)) or r"(?!)")
        for name, texts in _data().items()
    }


@cache
def _data() -> Mapping[str, list[str]]:
    data: Mapping[str, list[str]] = read_strings("dyadwatch.articles", "closing_words.yaml")
    return data
