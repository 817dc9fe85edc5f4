"""Patterns: alternatives in braces, and spellings."""

import pytest

from dyadwatch.tagging.lexicons.patterns import MAX_EXPANSIONS, Expander, PatternError, expand, spellings


@pytest.mark.parametrize(
    ("pattern", "surfaces"),
    [
        ("Ann North", {"Ann North"}),
        ("{Ann|Anna} North", {"Ann North", "Anna North"}),
        ("{Ann|An{n|}ie} North", {"Ann North", "Annie North", "Anie North"}),
        ("{the |}north  wind", {"the north wind", "north wind"}),
    ],
)
def test_alternatives_expand_and_nest(pattern, surfaces):
    """Also inside each other; spaces are single."""
    assert set(expand(pattern)) == surfaces


@pytest.mark.parametrize("pattern", ["{Ann", "Ann}", "{a|b}" * 12])
def test_a_bad_pattern_is_refused(pattern):
    """Braces that do not close, and more surfaces than anyone means."""
    with pytest.raises(PatternError):
        expand(pattern)
    assert MAX_EXPANSIONS < 2**12


def test_hyphens_and_joiners_have_spellings():
    """A space for a hyphen, nothing for a zero-width non-joiner, two letters for an umlaut."""
    assert spellings("al-Assad") == ("al-Assad", "al Assad")
    assert spellings("خامنه\u200cای") == ("خامنه\u200cای", "خامنه" + "ای")
    assert spellings("Assad") == ("Assad",)
    assert spellings("Jörg") == ("Jörg", "Joerg")


def test_choices_that_repeat_each_other_cost_no_more_than_their_surfaces():
    """2^90 ways lead to one surface, 2^20 to 21."""
    assert expand("{a|a}" * 90) == ("a" * 90,)
    assert len(expand("{a|aa}" * 20)) == 21


def test_patterns_share_the_steps_of_their_document():
    """A pattern that was read before costs nothing."""
    expander = Expander(10)
    assert [expander.expand("{a|b} c") for _ in range(100)] == [("a c", "b c")] * 100
    with pytest.raises(PatternError):
        expander.expand("{a|b|c|d}{a|b|c|d}")
