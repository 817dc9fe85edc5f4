"""pydantic's errors as ours, and the types of values that are shared."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated

import pytest
from pydantic import BaseModel, BeforeValidator, Field, TypeAdapter, ValidationError

from dyadwatch.errors import FieldError, json_pointer
from dyadwatch.validation import MAX_ROW_ID, Line, Lines, Moment, RowId, SearchWords, Slug, field_errors


class _Model(BaseModel):
    name: Slug
    numbers: dict[Slug, int] = {}


def _errors(document, codes=None):
    with pytest.raises(ValidationError) as raised:
        _Model.model_validate(document)
    return field_errors(raised.value, codes)


def test_a_json_pointer_escapes_its_keys():
    assert json_pointer(["filter", "a/b~c", 0]) == "/filter/a~1b~0c/0"
    assert json_pointer([]) == ""


def test_every_field_at_fault_has_a_pointer_a_code_and_a_sentence():
    assert _errors({"numbers": {"a": "x"}}) == [
        FieldError("/name", "is missing", "missing"),
        FieldError(
            "/numbers/a",
            "input should be a valid integer, unable to parse string as an integer",
            "malformed",
        ),
    ]


def test_a_wrong_key_is_pointed_at_like_a_wrong_value():
    assert [error.pointer for error in _errors({"name": "a", "numbers": {"A": 1}})] == ["/numbers/A"]


def test_a_caller_may_have_its_own_codes():
    assert [error.code for error in _errors({"name": "A"})] == ["malformed"]
    assert [error.code for error in _errors({"name": "A"}, {"string_pattern_mismatch": "odd"})] == ["odd"]
    assert [error.code for error in _errors({"name": 1})] == ["wrong_type"]


@pytest.mark.parametrize(
    "name", ["a\nb", "a\x9bb", "a\u2028b", "a\u202eb", "a\u2066b\u2069", "\x1b[2Ja", " ", "\u2003"]
)
def test_a_name_is_one_line_that_turns_no_text_beside_it(name):
    with pytest.raises(ValidationError):
        TypeAdapter(Line).validate_python(name)


@pytest.mark.parametrize("text", ["a\u202eb", "a\n\u2066b", "\x1b[2Ja", "a\x85b", " \n", ""])
def test_a_text_of_lines_steers_no_terminal_and_turns_no_text_beside_it(text):
    with pytest.raises(ValidationError):
        TypeAdapter(Lines).validate_python(text)


def test_a_text_of_lines_is_kept_as_it_is():
    text = "\u062e\u0628\u0631\u200c\u06af\u0632\u0627\u0631\u06cc\u200f:\n\tfirst\r\n"
    assert TypeAdapter(Lines).validate_python(text) == text


@pytest.mark.parametrize("text", ["+5", " 5", "05", "5.0", "1_0", "\u0665", "0", str(MAX_ROW_ID + 1), "x"])
def test_an_id_in_a_query_is_written_as_in_a_path(text):
    ids = TypeAdapter(RowId)
    with pytest.raises(ValidationError):
        ids.validate_python(text)
    assert ids.validate_python(str(MAX_ROW_ID)) == MAX_ROW_ID
    with pytest.raises(ValidationError):
        ids.validate_python("5", strict=True)


def test_a_name_keeps_the_marks_and_joiners_of_its_script():
    assert TypeAdapter(Line).validate_python(" خبر\u200cگزاری\u200f ") == "خبر\u200cگزاری\u200f"


@pytest.mark.parametrize("kind", [Line, SearchWords])
def test_a_text_that_is_too_long_has_too_many_characters(kind):
    with pytest.raises(ValidationError) as raised:
        TypeAdapter(kind).validate_python("x" * 201)
    (error,) = field_errors(raised.value)
    assert (error.detail, error.code) == ("string should have at most 200 characters", "too_long")


@pytest.mark.parametrize(
    ("items", "detail"),
    [((1, 2, 3, 4), "has more than 3 values"), ((), "has fewer values than 2")],
)
@pytest.mark.parametrize("checks", [(BeforeValidator(list),), ()])
def test_a_list_of_a_wrong_length_has_too_many_or_too_few_values(checks, items, detail):
    kind = TypeAdapter(Annotated[list[int], *checks, Field(min_length=2, max_length=3)])
    with pytest.raises(ValidationError) as raised:
        kind.validate_python(list(items))
    assert [error.detail for error in field_errors(raised.value)] == [detail]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T12:00:00Z", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("2026-01-31t12:00z", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("2026-01-31T12:00:00 03:30", datetime(2026, 1, 31, 12, tzinfo=timezone(timedelta(hours=3.5)))),
    ],
)
def test_a_moment_is_a_day_or_a_time_with_a_zone(text, moment):
    assert TypeAdapter(Moment).validate_python(text) == moment


@pytest.mark.parametrize("text", ["2026-01-31T12:00:00", "yesterday", "2026-13-01", "0001-01-01T00:00Z", "5"])
def test_other_texts_are_no_moment(text):
    with pytest.raises(ValidationError):
        TypeAdapter(Moment).validate_python(text)
