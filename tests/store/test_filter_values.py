"""A filter that names what does not exist is refused, with what does."""

import pytest
from sqlalchemy import text

from dyadwatch.errors import UnknownValue
from dyadwatch.model.sources import NewSource
from dyadwatch.store import filter_values, sources, watches


@pytest.fixture
def source(db):
    for name in ("assad-khamenei", "putin-trump"):
        watches.create(db, name, name, {})
    return sources.create(db, NewSource("SANA", (), country="SY", side="syrian")).id


def _refusals(db, filters, pointer=""):
    with pytest.raises(UnknownValue) as caught:
        filter_values.check(db, filters, pointer)
    return [(error.pointer, error.code, error.detail) for error in caught.value.errors]


def test_what_exists_is_not_refused(db, source):
    story = db.execute(text("INSERT INTO stories (title) VALUES ('A story') RETURNING id")).scalar_one()
    filters = {"watch": ["putin-trump", "assad-khamenei"], "source": source, "side": "syrian", "story": story}
    filter_values.check(db, filters | {"country": ["SY"], "language": "sw", "q": None, "min_score": 0.5})


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (
            {"watch": "assad-khameni"},
            ("/watch", "unknown_watch", "there is no watch 'assad-khameni'; there is assad-khamenei, putin-trump"),
        ),
        ({"side": ["iranian"]}, ("/side", "unknown_side", "there is no side 'iranian'; there is syrian")),
        ({"country": "IR"}, ("/country", "unknown_country", "there is no country 'IR'; there is SY")),
        ({"story": 10**12}, ("/story", "unknown_story", f"there is no story {10**12}")),
    ],
)  # fmt: skip
def test_a_refusal_names_what_there_is_nearest_first(db, source, filters, expected):
    assert _refusals(db, filters) == [expected]


def test_every_unknown_value_is_named_by_its_pointer(db, source):
    errors = _refusals(db, {"source": [source, source + 5], "watch": "nope"}, "/filter")
    assert [(pointer, code) for pointer, code, _ in errors] == [
        ("/filter/watch", "unknown_watch"),
        ("/filter/source/1", "unknown_source"),
    ]
    assert errors[1][2] == f"there is no source {source + 5}; there is {source} (SANA)"


def test_a_refusal_names_twenty_of_many(db):
    for number in range(21):
        watches.create(db, f"a-{number}", "A", {})
    [(_, _, detail)] = _refusals(db, {"watch": "b"})
    assert detail.count("a-") == 20
    assert detail.endswith(", and others")


def test_a_refusal_says_that_there_is_none(db):
    assert _refusals(db, {"side": "north"}) == [
        ("/side", "unknown_side", "there is no side 'north', and no other")
    ]
