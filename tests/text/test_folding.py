"""Folding where it adds characters: the spaces that Chinese and Japanese do without."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyadwatch.text.folding import fold, fold_surface


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("外长会见", "外 长 会 见"),
        ("敘利亞總統", "叙 利 亚 总 统"),
        ("他说：“AI2号”，走了。", '他 说:"ai2 号", 走 了.'),
        ("大統領が、会談", "大 统 领 が, 会 谈"),
        ("plain, text", "plain, text"),
    ],
)
def test_each_character_of_a_script_without_spaces_is_a_word(text, folded):
    """Traditional characters are those that are written simply; punctuation is that of other scripts."""
    assert fold(text).text == folded
    assert fold_surface(text) == folded


@given(st.text(alphabet="外长会見が、。 a1\u0301&é-“", max_size=40))
def test_a_folded_word_leads_back_to_its_characters(text):
    """Every character that is kept is found where it stood, and a span leads back to what it was made of."""
    folded = fold(text)
    for offset, character in enumerate(text):
        if character in "外长会が":
            place = folded.folded(offset)
            assert folded.text[place] == character
            assert folded.source(place, place + 1) == (offset, offset + 1)
    assert folded.text.replace(" ", "") == "".join(fold(one).text for one in text if one != " ").replace(
        " ", ""
    )
