"""The schema of watch documents (JSON or YAML), and how a valid one becomes a Watch."""

import math
import re
from collections.abc import Mapping
from datetime import date
from functools import partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated, Any, Literal, Self, cast

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictStr,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from dyadwatch.errors import FieldError, InvalidInput
from dyadwatch.tagging.lexicons.bodies import BodyKind
from dyadwatch.tagging.lexicons.groups import cue_groups
from dyadwatch.tagging.lexicons.lexicon import LANGUAGES
from dyadwatch.tagging.lexicons.patterns import Expander, PatternError
from dyadwatch.tagging.watches.bodies import add_acronyms, infer_kinds
from dyadwatch.tagging.watches.case_forms import add_case_forms
from dyadwatch.tagging.watches.role_forms import add_role_forms
from dyadwatch.tagging.watches.watch import Actor, Namesake, Role, Side, Surfaces, Watch
from dyadwatch.text.folding import fold_surface
from dyadwatch.validation import field_errors, legible, one_line

MAX_SURFACES = 20_000
_MAX_STEPS = 20 * MAX_SURFACES  # strings that are made of all patterns of a document
_MIN_PHRASE = 8  # letters and digits
# Codes of watch documents where they differ from those of the API.
_CODES = {"string_too_short": "empty", "float_parsing": "wrong_type", "no_country": "missing"}


def _pattern(pattern: str, info: ValidationInfo) -> str:
    try:
        surfaces = _expander(info).expand(pattern)
    except PatternError as error:
        raise PydanticCustomError("malformed", "{reason}", {"reason": str(error)}) from error
    for surface in surfaces:
        letters = sum(char.isalnum() for char in fold_surface(surface))
        if letters < 2:
            raise PydanticCustomError("too_short", "a surface needs two letters or more")
    return pattern


def _expander(info: ValidationInfo) -> Expander:
    """That of the document, which `parse_watch` gives."""
    return cast("Expander", info.context)


def _language(key: str) -> str:
    if key in {"false", "true"}:
        raise PydanticCustomError("malformed", 'is what YAML reads yes and no as: write "no" in quotes')
    if key != "und" and not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", key):
        raise PydanticCustomError("malformed", "is not a language tag (BCP 47, or und for any)")
    return key


def _cue_language(key: str) -> str:
    if key not in LANGUAGES:
        raise PydanticCustomError(
            "not_allowed", "has no lexicon; there are: {known}", {"known": ", ".join(LANGUAGES)}
        )
    return key


def _check_cue_kinds(cues: dict[str, dict[str, list[str]]]) -> dict[str, dict[str, list[str]]]:
    for words in cues.values():
        unknown = sorted(set(words) - set(cue_groups()))
        if unknown:
            raise PydanticCustomError("not_allowed", "{cue} is no cue of the lexicon", {"cue": unknown[0]})
    return cues


_Line = Annotated[StrictStr, Field(min_length=1, max_length=200)]
_Name = Annotated[_Line, AfterValidator(one_line)]
_Note = Annotated[_Line, AfterValidator(legible)]
_Pattern = Annotated[
    StrictStr, Field(min_length=1, max_length=500), AfterValidator(legible), AfterValidator(_pattern)
]
_Patterns = Annotated[list[_Pattern], Field(max_length=500)]
_Texts = Annotated[dict[Annotated[str, AfterValidator(_language)], _Patterns], Field(max_length=40)]
_Day = Annotated[date, Field(strict=False)]


