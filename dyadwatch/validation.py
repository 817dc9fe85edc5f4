"""What pydantic checks for us: types of values that several packages read, and its errors as FieldErrors."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from dyadwatch.errors import FieldError, json_pointer

# Our code for each of pydantic's error types; any other type is `wrong_type`.
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
    "date_parsing": "malformed",
    "date_from_datetime_parsing": "malformed",
    "date_from_datetime_inexact": "malformed",
    # Raised by our own validators as PydanticCustomError.
    "malformed": "malformed",
    "not_allowed": "not_allowed",
    "out_of_range": "out_of_range",
    "contradictory": "contradictory",
    "empty": "empty",
}
MAX_ERRORS = 100  # of one document that are named
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:\d{2})")
_SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_LANGUAGE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$"
_COUNTRY = r"^[A-Z]{2}$"
_CLOCK_TIME = r"^([01]\d|2[0-3]):[0-5]\d$"
_FORMS = {
    _SLUG: "must be lower-case letters, digits and single hyphens, as assad-khamenei",
    _LANGUAGE: "must be a code of BCP 47, as fa",
    _COUNTRY: "must be a code of ISO 3166-1, two capital letters, as IR",
    _CLOCK_TIME: "must be a time of day from 00:00 to 23:59, as 22:00",
}  # of patterns, in words
_DETAILS = {
    "extra_forbidden": "is not known here",
    "missing": "is missing",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "dict_type": "must be an object",
    "date_from_datetime_inexact": "must be a day, as 2026-01-31",
    "date_from_datetime_parsing": "must be a day, as 2026-01-31",
    "date_type": "must be a day, as 2026-01-31",
}  # of errors of pydantic that would speak of Python, or otherwise than we do
# What names may not have: control characters, ends of lines, and what turns the direction of a text beside
# one. The marks and joiners that names in Arabic and Persian are written with are not among them.
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_BREAKS = str.maketrans("", "", "\t\n\r")  # that a text of several lines may have
ROW_ID = "[1-9][0-9]{0,17}"  # the ids of rows as addresses write them: always within a bigint
MAX_ROW_ID = 10**18 - 1
_NEGATION = re.compile(r"(?<!\w)-")
_MAX_NEGATIONS = 20  # PostgreSQL cannot read a query of more than 30 in a row
_LOST_PLUS = re.compile(r" (?=\d{2}:\d{2}$)")  # the "+" of an offset, unescaped in a query string


def field_errors(error: ValidationError, codes: Mapping[str, str] | None = None) -> list[FieldError]:
    """The first fields at fault in a ValidationError. `codes`
    overrides our code for one of pydantic's error types."""
    table = _CODES if codes is None else {**_CODES, **codes}
    return [
        FieldError(
            json_pointer(
                key for key in item["loc"] if key != "[key]"
            ),  # "[key]" follows a wrong key of a dict
            _detail(item),
            table.get(item["type"], "wrong_type"),
        )
        for item in error.errors(include_url=False, include_input=False)[:MAX_ERRORS]
    ]


def _detail(item: ErrorDetails) -> str:
    if detail := _DETAILS.get(item["type"]):
        return detail
    if item["type"] == "string_pattern_mismatch" and (form := _FORMS.get(item["ctx"]["pattern"])):
        return form
    # Lists say their bounds; our own checks have the same codes and say it themselves.
    if item["type"] == "too_long" and "ctx" in item:
        return f"has more than {item['ctx']['max_length']} values"
    if item["type"] == "too_short" and "ctx" in item:
        return f"has fewer values than {item['ctx']['min_length']}"
    message = item["msg"].removeprefix("Value error, ")
    return message[0].lower() + message[1:]


def _moment(value: object) -> object:
    if not isinstance(value, str):
        return value
    if _DAY.fullmatch(value):
        return datetime.combine(date.fromisoformat(value), time(), UTC)
    text = _LOST_PLUS.sub("+", value) if len(value) > 16 else value
    if not _MOMENT.fullmatch(text):
        raise ValueError("give a day (2026-01-31) or a time with a zone (2026-01-31T12:00:00Z)")
    moment = datetime.fromisoformat(text.upper())
    if not 1 < moment.year < 9999:  # converting the zone could leave the calendar
        raise ValueError("no such time")
    return moment


def _day_or_moment(value: object) -> object:
    if isinstance(value, str) and _DAY.fullmatch(value):
        return date.fromisoformat(value)
    return _moment(value)


def _after_since(value: datetime, info: ValidationInfo) -> datetime:
    since = info.data.get("since")
    if since is not None and value <= since:
        raise PydanticCustomError("contradictory", "must be later than `since`")
    return value


def one_line(value: str) -> str:
    """A name without the blanks around it. Raises ValueError where nothing else is in it, and where there are
    characters of CONTROLS."""
    line = value.strip()
    if not line:
        raise ValueError("must not be blank")
    if CONTROLS.search(line):
        raise ValueError("must be one line, without control characters")
    return line


def legible(value: str) -> str:
    """A text of any number of lines, as it is. Raises ValueError where a line has characters of CONTROLS."""
    if CONTROLS.search(value.translate(_BREAKS)):
        raise ValueError(
            "must have no characters that control a terminal or turn the direction of text around"
        )
    return value


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be blank")
    return value


def row_id(text: str) -> int | None:
    """The id that `text` is: decimal digits, without sign, blanks or zeros in front. None for any other."""
    return int(text) if re.fullmatch(ROW_ID, text) else None


def _written_id(value: object, read: ValidatorFunctionWrapHandler) -> object:
    """That of a query, where numbers are texts, is written as in a path."""
    number = read(value)
    if isinstance(value, str) and row_id(value) is None:
        raise ValueError("must be an id, as 17: digits alone, without zeros in front")
    return number


def _search_words(value: str) -> str:
    if len(_NEGATION.findall(value)) > _MAX_NEGATIONS:
        raise ValueError(f"may have at most {_MAX_NEGATIONS} words with -")
    return value


# A time of RFC 3339 with its zone, or a day, which means its first moment in UTC.
Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_moment),
    WithJsonSchema(
        {
            "type": "string",
            "anyOf": [{"type": "string", "format": form} for form in ("date", "date-time")],
            "examples": ["2026-01-31", "2026-01-31T12:00:00Z"],
        }
    ),
]
# The same as the end of a period, in a model with `since` before it.
Until = Annotated[Moment, AfterValidator(_after_since)]
# A moment, but a day stays one: its first moment depends on a time zone that is given beside it.
DayOrMoment = Annotated[
    date | AwareDatetime,
    BeforeValidator(_day_or_moment),
    WithJsonSchema({"type": "string", "examples": ["2026-01-31", "2026-01-31T12:00:00+03:30"]}),
]
Slug = Annotated[str, Field(pattern=_SLUG, max_length=80)]
RowId = Annotated[int, Field(ge=1, le=MAX_ROW_ID), WrapValidator(_written_id)]
ClockTime = Annotated[str, Field(pattern=_CLOCK_TIME, examples=["22:00"])]
Language = Annotated[str, Field(pattern=_LANGUAGE, max_length=35, description="BCP 47")]
Country = Annotated[str, Field(pattern=_COUNTRY, description="ISO 3166-1 alpha-2")]
# Lengths stand before validators: after one pydantic counts items, of text too.
Line = Annotated[str, Field(max_length=200), AfterValidator(one_line), Field(min_length=1)]
Lines = Annotated[
    str, Field(min_length=1, max_length=2_000), AfterValidator(legible), AfterValidator(_not_blank)
]
SearchWords = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_search_words)]
