"""What comes in, checked: bodies and query parameters become pydantic models, or refusals that name the field."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, TypeVar

import orjson
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import ErrorDetails
from werkzeug.datastructures import MultiDict

from dyadwatch.errors import FieldError, InvalidInput, WebError
from dyadwatch.web import Client
from service.rest.problems import RefusedError

Model = TypeVar("Model", bound=BaseModel)
# pydantic's kinds of error in our words; what is missing here is a wrong type.
_CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "string_too_short": "too_short",
    "too_short": "too_short",
    "string_too_long": "too_long",
    "too_long": "too_long",
    "string_pattern_mismatch": "malformed",
    "literal_error": "not_allowed",
    "greater_than": "out_of_range",
    "greater_than_equal": "out_of_range",
    "less_than": "out_of_range",
    "less_than_equal": "out_of_range",
    "finite_number": "out_of_range",
    "value_error": "malformed",
    "timezone_aware": "malformed",
    "int_parsing": "malformed",
    "float_parsing": "malformed",
}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:\d{2})")
_LOST_PLUS = re.compile(r" (?=\d{2}:\d{2}$)")  # "+" of a zone, written unescaped in a query


def _moment(value: object) -> object:
    if not isinstance(value, str):
        return value
    if _DAY.fullmatch(value):
        return datetime.combine(date.fromisoformat(value), time(), UTC)
    written = _LOST_PLUS.sub("+", value) if len(value) > 16 else value
    if not _MOMENT.fullmatch(written):
        raise ValueError("give a day (2026-01-31) or a time with a zone (2026-01-31T12:00:00Z)")
    moment = datetime.fromisoformat(written.upper())
    if not 1 < moment.year < 9999:  # a zone could lead out of the calendar
        raise ValueError("no such time")
    return moment


def _one_line(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be blank")
    if any(char < " " or char == "\x7f" for char in value):
        raise ValueError("must be one line, without control characters")
    return value.strip()


# A time of RFC 3339 with its zone, or a day, which means its first moment in UTC.
Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "examples": ["2026-01-31", "2026-01-31T12:00:00Z"]}),
]
Line = Annotated[str, AfterValidator(_one_line), Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(min_length=1, max_length=2_000)]
Url = Annotated[str, Field(min_length=8, max_length=2_048, description="absolute, http or https")]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
RowId = Annotated[int, Field(ge=1, lt=2**63)]
Language = Annotated[
    str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$", max_length=35, description="BCP 47")
]
Words = Annotated[str, Field(min_length=1, max_length=200)]


class Body(BaseModel):
    """A JSON object of which every field is known and every value has its JSON type."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    def changes(self) -> dict[str, Any]:
        """The fields that were given, for PATCH."""
        return self.model_dump(include=self.model_fields_set)


class Query(BaseModel):
    """Query parameters, every one known and given once."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class PageQuery(Query):
    """Which page of a list."""

    limit: Annotated[int, Field(ge=1, le=200, description="how many at the most")] = 50
    cursor: Annotated[str | None, Field(max_length=300, description="where to go on, as `next` gives it")] = (
        None
    )


def absent() -> Any:
    """The default of a field of a PATCH that may be left out but not be null."""
    return Field(default_factory=lambda: None)


def query(model: type[Model], given: MultiDict[str, str]) -> Model:
    """The query parameters as `model`. Raises RefusedError 400 `query_invalid`, naming each one at fault."""
    errors = [
        FieldError(pointer([name]), "is given more than once", "repeated")
        for name, values in given.lists()
        if len(values) > 1
    ]
    errors += _nul(given.to_dict())
    if not errors:
        try:
            return model.model_validate(given.to_dict())
        except ValidationError as error:
            errors = _field_errors(error)
    raise RefusedError(400, "query_invalid", _sentence("query parameter", errors), errors=errors)


def document(raw: bytes) -> dict[str, Any]:
    """A body that is any JSON object. Raises RefusedError 400 `json_malformed`, InvalidInput where it is none or holds
    U+0000, which no text may."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        where = f"{error.msg} at line {error.lineno}, column {error.colno}" if raw else "the body is empty"
        raise RefusedError(400, "json_malformed", f"The body is not JSON: {where}.") from error
    if not isinstance(value, dict):
        problem = FieldError("", "must be an object", "wrong_type")
        raise InvalidInput("The body must be a JSON object.", errors=[problem])
    if b"\\u0000" in raw:
        errors = _nul(value)
        if errors:
            raise InvalidInput(_sentence("field", errors), errors=errors)
    return value


def body(model: type[Model], raw: bytes) -> Model:
    """The body as `model`. Raises as `document` does, and InvalidInput naming each field at fault."""
    document(raw)
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        errors = _field_errors(error)
    raise InvalidInput(_sentence("field", errors), errors=errors)


def check_url(web: Client, url: str, where: str) -> None:
    """Raises InvalidInput at the pointer `where` for a URL that could never be asked: malformed, or not public."""
    try:
        web.check(url)
    except WebError as error:
        problem = FieldError(where, error.detail, error.code)
        raise InvalidInput(
            f"{where.rsplit('/', 1)[-1]}: {error.detail}", errors=[problem], code=error.code
        ) from error


def pointer(location: Iterable[object]) -> str:
    """A JSON Pointer (RFC 6901) of the keys."""
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in location)


def _field_errors(error: ValidationError) -> list[FieldError]:
    items = error.errors(include_url=False, include_context=False, include_input=False)
    return [
        FieldError(pointer(item["loc"]), _detail(item), _CODES.get(item["type"], "wrong_type"))
        for item in items
    ]


def _detail(item: ErrorDetails) -> str:
    if item["type"] == "extra_forbidden":
        return "is not known here"
    if item["type"] == "missing":
        return "is missing"
    message = item["msg"].removeprefix("Value error, ")
    return message[0].lower() + message[1:]


def _sentence(kind: str, errors: list[FieldError]) -> str:
    name = errors[0].pointer.lstrip("/") or "body"
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return f"The {kind} {name}: {errors[0].detail}{more}."


def _nul(value: object, where: str = "") -> list[FieldError]:
    if isinstance(value, str):
        return [FieldError(where, "contains U+0000", "malformed")] if "\0" in value else []
    found: list[FieldError] = []
    if isinstance(value, Mapping):
        for key, item in value.items():
            found += _nul(key, where) + _nul(item, where + pointer([key]))
    if isinstance(value, list):
        for number, item in enumerate(value):
            found += _nul(item, f"{where}/{number}")
    return found
