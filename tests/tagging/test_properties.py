"""What holds of any text at all: no exception, exact offsets, the same answer twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyadwatch.text.folding import fold

pytestmark = pytest.mark.no_cover

PIECES = [
    "Bashar al-Assad", "Assad", "Khamenei", "Ali Khamenei", "Iran's supreme leader", "the Syrian president", "met", "received",
    "thanked", "and", "between", "he", "him", "his guest", "the two leaders", "said", "not", "Mojtaba Khamenei", "Hafez al-Assad",
    ". ", "\n", "\n\n", ", ", "; ", " — ", '"', "’s", "الأسد", "خامنئي", "للأسد", "التقى", "خامنه\u200cای", "اسد", "دیدار کرد", "אסד", "ח'אמנאי",
    "נפגש", "Асадом", "Хаменеи", "встретился с", "Esad'ı", "Hamaney", "görüştü", "\u00ad", "\u202e", "\u200f", "\ud800", "\u0301", "\u064b", "ـ",
    "&amp;", "&#39;", "&nbsp;", "&#1114112;", "😀", "İ", "ﷺ", "ß", "2019", "1995", "Read also:", "Damascus", "Tehran", "\x00",
]  # fmt: skip
texts = st.one_of(
    st.text(st.characters(), max_size=200),
    st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
)


def check(text, tagged):
    """Every offset reproduces its quote."""
    for verdict in tagged.watches.values():
        assert 0 <= verdict.score <= 1
        assert verdict.relationship == any(mention.level != "state" for mention in verdict.mentions)
        for surfaces in verdict.actors.values():
            for surface in surfaces:
                assert text[surface.start : surface.end] == surface.surface != ""
        for mention in verdict.mentions:
            evidence = mention.evidence
            assert text[evidence.start : evidence.end] == evidence.quote != ""
            assert text[: evidence.start].endswith(evidence.prefix)
            assert text[evidence.end :].startswith(evidence.suffix)
            trigger = mention.trigger
            if trigger is not None:
                assert text[trigger.start : trigger.end] == trigger.text != ""
                assert evidence.start <= trigger.start < trigger.end <= evidence.end
            assert mention.features
            assert mention.rules
            assert 0 <= mention.confidence <= 1
            for surfaces in mention.actors.values():
                assert all(text[one.start : one.end] == one.surface for one in surfaces)


@given(
    texts, st.sampled_from([None, "en", "ar", "fa", "he", "ru", "tr", "fr", "de", "es", "pl", "zz", "en-GB"])
)
def test_any_text_is_tagged_with_exact_offsets(tagger, text, language):
    """Whatever the text, tagging raises nothing and each quote stands where it says; twice gives the same."""
    tagged = tagger.tag(text, language=language, watches={"assad-khamenei"})
    check(text, tagged)
    assert tagger.tag(text, language=language, watches={"assad-khamenei"}) == tagged


@given(texts)
def test_what_is_folded_stays_as_it_is(text):
    once = fold(text).text
    if "&" not in once:  # an entity may hide another one
        assert fold(once).text == once


@pytest.mark.parametrize("letter", "ŁØĐÐÉÇŞ")
def test_a_capital_folds_as_its_small_letter(letter):
    assert fold(letter).text == fold(letter.lower()).text == fold(letter + "\u044f" * 9).text[0]


@given(texts)
def test_folded_offsets_map_back(text):
    """Each folded character comes from a span of the text, in order; and `folded` inverts it."""
    folded = fold(text)
    last = 0
    for offset in range(len(folded.text)):
        start, end = folded.source(offset, offset + 1)
        assert last <= start < end <= len(text)
        assert folded.folded(start) <= offset
        last = start


def test_folding_does_not_depend_on_the_surroundings():
    """A character folds alike among ASCII letters, which go a shorter way, and among others."""
    for code in (*range(0x20, 0x600), *range(0x600, 0x780), *range(0x1E00, 0x2100), *range(0xFB1D, 0xFF00)):
        plain, other = fold("a" * 60 + chr(code)).text, fold("\u044f" * 60 + chr(code)).text
        assert plain[60:] == other[60:], hex(code)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\ud800\udfff",
        "Assad — ",
        "ASSAD: ",
        "\u202eAssad met Khamenei\u202c.",
        "Assad&#8217;s ally, Khame\u00adnei, met him.",
        "<p>Assad</p><p>Khamenei</p>",
    ],
)
def test_odd_texts_are_tagged(tagger, text):
    """Empty, invisible, broken and marked-up texts have an answer."""
    check(text, tagger.tag(text, watches={"assad-khamenei"}))
