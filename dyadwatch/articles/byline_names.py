"""The names in the words of a byline: "By Ann Bell, Political Editor, and Carl Dee in Valencia | News"."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from dyadwatch.articles.byline_credits import without_agency, without_agency_in_brackets, without_place
from dyadwatch.articles.byline_words import spelt, words
from dyadwatch.dates import without_dates

MAX_NAME = 60  # characters
_MAX_WORDS, _MAX_IDEOGRAPHS = 5, 6
_MAX_INITIAL, _MAX_SHORT_NAME = 2, 3  # letters of words between names that are initials and names too

# Addresses and handles part what stands around them.
_ADDRESS = re.compile(r"\S*@\S*|https?:\S*|www\.\S*|\S+\.(?:com|org|net)\b", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*(?:[;|｜／•·،，、\n\t]|\s[/–—ـ-]\s|/(?=\s)|\s/)\s*")
_ENDS_NAME = re.compile(r"[,;|｜\n]")
_COMMA = re.compile(r"\s*,\s*")
_BRACKETS = re.compile(r"\s*[(（\[【<].*$")
_MARKS = re.compile(r"[®™©†‡*]+")
_EDGES = " '\",.:;：-–—_|/\\“”„«»‘’()[]{}（）<>+=~^!?…·•"
# A correspondent's place after a name: "Ann Bell in Valencia"; whom somebody writes for.
_PLACE = re.compile(
    r"^(\S+ \S.*?),? (?:in|en|à|aus|from|at|reports from) (?:the )?[A-ZÀ-Þ][\w'’.-]+(?:(?: and|,)? [A-ZÀ-Þ]"
    r"[\w'’.-]+){0,3}$"
)
_FOR = re.compile(
    r"^(\S+ \S.*?),? (?:for|für|pour|para|per|special to)(?: (?:the )?[A-ZÀ-Þ].*)?$", re.IGNORECASE
)
_AFTER = re.compile(
    r"\s+(?:(?:link copied|last updated|published|updated|posted|follow|view profile|view bio|all posts"
    r"|has been|is an?|is the|was|writes|covers|contributed)\b|\d).*$",
    re.IGNORECASE,
)
# "Email the author By Ann Bell", "Capital Von Jemima Kelly", "Carl Dee as told to Ann Bell", but "Ludwig von
# Mises".
_INNER_BY = re.compile(r"^.*\b(?:[Bb]y|BY|Von|VON|Par|Por|as told to)\s+(?=[^\W\d_])")
# What ends a line of a script without capitals that is a sentence
_SENTENCE = re.compile(r"(?:\S+\s+){4,}\S+[.۔।]|.{12,}。")
_CASED = re.compile(r"[A-Za-zÀ-ɏͰ-ӿԱ-֏]")
# "本报记者 王小明 报道": the word for a reporter after the name of a paper, and the one for a report
_REPORTERS = re.compile(r"^[\u3400-\u9fff]{0,6}(?:记者|記者|通讯员|通訊員|撰稿人)[\s:：]*(?=\S|$)")
_REPORTS = re.compile(r"(?<=[\u3400-\u9fff])\s*(?:报道|報道|報導|摄影报道|摄)$")
_BEFORE_BY = " \n|·•–—-/,;:："
_IDEOGRAPHS = re.compile(r"[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af]")


# "And" in one word with the next
_JOINED_AND = re.compile(r"و(?=[\u0621-\u064a]{2})|ו(?=[\u05d0-\u05ea]{2})")
# Initials after a name, and what tells father and son apart: "Dee C.J.", "Carl Dee Jr."
_ENDS_WITH_POINT = re.compile(r"\s(?:(?:[A-Z]\.)+[A-Z]|[JS]r)$")


class BylineName(NamedTuple):
    """A name, and what stands beside it: "by" or its like, a "role", a "place"; "with agency"."""

    name: str
    beside: frozenset[str]


def names_in(text: str, *, keep_particles: bool = False) -> list[BylineName]:
    """The names in a byline, in order. `keep_particles` where a text is stated as a name: "Di" is its
    beginning there, and elsewhere a word before it."""
    names: list[BylineName] = []
    text, has_agency = without_agency_in_brackets(text)
    beside = {"with agency"} if has_agency else set()
    for piece in _pieces(_by_labels(without_dates(_ADDRESS.sub("\n", text)))):
        plain = piece.strip(_EDGES)
        if (is_label(plain) and not keep_particles) or _REPORTERS.fullmatch(plain):
            beside.add("by")
            continue
        rest, signs = _after_words(plain, keep_particles=keep_particles)
        name = _without_notes(rest)
        if _ENDS_WITH_POINT.search(name) and f"{name}." in piece:
            name += "."
        if 1 < len(name) <= MAX_NAME:
            beside |= signs & {"by"}
            names.append(BylineName(name, frozenset(beside | signs | _role_of(rest))))
    return names


def _after_words(text: str, *, keep_particles: bool) -> tuple[str, set[str]]:
    """What follows the words that stand before names in a text, or a place, and which of them do."""
    rest, count = before_name(keep_particles=keep_particles).subn("", _REPORTS.sub("", text))
    rest, reporters = _REPORTERS.subn("", rest)
    rest, inner = _INNER_BY.subn("", rest)
    if count or reporters or inner:
        return rest, {"by"}
    rest, has_place = (rest, False) if keep_particles else without_place(rest)
    return rest, {"place"} if has_place else set()


def names_editor(text: str) -> bool:
    """Whether a text labels those whom it names as editors."""
    return _of_editors().search(text) is not None


@cache
def _of_editors() -> re.Pattern[str]:
    return re.compile(rf"(?:{spelt(words()['editor'])})\s?[:：]")


def without_sentences(text: str) -> str:
    """A text without the lines that are sentences of a script which has no capitals to tell names by."""
    if _CASED.search(text):
        return text
    return "\n".join(line for line in text.split("\n") if not _SENTENCE.fullmatch(line.strip()))


def from_by(text: str) -> str:
    """What a line says from a word on that stands before names: at its beginning, after a date, or anywhere
    before a colon; else the name in it with the word for a writer after it; empty where it has none."""
    rest = without_dates(text).strip(_BEFORE_BY)
    if before_name().match(rest):
        return rest
    has_colon = ":" in rest or "：" in rest
    labelled = _labelled().search(rest) if has_colon else None
    if labelled is None and words()["writer"].isdisjoint(rest.casefold().split()):
        return ""
    return (
        rest[labelled.start(1) :] if labelled else next(filter(_is_with_writer, _SEPARATOR.split(rest)), "")
    )


def begins_with_kind(text: str) -> bool:
    """Whether a line begins with the kind of a text, and a colon."""
    return re.split("[:：]", text, maxsplit=1)[0].strip().casefold() in words()["kind"]


def _is_with_writer(text: str) -> bool:
    """Whether a text is a name, and the word for a writer."""
    name, _, role = text.rpartition(" ")
    return role.casefold() in words()["writer"] and 0 < len(name) <= MAX_NAME and has_length_of_name(name)


def bare(text: str) -> str:
    """The first name of a byline, of whatever kind, without the words and marks around it."""
    first = _ENDS_NAME.split(before_name(keep_particles=True).sub("", text), maxsplit=1)[0]
    return before_name(keep_particles=True).sub("", _AFTER.sub("", first).strip(_EDGES)).strip(_EDGES)


def is_label(text: str) -> bool:
    """Whether a text is nothing but words that stand before a name."""
    key = text.strip(_EDGES).casefold()
    return key in words()["by"] or key in words()["particles"]


@cache
def before_name(*, keep_particles: bool = False) -> re.Pattern[str]:
    """Words before a name, with what parts them from it; in scripts that write no blanks nothing has to."""
    before = words()["by"] | (frozenset() if keep_particles else words()["particles"])
    joined = (word for word in before if _IDEOGRAPHS.search(word) and len(word) > 1)
    return re.compile(
        rf"^(?:(?:{spelt(before - _ideographic(before))})(?:\s*[:：/–-]\s*|\s+)(?=\S)"
        rf"|(?:{spelt(words()['labels'])})\s*[:：]\s*(?=\S)"
        rf"|(?:{spelt(joined)}|[文글][/／:：・])[\s:：/／・]*(?=\S))+",
        re.IGNORECASE,
    )


def _by_labels(text: str) -> str:
    """A text with a line for each label, "Reporter: Ann Bell Editor: Carl Dee", of those before authors the
    same one: "Text and photos" are no two names."""
    if re.search("[:：]", text) is None:
        return text
    return _labels().sub(lambda label: "\nby: " if label[1] else f"\n{label[0].lstrip()}", text)


@cache
def _labels() -> re.Pattern[str]:
    """The words before names with a colon, and any other word with one."""
    known = spelt(words()["by"] | words()["labels"])
    return re.compile(rf"(?:^|\s+)({known})\s?[:：]|\s+[^\W\d_][\w/-]{{0,20}}\s?[:：]", re.IGNORECASE)


@cache
def _labelled() -> re.Pattern[str]:
    """A word that stands before names, with a colon, within a line."""
    known = spelt(words()["by"] | words()["labels"])
    return re.compile(rf"(?:^|[^\w])((?:{known})\s?[:：])", re.IGNORECASE)


def _ideographic(spellings: Iterable[str]) -> frozenset[str]:
    return frozenset(word for word in spellings if _IDEOGRAPHS.search(word))


def is_role_of_writer(text: str) -> bool:
    """Whether a text is the word for somebody who writes."""
    return text.strip(_EDGES).casefold() in words()["writer"]


@cache
def _between_names(*, in_capitals: bool) -> re.Pattern[str]:
    """The words between two names. With a capital short ones are initials and names: "Carl E Dee"."""
    forms = set(words()["and"])
    forms |= {word.upper() for word in words()["and"] if in_capitals or len(word) > _MAX_INITIAL}
    forms |= {word.capitalize() for word in words()["and"] if len(word) > _MAX_SHORT_NAME}
    joined = spelt(forms)
    return re.compile(rf"\s+(?:{joined})(?:\s+|$)|^(?:{joined})\s+")


def _apart(line: str) -> str:
    """`line` with a blank after the letter that means "and" in Arabic and Hebrew, where it joins two names of
    two words or more."""
    parts = line.split(" ")
    return " ".join(
        f"{part[0]} {part[1:]}"
        if 1 < place < len(parts) - 1 and _JOINED_AND.match(part) and part not in words()["begins_with_and"]
        else part
        for place, part in enumerate(parts)
    )


def _pieces(text: str) -> Iterator[str]:
    """The parts of a byline that may be names. After a comma stands another name only if it has two words
    and the first part has too: "Ann Bell, Carl Dee" are two, "Ann Bell, Reuters", "Ann Bell, PhD" and
    "Bell, Ann" one."""
    for line in _SEPARATOR.split(text):
        for part in _between_names(in_capitals=line.isupper()).split(_apart(line)):
            first, *others = _COMMA.split(part.strip(", "))
            first, *beside = _sides(first)
            if (
                len(others) == 1
                and " " not in first
                and not _IDEOGRAPHS.search(first)
                and is_forename(others[0])
            ):
                yield f"{others[0]} {first}"
                continue
            yield first
            yield from beside
            yield from (other for other in others if not is_degree(other))


def _sides(text: str) -> list[str]:
    """What a slash parts where both are names of two words: "Ann Bell/Carl Dee", not "srf/agencies"."""
    sides = text.split("/")
    return sides if all(" " in side.strip() for side in sides) else [text]


def is_forename(text: str) -> bool:
    """Whether what follows a comma can be the forename of what stands before it."""
    return text.count(" ") < 2 and not is_degree(text) and not is_role(text) and not is_organisation(text)


def has_length_of_name(text: str) -> bool:
    """Whether a text is as long as a person's name: of two words or more, or of a few characters in scripts
    that write no blanks."""
    if _IDEOGRAPHS.search(text):
        return len(text.replace(" ", "")) <= _MAX_IDEOGRAPHS
    return 0 < text.count(" ") < _MAX_WORDS


def is_name_alone(text: str) -> bool:
    """Whether a line is as long as a person's name, and written as one."""
    return len(text) <= MAX_NAME and has_length_of_name(text) and is_written_as_name(text)


