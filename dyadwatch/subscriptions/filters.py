"""Alert filters: the one definition of what alerts can be filtered by.

The list of alerts, the filters of subscriptions, the form of the alerts page, the
OpenAPI document and the command line all derive from the fields of AlertFilter.
Only the SQL condition of each field stands elsewhere, in `store/alerts.py`; which values
there are of watches, sources and the like, in `store/filter_values.py`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from dyadwatch.errors import FieldError, InvalidInput, json_pointer
from dyadwatch.model.alert_triage import Reader, TriageState
from dyadwatch.model.alerts import AlertState, AlertVerdict, StoredAlert
from dyadwatch.model.mentions import Direction, EventTypeCode, Level, Modality
from dyadwatch.model.sources import SourceRef
from dyadwatch.text.language import CODES, primary
from dyadwatch.validation import (
    Country,
    Language,
    Line,
    Moment,
    RowId,
    SearchWords,
    Slug,
    Until,
    field_errors,
)

MAX_VALUES = 100
Item = TypeVar("Item")


def as_list(value: Any) -> list[Any]:
    """The values of a filter, which may have one or several."""
    return value if isinstance(value, list) else [value]


# One of these must fit.
Values = Annotated[list[Item], BeforeValidator(as_list), Field(min_length=1, max_length=MAX_VALUES)]


def _article_language(value: str) -> str:
    if value in CODES:
        return value
    code = primary(value)
    advice = f": take {code}" if code in CODES else ""
    raise PydanticCustomError(
        "not_allowed", "is no code by which articles are listed{advice}", {"advice": advice}
    )


# What the language of an article can be: a filter by any other would find nothing, ever.
ArticleLanguage = Annotated[
    Language, AfterValidator(_article_language), WithJsonSchema({"type": "string", "enum": sorted(CODES)})
]


@dataclass(frozen=True, slots=True)
class AlertFacts:
    """An alert as the filters of subscriptions see it, with the sources of the articles that carry it.
    `verdict_before` is the one that its verdict has replaced just now: whoever was sent it by that is sent
    the change."""

    stored: StoredAlert
    sources: Collection[SourceRef]
    verdict_before: AlertVerdict | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """How a field of AlertFilter works in the filter of a
    subscription; a field without one is for lists only.

    `fits` says whether an alert has a value of the filter. A `lasting` criterion also applies to withdrawals;
    the others do not, since an update may have made an alert that was sent stop matching.
    """

    fits: Callable[[Any, AlertFacts], bool]
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Personal:
    """Marks a field of AlertFilter that is about who asks: see `AlertFilter.read_by`."""


class AlertFilter(BaseModel):
    """Which alerts to list or to send: everything that is set must hold. A
    field with a title is on the form of the alerts page, under that title."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    watch: Annotated[
        Values[Slug] | None,
        Field(title="Watch", description="of this watch"),
        Criterion(lambda watch, facts: watch == facts.stored.alert.watch, lasting=True),
    ] = None
    since: Annotated[Moment | None, Field(title="From", description="created at this time or later")] = None
    until: Annotated[Until | None, Field(title="Before", description="created before this time")] = None
    story: Annotated[
        Values[RowId] | None,
        Field(title="Story", description="of this story"),
        Criterion(lambda story, facts: story == facts.stored.alert.story, lasting=True),
    ] = None
    source: Annotated[
        Values[RowId] | None,
        Field(title="Source", description="with an article of this source"),
        Criterion(lambda source, facts: source in facts.stored.source_ids, lasting=True),
    ] = None
    side: Annotated[
        Values[Line] | None,
        Field(title="Side", description="with an article of a source of this side"),
        Criterion(lambda side, facts: any(side == source.side for source in facts.sources), lasting=True),
    ] = None
    country: Annotated[
        Values[Country] | None,
        Field(title="Country", description="with an article of a source of this country, ISO 3166-1 alpha-2"),
        Criterion(
            lambda country, facts: any(country == source.country for source in facts.sources), lasting=True
        ),
    ] = None
    language: Annotated[
        Values[ArticleLanguage] | None,
        Field(title="Language", description="with an article in this language"),
        Criterion(lambda language, facts: language in facts.stored.languages, lasting=True),
    ] = None
    event_type: Annotated[
        Values[EventTypeCode] | None,
        Field(title="Event type", description="PLOVER code"),
        Criterion(lambda event_type, facts: event_type in facts.stored.alert.event_types),
    ] = None
    min_score: Annotated[
        float | None,
        Field(ge=0, le=1, title="Score from", description="with at least this score"),
        Criterion(lambda score, facts: facts.stored.alert.score >= score),
    ] = None
    min_origins: Annotated[
        int | None,
        Field(
            ge=1,
            le=1_000,
            title="Origins from",
            description="whose texts come from at least so many agencies and publishers",
        ),
        Criterion(lambda count, facts: facts.stored.alert.origin_count >= count),
    ] = None
    level: Annotated[
        Values[Level] | None,
        Field(
            title="Level",
            description="person: the two actors themselves; mediated: a message carried by an aide; "
            "state: their states",
        ),
        Criterion(lambda level, facts: level == facts.stored.alert.level),
    ] = None
    direction: Annotated[
        Values[Direction] | None,
        Field(
            title="Direction", description="with evidence of what a does to b, b to a, or each to the other"
        ),
        Criterion(lambda direction, facts: direction in facts.stored.alert.directions),
    ] = None
    modality: Annotated[
        Values[Modality] | None,
        Field(title="Stated as", description="with evidence that states it so"),
        Criterion(lambda modality, facts: modality in facts.stored.alert.modalities),
    ] = None
    state: Annotated[
        Values[AlertState] | None, Field(title="State", description="whether articles still carry it")
    ] = None
    verdict: Annotated[
        Values[AlertVerdict] | None,
        Field(title="Verdict", description="on which this is what an analyst said last"),
        Criterion(
            lambda verdict, facts: verdict in {facts.stored.alert.verdict, facts.verdict_before}, lasting=True
        ),
    ] = None
    triage: Annotated[
        Values[TriageState] | None,
        Field(
            title="Triage",
            description="as the reader whose key it is left it: unread; read; dismissed; starred, whatever "
            "else; assigned to the reader",
        ),
        Personal(),
    ] = None
    q: Annotated[
        SearchWords | None,
        Field(title="Words", description='words of titles and evidence; "a phrase", or and -not work'),
    ] = None
    _reader: Reader | None = PrivateAttr(default=None)

    def read_by(self, reader: Reader) -> Self:
        """The same filters, for whom a personal one is about."""
        filters = self.model_copy()
        filters._reader = reader  # noqa: SLF001  # of a copy of its own
        return filters

    @property
    def reader(self) -> Reader:
        """Whom a personal filter is about. Raises InvalidInput where it is about nobody."""
        if self._reader is None:
            detail = "is about a reader, whose key says who that is"
            raise InvalidInput(
                f"`triage` {detail}.", errors=[FieldError("/triage", detail, "reader_missing")]
            )
        return self._reader