class _StrictModel(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class _Period(_StrictModel):
    """From a day until before another one; what is not set is open."""

    start: Annotated[_Day | None, Field(alias="from")] = None
    until: _Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start and self.until and self.until <= self.start:
            raise PydanticCustomError("out_of_range", "until is not after from")
        return self


class RoleDocument(_Period):
    """What an actor is called for an office, in each language. `needs_country`: only beside a word of its
    country."""

    text: _Texts
    needs_country: StrictBool = False
    former: StrictBool = False
    note: _Note | None = None


class NamesakeDocument(_StrictModel):
    """Whom, or what, the names of an actor may also mean, and how that is called."""

    text: _Texts
    shadows: StrictBool = False
    note: _Note | None = None


class ActorDocument(_StrictModel):
    """An actor of a watch: names, aliases, roles and what else it is known by, each by language."""

    name: _Name
    qid: Annotated[StrictStr, Field(pattern=r"^Q[1-9][0-9]{0,11}$")] | None = None
    pronouns: Literal["he", "she", "it"] = "it"
    kind: BodyKind | None = None
    names: _Texts
    aliases: _Texts = {}
    aliases_period: _Period = _Period()
    roles: Annotated[list[RoleDocument], Field(max_length=100)] = []
    namesakes: Annotated[list[NamesakeDocument], Field(max_length=200)] = []
    metonyms: _Texts = {}
    country: _Texts = {}
    aides: _Texts = {}
    descriptions: _Texts = {}

    @model_validator(mode="after")
    def _consistent(self, info: ValidationInfo) -> Self:
        expander = _expander(info)
        if not any(self.names.values()):
            raise PydanticCustomError("empty", "names holds no name")
        refused = {fold_surface(text) for item in self.namesakes for text in _expand_all(item.text, expander)}
        contradictory = sorted(
            refused
            & {
                fold_surface(text)
                for texts in (self.names, self.aliases)
                for text in _expand_all(texts, expander)
            }
        )
        if contradictory:
            raise PydanticCustomError(
                "contradictory", "{name} is a name and a namesake", {"name": contradictory[0]}
            )
        if self.kind and self.pronouns != "it":
            raise PydanticCustomError("contradictory", "kind is that of a body, whose pronouns are it")
        if not any(self.country.values()):
            self._check_roles_without_country()
        return self

    def _check_roles_without_country(self) -> None:
        for number, role in enumerate(self.roles):
            if role.needs_country:
                raise PydanticCustomError(
                    "no_country",
                    "country holds no words, and roles/{number} has needs_country: give the words that tie"
                    " it to the actor",
                    {"number": number},
                )


class ActorDocuments(_StrictModel):
    """The two actors of a watch."""

    a: ActorDocument
    b: ActorDocument

    @model_validator(mode="after")
    def _different(self, info: ValidationInfo) -> Self:
        of_a, of_b = (
            {fold_surface(text) for text in _expand_all(actor.names, _expander(info))}
            for actor in (self.a, self.b)
        )
        shared = of_a & of_b
        if shared:
            raise PydanticCustomError("contradictory", "{name} is a name of both", {"name": min(shared)})
        return self


_CueWords = Annotated[dict[_Line, _Patterns], Field(max_length=100)]


def _folded_phrase(phrase: str) -> str:
    if sum(char.isalnum() for char in fold_surface(phrase)) < _MIN_PHRASE:
        raise PydanticCustomError("too_short", "a phrase needs 8 letters or more")
    return phrase


_Phrase = Annotated[
    StrictStr, Field(min_length=1, max_length=300), AfterValidator(legible), AfterValidator(_folded_phrase)
]


class _SourceRule(_StrictModel):
    host: Annotated[StrictStr, Field(pattern=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$", max_length=253)]
    ignore: StrictBool = False
    min_score: Annotated[float | None, Field(ge=0, le=1)] = None
    note: _Note | None = None

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        if self.ignore == (self.min_score is not None):
            raise PydanticCustomError("contradictory", "give ignore: true or a min_score, not both")
        return self

    @property
    def least(self) -> float:
        return self.min_score if self.min_score is not None else math.inf


class _Guards(_StrictModel):
    phrases: Annotated[list[_Phrase], Field(max_length=500)] = []
    sources: Annotated[list[_SourceRule], Field(max_length=500)] = []


class WatchDocument(_StrictModel):
    """A watch as it is written: docs/watches.md says what each field means."""

    id: Annotated[StrictStr, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
    title: _Name
    description: Annotated[StrictStr, Field(max_length=2_000), AfterValidator(legible)] | None = None
    actors: ActorDocuments
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.5
    level: Literal["person", "state"] = "person"
    cues: Annotated[
        dict[Annotated[str, AfterValidator(_cue_language)], _CueWords], AfterValidator(_check_cue_kinds)
    ] = {}
    guards: _Guards = _Guards()


def parse_watch(document: Mapping[str, Any], *, version: int = 1) -> Watch:
    """The Watch of a document. Raises InvalidInput (watch_invalid) with a FieldError for every problem in
    it."""
    expander = Expander(_MAX_STEPS)
    try:
        parsed = WatchDocument.model_validate(dict(document), context=expander)
    except ValidationError as error:
        problems = field_errors(error, _CODES)
        first = f"{problems[0].pointer or 'the document'}: {problems[0].detail}"
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise InvalidInput(f"not a watch: {first}{more}", errors=problems, code="watch_invalid") from error
    actors: dict[Side, Actor] = {
        "a": _actor(parsed.actors.a, expander),
        "b": _actor(parsed.actors.b, expander),
    }
    for side, actor in actors.items():
        if _count_surfaces(actor) > MAX_SURFACES:
            problem = FieldError(f"/actors/{side}", f"has more than {MAX_SURFACES} surfaces", "too_long")
            raise InvalidInput(
                f"not a watch: {problem.pointer} {problem.detail}", errors=[problem], code="watch_invalid"
            )
    actors = {side: add_role_forms(actor) for side, actor in actors.items()}
    actors = add_case_forms(add_acronyms(actors))
    return Watch(
        parsed.id,
        parsed.title,
        version,
        actors["a"],
        actors["b"],
        parsed.threshold,
        {language: _texts(words, expander) for language, words in parsed.cues.items()},
        parsed.level,
        tuple(dict.fromkeys(fold_surface(phrase) for phrase in parsed.guards.phrases)),
        {rule.host: rule.least for rule in parsed.guards.sources},
    )


def shipped_watches() -> tuple[dict[str, Any], ...]:
    """The documents of the watches that every installation starts with, ordered by id."""
    return _read_documents(files("dyadwatch.tagging") / "watches")


def example_watches() -> tuple[dict[str, Any], ...]:
    """The documents of the watches that ship as examples and are not installed, ordered by id."""
    return _read_documents(files("dyadwatch.tagging") / "watches" / "examples")


def _read_documents(folder: Traversable) -> tuple[dict[str, Any], ...]:
    documents = [
        yaml.load(entry.read_text(encoding="utf-8"), yaml.CSafeLoader)
        for entry in folder.iterdir()
        if entry.name.endswith(".yaml")
    ]
    return tuple(sorted(documents, key=lambda document: str(document["id"])))


def _expand_all(texts: Mapping[str, list[str]], expander: Expander) -> list[str]:
    return [
        surface for patterns in texts.values() for pattern in patterns for surface in expander.expand(pattern)
    ]


def _texts(texts: Mapping[str, list[str]], expander: Expander) -> Surfaces:
    return {
        key: tuple(dict.fromkeys(surface for pattern in patterns for surface in expander.expand(pattern)))
        for key, patterns in texts.items()
    }


def _actor(document: ActorDocument, expander: Expander) -> Actor:
    texts = partial(_texts, expander=expander)
    names, country = texts(document.names), texts(document.country)
    kinds: frozenset[str] = frozenset({document.kind} if document.kind else ())
    if document.pronouns == "it" and not kinds:
        kinds = infer_kinds(names, country)
    return Actor(
        name=document.name,
        qid=document.qid,
        pronouns=document.pronouns,
        names=names,
        aliases=texts(document.aliases),
        aliases_from=document.aliases_period.start,
        aliases_until=document.aliases_period.until,
        roles=tuple(
            Role(texts(role.text), role.start, role.until, role.needs_country, role.former)
            for role in document.roles
        ),
        namesakes=tuple(Namesake(texts(item.text), item.shadows) for item in document.namesakes),
        metonyms=texts(document.metonyms),
        country=country,
        aides=texts(document.aides),
        descriptions=texts(document.descriptions),
        kinds=kinds,
    )


def _count_surfaces(actor: Actor) -> int:
    return sum(len(surfaces) for _, _, table in actor.tables() for surfaces in table.values())
