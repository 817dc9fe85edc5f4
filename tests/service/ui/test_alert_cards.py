"""Quotes are cut at the actors, and every script is shown in its direction."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyadwatch.tagging.events.plover import EVENT_TYPES
from service.ui.alert_cards import card, passage, split_quote, writing_attributes
from service.ui.event_modes import MODES


def _surface(start, end):
    return {"start": start, "end": end}


def test_a_quote_is_cut_at_the_surfaces_inside_it():
    actors = {"a": [_surface(10, 15)], "b": [_surface(20, 28), _surface(99, 104)]}
    assert split_quote("Assad met  Khamenei.", 10, actors) == [
        ("Assad", "a"),
        (" met ", ""),
        (" Khamene", "b"),
        ("i.", ""),
    ]


def test_of_surfaces_that_overlap_the_first_and_longer_one_is_marked():
    actors = {"a": [_surface(0, 5), _surface(0, 12)], "b": [_surface(6, 14)]}
    assert split_quote("Assad family ties", 0, actors) == [("Assad family", "a"), (" ties", "")]


_surfaces = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda both: _surface(min(both), max(both)))
)


@given(st.text(max_size=30), st.integers(0, 10), _surfaces, _surfaces)
def test_the_pieces_are_the_quote(quote, start, first, second):
    assert "".join(piece for piece, _ in split_quote(quote, start, {"a": first, "b": second})) == quote


@pytest.mark.parametrize(
    ("text", "language", "attributes"),
    [
        ("Assad met Khamenei", "en", {"dir": "ltr", "lang": "en"}),
        ("SANA: التقى الأسد خامنئي", "ar", {"dir": "rtl", "lang": "ar"}),
        ("دیدار بشار اسد", "fa", {"dir": "rtl", "lang": "fa"}),
        ("אסד נפגש עם ח'אמנאי", "he", {"dir": "rtl", "lang": "he"}),
        ("Асад встретился с Хаменеи", "ru", {"dir": "ltr", "lang": "ru"}),
        ("Assad met Khamenei", "ar", {"dir": "ltr"}),
        ("التقى الأسد خامنئي", "en", {"dir": "rtl"}),
        ("12 34", None, {"dir": "ltr"}),
    ],
)
def test_a_text_is_shown_in_its_direction_and_language(text, language, attributes):
    assert writing_attributes(text, language) == attributes


def test_an_alert_without_articles_or_evidence_is_shown_too():
    alert = {
        "id": 1,
        "watch": "a-b",
        "score": 0.5,
        "level": "person",
        "state": "withdrawn",
        "event_types": [],
    }
    context = card(alert | {"language": None, "created_at": "2026-01-01T00:00:00+00:00"}, {})
    assert (context["first"], context["passages"], context["withdrawn"]) == (None, [], True)


@pytest.mark.parametrize(
    ("prefix", "suffix", "before", "after"),
    [
        ("ice and left the same evening.\n\n", "\n\nThe meeting lasted more than a b", "… and left the same evening.\n\n", "\n\nThe meeting lasted more than a …"),
        ("At first. ", " The end.", "At first. ", " The end."),  # where the text begins, and where it ends
        ("x" * 32, "y" * 32, "x" * 32, "y" * 32),
    ],
)  # fmt: skip
def test_what_stands_beside_a_quote_begins_and_ends_with_whole_words(prefix, suffix, before, after):
    evidence = {"quote": "He met him.", "start": 40, "prefix": prefix, "suffix": suffix}
    mention = {
        "evidence": evidence, "actors": {"a": [], "b": []}, "direction": "a->b", "attribution": None,
        "modality": "asserted", "event_type": None, "mode": None, "confidence": 0.9,
    }  # fmt: skip
    shown = passage(mention, "en", {})
    assert (shown["prefix"], shown["suffix"]) == (before, after)


def test_every_mode_has_a_word():
    assert set(MODES) == {name for kind in EVENT_TYPES.values() for name in kind.modes}
