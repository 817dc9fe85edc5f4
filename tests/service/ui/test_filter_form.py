"""The form has an input for each titled field of AlertFilter."""

from werkzeug.datastructures import MultiDict

from dyadwatch.model.sources import SourceLabel
from dyadwatch.model.watches import WatchLabel
from dyadwatch.subscriptions import AlertFilter
from dyadwatch.tagging.lexicons.lexicon import LANGUAGES
from service.ui.filter_form import inputs

WATCH = WatchLabel("a-b", "A – B", {})
SOURCES = [SourceLabel(7, "A paper", "western", "GB"), SourceLabel(8, "Another", "western", None)]


def _by_name(params=None):
    return {item.name: item for item in inputs([WATCH], SOURCES, MultiDict(params or {}))}


def test_the_titled_fields_are_on_the_form_the_words_first():
    assert next(iter(_by_name())) == "q"
    assert {name for name, field in AlertFilter.model_fields.items() if field.title} == set(_by_name())


def test_an_input_has_the_kind_and_limits_of_its_field():
    form = _by_name()
    assert (form["q"].kind, form["q"].attributes["maxlength"]) == ("search", 200)
    assert form["min_score"].kind == "number"
    assert {**form["min_score"].attributes} == {"min": 0, "max": 1, "step": "any"}
    assert (form["watch"].kind, form["watch"].options) == ("select", [("a-b", "A – B")])


def test_every_language_that_is_tagged_is_on_the_menu_by_its_name():
    options = _by_name()["language"].options
    assert {code for code, _ in options} == set(LANGUAGES)
    assert ("fa", "Persian") in options
    assert [name for _, name in options] == sorted(name for _, name in options)


def test_an_input_keeps_the_value_of_the_page():
    form = _by_name({"min_score": "0.5", "language": "ar"})
    assert (form["min_score"].value, form["language"].value, form["q"].value) == ("0.5", "ar", "")


def test_what_was_left_empty_is_no_value():
    side = _by_name([("side", ""), ("side", "")])["side"]
    assert (side.values, side.options) == ([], [("western", "western")])


def test_what_the_sources_are_is_on_the_menus():
    form = _by_name()
    assert form["source"].options == [("7", "A paper"), ("8", "Another")]
    assert (form["side"].options, form["country"].options) == (
        [("western", "western")],
        [("GB", "United Kingdom")],
    )


def test_an_input_keeps_several_values_and_those_that_are_on_no_menu():
    form = _by_name([("language", "ar"), ("language", "fa"), ("side", "iranian"), ("since", "2024-01-31")])
    assert form["language"].values == ["ar", "fa"]
    assert ("iranian", "iranian") in form["side"].options
    assert (form["since"].kind, _by_name({"since": "2024-01-31T10:00:00Z"})["since"].kind) == ("date", "text")
