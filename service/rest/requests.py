"""What comes in, checked: bodies and query parameters become
pydantic models, or problems that name the field."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Annotated, Any, Protocol, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.datastructures import MultiDict

from dyadwatch.errors import FieldError, InvalidInput, WebError, json_pointer
from dyadwatch.validation import MAX_ERRORS, MAX_ROW_ID, RowId, field_errors
from service.rest.problems import ProblemError

_MAX_DEPTH = 64  # levels of a JSON body: the deepest of ours has 10
_MAX_VALUES = 50_000  # of one body
_STRINGS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)  # the last one may not end
Model = TypeVar("Model", bound=BaseModel)


Url = Annotated[str, Field(min_length=8, max_length=2_048, description="absolute, http or https")]


class Body(BaseModel):
    """A JSON object: unknown fields are refused, and every value has its JSON type."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    def changes(self) -> dict[str, Any]:
        """The fields of a PATCH that the client sent."""
        return self.model_dump(include=self.model_fields_set)


class Query(BaseModel):
    """Query parameters: unknown and repeated ones are refused."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class PageQuery(Query):
    """Which page of a list."""

    limit: Annotated[int, Field(ge=1, le=200, description="at most this many items")] = 50
    cursor: Annotated[
        str | None, Field(max_length=300, description="where the page begins: the cursor in `next`")
    ] = None


class SignedQuery(Query):
    """The signature of a link, which stands for an API key: see GET /v1/links."""

    key: Annotated[RowId | None, Field(description="of a signed link: whose it is")] = None
    signature: Annotated[
        str | None, Field(max_length=100, description="of a signed link: it is sent without an API key")
    ] = None


Position = Annotated[
    int, Field(ge=0, le=MAX_ROW_ID, description="a `position` of this list, 0 for its beginning")
]


class UrlChecker(Protocol):
    """What knows which URLs can be used: the web client, or the channels of subscriptions."""

    def check(self, url: str) -> None:
        """Raises WebError for a URL that could never be used."""


def unset() -> Any:
    """The default of a field of a PATCH that may be left out but not be null."""
    return Field(default_factory=lambda: None)


def query(model: type[Model], params: MultiDict[str, str]) -> Model:
    """The query parameters as `model`. Raises ProblemError 400 `query_invalid`, naming each one at fault."""
    given = {name: values if name in _lists(model) else values[0] for name, values in params.lists()}
    errors = [
        FieldError(json_pointer([name]), "occurs more than once", "repeated")
        for name, values in params.lists()
        if len(values) > 1 and name not in _lists(model)
    ]
    errors += _errors(given)
    if not errors:
        try:
            return model.model_validate(given)
        except ValidationError as error:
            errors = [_of_parameter(item, given) for item in field_errors(error)]
    raise ProblemError(400, "query_invalid", sentence("query parameter", errors), errors=errors)


def _of_parameter(error: FieldError, given: Mapping[str, Any]) -> FieldError:
    """The error of a parameter that occurs once, without its number."""
    if not error.pointer:
        return error  # of a name that is no text
    name = error.pointer.split("/")[1]
    return replace(error, pointer=f"/{name}") if len(given.get(name, ())) == 1 else error


@cache
def _lists(model: type[BaseModel]) -> frozenset[str]:
    """The query parameters that may be repeated."""
    schemas = model.model_json_schema()["properties"]
    return frozenset(
        name
        for name, schema in schemas.items()
        if any(option.get("type") == "array" for option in schema.get("anyOf", ()))
    )


def document(raw: bytes) -> dict[str, Any]:
    """A body that is any JSON object. Raises ProblemError 400 `json_malformed`, and InvalidInput where it is
    no object, has too many values, is nested too deeply, has a name twice in one object (readers differ in
    which counts, RFC 8259 section 4), or holds U+0000, which PostgreSQL cannot store."""
    if _values(raw) > _MAX_VALUES and _values(_STRINGS.sub(b"", raw)) > _MAX_VALUES:
        problem = FieldError("", f"has more than {_MAX_VALUES} values", "too_long")
        raise InvalidInput(sentence("field", [problem]), errors=[problem])
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        where = f"{error.msg} at line {error.lineno}, column {error.colno}" if raw else "the body is empty"
        if error.msg.startswith("str is not valid UTF-8"):  # and goes on about surrogates
            where = "it is not UTF-8"
        raise ProblemError(400, "json_malformed", f"The body is not JSON: {where}.") from error
    if not isinstance(value, dict):
        problem = FieldError("", "must be an object", "wrong_type")
        raise InvalidInput("The body must be a JSON object.", errors=[problem])
    errors = _errors(value) or _repeated(value, raw)
    if errors:
        raise InvalidInput(sentence("field", errors), errors=errors)
    return value


def _values(raw: bytes) -> int:
    """About as many values as JSON has: one of these follows each. Nesting without end has none of them, and
    the parser gives it up at once."""
    return raw.count(b",") + raw.count(b"]") + raw.count(b"}")


def body(model: type[Model], raw: bytes) -> Model:
    """The body as `model`. Raises as `document` does, and InvalidInput naming each field at fault."""
    document(raw)
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        errors = field_errors(error)
    raise InvalidInput(sentence("field", errors), errors=errors)


def check_url(checker: UrlChecker, url: str, pointer: str) -> None:
    """Raises InvalidInput at `pointer` for a URL that could never be used: malformed, or not public."""
    try:
        checker.check(url)
    except WebError as error:
        problem = FieldError(pointer, error.detail, error.code)
        raise InvalidInput(sentence("field", [problem]), errors=[problem], code=error.code) from error


def sentence(kind: str, errors: list[FieldError]) -> str:
    """What is wrong with the first field, or parameter of the query, and with how many more."""
    name = errors[0].pointer.lstrip("/") or ("''" if errors[0].pointer else "body")
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return f"The {kind} {name}: {errors[0].detail}{more}."


def _errors(value: dict[str, Any]) -> list[FieldError]:
    """A FieldError for the first keys and strings in `value` that contain U+0000, or one where it is nested
    too deeply."""
    errors: list[FieldError] = []
    waiting: list[tuple[str, dict[str, Any] | list[Any], int]] = [("", value, 1)]
    while waiting:
        pointer, container, depth = waiting.pop()
        if depth > _MAX_DEPTH:
            return [FieldError("", f"is nested more than {_MAX_DEPTH} levels deep", "too_deep")]
        items = container.items() if isinstance(container, dict) else enumerate(container)
        for key, item in items:
            if any(isinstance(text, str) and "\0" in text for text in (key, item)):
                errors.append(FieldError(pointer + json_pointer([key]), "contains U+0000", "malformed"))
            if isinstance(item, dict | list):
                waiting.append((pointer + json_pointer([key]), item, depth + 1))
    return errors[:MAX_ERRORS]


def _repeated(value: dict[str, Any], raw: bytes) -> list[FieldError]:
    """A FieldError for each name that an object of a JSON body has more than once. The parser keeps the last:
    there are then fewer names than colons outside of strings."""
    names = _count_names(value)
    if names == raw.count(b":") or names == _STRINGS.sub(b"", raw).count(b":"):
        return []
    repeated: dict[str, None] = {}

    def keep(pairs: list[tuple[str, Any]]) -> None:
        counts = Counter(name for name, _ in pairs)
        repeated.update((name, None) for name, count in counts.items() if count > 1)

    json.loads(raw, object_pairs_hook=keep)
    return [FieldError("", f"has {name[:100]!r} more than once", "repeated") for name in repeated][
        :MAX_ERRORS
    ]


def _count_names(value: Any) -> int:
    """Of all objects of a JSON value, which is not nested deeply."""
    if isinstance(value, dict):
        return len(value) + sum(map(_count_names, value.values()))
    return sum(map(_count_names, value)) if isinstance(value, list) else 0