def is_degree(text: str) -> bool:
    """Whether a text is made of degrees and the like alone."""
    parts = text.casefold().replace(".", "").split()
    return all(part in words()["degree"] for part in parts)


def is_role(text: str) -> bool:
    """Whether a text says what somebody is: it ends or begins with the word for it, or is of such words."""
    parts = text.casefold().split()
    roles = words()["role"]
    return bool(parts) and (
        parts[-1] in roles
        or parts[0] in roles
        or all(part in roles or part in words()["of_a_role"] for part in parts)
    )


def is_written_as_name(text: str) -> bool:
    """Whether all words have capitals but particles within, where the script has any; and none stands at the
    end that no name ends in."""
    parts = text.split()
    if parts[-1].casefold() in words()["last"]:
        return False
    return (
        all(
            not part[0].islower() or re.split("['’-]", part, maxsplit=1)[0].casefold() in words()["inner"]
            for part in parts[:-1]
        )
        and not parts[-1][0].islower()
    )


def is_organisation(text: str) -> bool:
    """Whether a text ends, or begins, as names of organisations do."""
    parts = text.casefold().split()
    return bool(parts) and (parts[-1] in words()["organisation"] or parts[0] in words()["organisation"])


def is_desk(text: str) -> bool:
    """Whether a text names a desk of a publisher, and not the publisher alone: "Redaktion hafen.example"."""
    parts = text.casefold().split()
    return len(parts) > 1 and not words()["desk"].isdisjoint((parts[0], parts[-1]))


