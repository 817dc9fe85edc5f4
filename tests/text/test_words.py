"""Words as comparisons see them."""

import pytest

from dyadwatch.text.words import word_key, words


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
