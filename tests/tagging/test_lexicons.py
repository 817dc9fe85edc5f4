"""Compiled lexicons are shared by whoever holds them."""

import weakref

import pytest
from tagging.clauses import clause

from dyadwatch.tagging.events.coder import code_events
from dyadwatch.tagging.events.fitting import fitting_events
from dyadwatch.tagging.events.plover import EVENT_TYPES
from dyadwatch.tagging.lexicons.groups import read_yaml
from dyadwatch.tagging.lexicons.lexicon import LANGUAGES, extend, lexicon
from dyadwatch.tagging.lexicons.particles import end_of_particle

WORDS = {"praise": ("sang the merits of",)}


def ids(one):
    return {cue.payload.id for cue in one.find("he sang the merits of it")}


def test_the_same_words_are_compiled_once_for_all_who_hold_them():
    held = extend("en", WORDS)
    assert extend("en", {key: (*words,) for key, words in WORDS.items()}) is held
    assert "praise" in ids(held)


def test_other_words_and_other_languages_are_lexicons_of_their_own():
    held = extend("en", WORDS)
    others = [lexicon("en"), extend("en", {"praise": ("sang of",)}), extend("de", WORDS)]
    assert not any(other is held for other in others)
    assert ["praise" in ids(other) for other in others] == [False, False, True]


def test_what_nobody_holds_is_not_kept():
    released = weakref.ref(extend("en", {"praise": ("praised to the skies",)}))
    assert released() is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_topics_of_every_type_are_words_that_can_occur(language):
    """A `*` stands for an ending, so one within a pattern could match nothing."""
    table = read_yaml("topics")[language]
    assert set(table) == set(EVENT_TYPES)
    assert not [word for words in table.values() for word in words.split(",") if "*" in word.strip()[:-1]]


@pytest.mark.parametrize(
    ("language", "sentence", "event_type"),
    [
        ("ru", "{a:Арден}: осколки, пепел, руины и трупы после ракет {b:Бела}", "ASSAULT"),
        ("de", "Splitter, Trümmer und Asche: so sieht {a:Arden} aus, seit {b:Bel} am Fluss steht", "ASSAULT"),
        ("fr", "Des wagons, du charbon et un câble : {a:Arden} voit tout cela venir de {b:Bel}", "COOPERATE"),
        ("tr", "Şarapnel, enkaz ve kül: {b:Bel} gecesinden sonra {a:Arden}", "ASSAULT"),
        ("ar", "شظايا وركام ورماد: هذا ما بقي في {a:أردن} بعد ليلة {b:بل}", "ASSAULT"),
        ("he", "קרונות, פחם וכבל: זה מה ש{a:ארדן} רואה מכיוון {b:בל}", "COOPERATE"),
        ("zh", "{a:阿登}的煤、石油和电缆都来自{b:贝尔}", "COOPERATE"),
    ],
)
@pytest.mark.no_cover
def test_an_act_that_no_cue_names_is_typed_by_what_it_is_about(language, sentence, event_type):
    one = clause(language, sentence)
    assert not fitting_events(one)
    assert [event.cue.payload.type for event in code_events(one)] == [event_type]


@pytest.mark.parametrize(
    ("text", "particle", "anywhere", "rest"),
    [
        ("setzte die hilfe fur das land aus, sofort", "aus", False, ", sofort"),
        ("setzte aus", "aus", False, ""),
        ("setzte die hilfe aus geld fort", "aus", False, None),
        ("setzte die hilfe fort. aus", "aus", False, None),
        ("setzte den auslander und alles aus", "aus", False, ""),
        ("setzte die hilfe auf die schwarze liste und", "auf die schwarze liste", False, " und"),
        ("setzte " + "sehr " * 40 + "viel aus", "aus", False, None),
        ("impuso a bel nuevos aranceles del 10 por ciento", "aranceles", True, " del 10 por ciento"),
        ("impuso aranceles", "aranceles", True, ""),
    ],
)
def test_the_rest_of_a_verb_ends_its_clause_unless_it_is_an_object(text, particle, anywhere, rest):
    end = end_of_particle(text, text.index(" "), particle, anywhere=anywhere)
    assert (None if end is None else text[end:]) == rest
