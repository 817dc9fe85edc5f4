"""Cursors: they lead on, and nothing else passes for one."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyadwatch.errors import InvalidInput
from dyadwatch.store import pagination

_AT = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
_moments = st.datetimes(timezones=st.just(UTC))


@given(_moments, st.integers(min_value=1, max_value=2**63 - 1))
def test_a_cursor_names_its_row_exactly(at, key):
    assert pagination.decode("alerts", pagination.encode("alerts", at, key)) == (at, key)


def test_the_cursor_of_a_list_by_slugs_names_its_row_too():
    assert pagination.decode("watches", pagination.encode("watches", _AT, "a-b")) == (_AT, "a-b")


@given(st.data())
def test_any_change_of_a_character_is_noticed(data):
    good = pagination.encode("alerts", _AT, 7)
    where = data.draw(st.integers(0, len(good) - 1))
    other = data.draw(st.sampled_from("abcXYZ019-_= ").filter(lambda char: char != good[where]))
    with pytest.raises(InvalidInput) as caught:
        pagination.decode("alerts", good[:where] + other + good[where + 1 :])
    assert caught.value.code == "cursor_invalid"
    assert caught.value.errors[0].pointer == "/cursor"


@given(st.text(max_size=60))
def test_junk_is_no_cursor(junk):
    with pytest.raises(InvalidInput):
        pagination.decode("alerts", junk)


def test_the_cursor_of_another_list_is_refused():
    with pytest.raises(InvalidInput):
        pagination.decode("articles", pagination.encode("alerts", _AT, 7))


@pytest.mark.parametrize("key", ["7", True, 2**63, None, [1], 1.5])
def test_a_forged_cursor_names_no_row_that_could_not_be(key):
    with pytest.raises(InvalidInput):
        pagination.decode("alerts", pagination.encode("alerts", _AT, key))


@pytest.mark.parametrize("key", [7, "a\0b"])
def test_a_forged_cursor_of_slugs_neither(key):
    with pytest.raises(InvalidInput):
        pagination.decode("watches", pagination.encode("watches", _AT, key))
