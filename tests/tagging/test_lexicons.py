"""Compiled lexicons are shared by whoever holds them."""

import weakref

from dyadwatch.tagging.lexicons.lexicon import extend, lexicon

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