CRITERIA: Mapping[str, Criterion] = {
    name: item
    for name, field in AlertFilter.model_fields.items()
    for item in field.metadata
    if isinstance(item, Criterion)
}
PERSONAL = frozenset(
    name
    for name, field in AlertFilter.model_fields.items()
    if any(isinstance(item, Personal) for item in field.metadata)
)
# The JSON schema of each field, where it is set.
SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    name: {**schema, **schema["anyOf"][0]}
    for name, schema in AlertFilter.model_json_schema()["properties"].items()
}
_SHOWN = frozenset(
    {"type", "items", "minItems", "maxItems", "minimum", "maximum", "description"}
)  # of a schema: it is not null
# Fields of which one of several values must fit.
MANY = frozenset(name for name, schema in SCHEMAS.items() if schema["type"] == "array")


def describe_filter() -> str:
    """What the filter of a subscription may hold, in a sentence for people."""
    listable = ", ".join(name for name in CRITERIA if name in MANY)
    single = ", ".join(name for name in CRITERIA if name not in MANY)
    return (
        f"{listable}: a value, or a list of values one of which must match; {single}: one value."
        " All fields that are set must match."
    )


def filter_schema() -> dict[str, Any]:
    """The JSON schema of the filter of a subscription."""
    fields = {name: {key: SCHEMAS[name][key] for key in SCHEMAS[name] if key in _SHOWN} for name in CRITERIA}
    for name in MANY & fields.keys():
        fields[name] = {
            "description": fields[name].pop("description"),
            "anyOf": [fields[name]["items"], fields[name]],
        }
    return {
        "type": "object",
        "description": describe_filter(),
        "properties": fields,
        "additionalProperties": False,
    }


def parse_filter(document: Mapping[str, Any]) -> dict[str, Any]:
    """The filter of a subscription, checked. An empty one fits every alert. Raises InvalidInput with a
    FieldError for each value at fault, its pointer below /filter."""
    errors = [error for name, value in document.items() for error in _errors(name, value)]
    if errors:
        first = errors[0]
        raise InvalidInput(f"The field {first.pointer[1:]}: {first.detail}.", errors=errors)
    return dict(document)


def matches(
    filter: Mapping[str, Any],  # noqa: A002  # the word of the API
    events: Collection[str],
    event_type: str,
    facts: AlertFacts,
) -> bool:
    """Whether a subscription with this filter and these event types is owed an event about an alert.

    A withdrawal is held only against the lasting criteria: an alert that is withdrawn may have lost what
    others look at, and whoever was sent the alert must hear that it no longer stands.
    """
    if event_type not in events:
        return False
    criteria = (
        (name, criterion)
        for name, criterion in CRITERIA.items()
        if name in filter and (criterion.lasting or event_type != "alert.withdrawn")
    )
    return all(
        any(criterion.fits(value, facts) for value in as_list(filter[name])) for name, criterion in criteria
    )


def _errors(name: str, value: Any) -> Iterator[FieldError]:
    criterion = CRITERIA.get(name)
    if criterion is None:
        yield FieldError(json_pointer(("filter", name)), "is not something to filter by", "unknown_field")
    elif not (isinstance(value, list) and name in MANY):
        yield from _value_errors(name, value, json_pointer(("filter", name)))
    elif not 0 < len(value) <= MAX_VALUES:
        detail = f"must have 1 to {MAX_VALUES} values"
        yield FieldError(json_pointer(("filter", name)), detail, "invalid_value")
    else:
        for number, item in enumerate(value):
            yield from _value_errors(name, item, json_pointer(("filter", name, number)))


def _value_errors(name: str, value: Any, pointer: str) -> Iterator[FieldError]:
    if value is None:
        yield FieldError(pointer, "must not be null", "invalid_value")
        return
    try:
        AlertFilter.model_validate({name: [value] if name in MANY else value}, strict=True)
    except ValidationError as error:
        yield FieldError(pointer, field_errors(error)[0].detail, "invalid_value")