def is_nobody(text: str) -> bool:
    """Whether a text is what stands where nobody is named."""
    key, nobody = text.casefold(), words()["nobody"]
    return key in nobody or all(part in nobody for part in key.split())


def _without_notes(name: str) -> str:
    name = _MARKS.sub("", _AFTER.sub("", _BRACKETS.sub("", name))).strip(_EDGES)
    name = _FOR.sub(r"\1", _PLACE.sub(r"\1", _without_degrees(name)))
    return without_agency(_without_role(name)).strip(_EDGES)


def _without_degrees(name: str) -> str:
    parts = name.split()
    while len(parts) > 2 and is_degree(parts[-1]):
        parts.pop()
    return " ".join(parts)


def _without_role(name: str) -> str:
    """`name` without a role after or before it, where two words remain, or one of a script without blanks."""
    parts = name.split()
    end = len(parts)
    least = 1 if _IDEOGRAPHS.search(parts[0] if parts else "") else 2
    if end > least and parts[-1].casefold() in words()["role"]:
        end -= 1
        while end > least and parts[end - 1].casefold() in words()["of_a_role"]:
            end -= 1
    start = 0
    while end - start > least and _is_role_before_name(parts[start].casefold()):
        start += 1
    is_only_role = end - start < len(parts) and parts[end - 1].casefold() in words()["of_a_role"]
    return name if is_only_role else " ".join(parts[start:end])


def _role_of(text: str) -> set[str]:
    parts = text.casefold().split()
    has_role = bool(parts) and not words()["role"].isdisjoint((parts[0], parts[-1]))
    return {"role"} if has_role else set()


def _is_role_before_name(word: str) -> bool:
    """Whether a word before a name is a role, also the last part of a compound: "Hafen-Reporterin"."""
    return word in words()["role"] or word.rpartition("-")[2] in words()["role"]
