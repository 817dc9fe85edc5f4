"""Words as comparisons see them."""

import pytest

from dyadwatch.text.words import spaced, spaced_query, word_key, words


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("  The “Damascus” talks -- again! ", "the damascus talks again"),
        ("ﬁnal ＴＡＬＫＳ²", "final talks2"),
        ("قَالَ الرَّئيسُ", "قال الرئيس"),
        ("الـــرئيس\u200f", "الرئيس"),
        ("Straße", "strasse"),
        ("外长 met 她30年", "外 长 met 她 30 年"),
        ("—", ""),
    ],
)
def test_texts_that_read_alike_have_one_key(text, key):
    """Case, punctuation, spacing, ligatures and widths, vowel signs and marks of direction make no
    difference."""
    assert word_key(text) == key
    assert words(text) == key.split()


def test_a_search_sets_off_what_no_spaces_do():
    """A run of characters is a phrase, unless it is part of one."""
    assert spaced("a 外长b") == "a  外  长 b"
    assert spaced("plain") == "plain"
    assert spaced_query('外长 -会 "到 北京" talks') == '"外 长" -"会" " 到   北  京 " talks'
