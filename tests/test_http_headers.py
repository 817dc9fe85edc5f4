"""The values of HTTP response headers."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dyadwatch import http_headers

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("-5", 0),
        ("999999999999", 3600),
        ("9" * 5000, 3600),
        ("Sun, 22 Nov 2026 12:01:30 GMT", 90),
        ("Sun, 22 Nov 2026 12:01:30 -0000", 90),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0),
        ("Sun, 22 Nov 2099 11:00:00 GMT", 3600),
        ("Sunday, 22-Nov-26 12:01:30 GMT", 90),
        (None, None),
        ("", None),
        ("soon", None),
        ("1e9", None),
        ("--5", None),
        ("1.5", None),
        ("١٢", None),
        ("Sun, 99 Nov 2026 12:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_in_both_forms(value, seconds):
    """Seconds and dates are honoured within the bound, the past means now, and junk means nothing."""
    assert http_headers.retry_after(value, NOW, maximum=3600) == seconds


@settings(deadline=None)
@given(st.text(max_size=40))
def test_no_header_breaks_it(value):
    """Whatever a server writes, the answer is None or within the bound."""
    seconds = http_headers.retry_after(value, NOW, maximum=60)
    assert seconds is None or 0 <= seconds <= 60


@pytest.mark.parametrize(
    ("value", "directives"),
    [
        (None, {}),
        ("", {}),
        ("no-store", {"no-store": None}),
        ("public, Max-Age=7200", {"public": None, "max-age": 7200}),
        ('max-age = "60"', {"max-age": 60}),
        ("public max-age=60", {"public": None, "max-age": 60}),
        ("max-age=60, max-age=3600", {"max-age": 60}),
        ("s-maxage=9,max-age=0", {"s-maxage": 9, "max-age": 0}),
        ('no-cache="set-cookie"', {"no-cache": None}),
        ("max-age=soon", {"max-age": None}),
    ],
)
def test_cache_directives_have_their_seconds(value, directives):
    """Names in any case, separated by commas or spaces; the first of a repeated directive counts."""
    assert http_headers.cache_directives(value) == directives
