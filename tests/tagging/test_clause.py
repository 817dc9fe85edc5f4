"""Clauses: how two actors are joined, and where a cue stands with respect to them."""

import pytest
from tagging.clauses import clause, cue


@pytest.mark.parametrize(
    ("language", "sentence", "coordinated"),
    [
        ("en", "{a:Assad} and {b:Khamenei} met.", True),
        ("en", "{a:Assad} and President {b:Khamenei} met.", True),
        ("en", "{a:Assad} and, on Monday, {b:Khamenei} met.", False),
        ("en", "{a:Assad} met {b:Khamenei}.", False),
        ("ar", "التقى {a:الأسد} و{b:خامنئي} في طهران.", True),
        ("ar", "التقى {a:الأسد} مع {b:خامنئي} في طهران.", False),
        ("he", "{a:אסד} ו{b:חמינאי} נפגשו.", True),
        ("fa", "{a:اسد} و {b:خامنه‌ای} دیدار کردند.", True),
        ("tr", "{a:Esad} ve {b:Hamaney} görüştü.", True),
    ],
)
def test_actors_joined_by_a_conjunction_are_coordinated(language, sentence, coordinated):
    """A conjunction, alone or fused before the name, and beside it only titles."""
    assert clause(language, sentence).coordinated is coordinated


@pytest.mark.parametrize(
    ("language", "sentence", "between"),
    [
        ("en", "A meeting between {a:Assad} and {b:Khamenei} is planned.", True),
        ("en", "A meeting of {a:Assad} and {b:Khamenei} is planned.", False),
        ("tr", "{a:Esad} ve {b:Hamaney} arasında bir görüşme yapıldı.", True),
        ("ur", "{a:اسد} اور {b:خامنہ ای} کے درمیان ملاقات ہوئی۔", True),
        ("fa", "دیدار بین {a:اسد} و {b:خامنه‌ای} انجام شد.", True),
    ],
)
def test_between_stands_before_the_actors_or_after_them(language, sentence, between):
    """As a preposition, or as a postposition in Turkish and Urdu."""
    assert clause(language, sentence).introduced_by_between is between


def test_a_cue_stands_before_between_or_after_the_actors():
    """The place of a cue follows from where it begins and ends."""
    one = clause("en", "After a meeting, {b:Khamenei} praised {a:Assad} and thanked him.")
    assert [one.place_of(cue(one, words)) for words in ("meeting", "praised", "thanked")] == [
        "before",
        "between",
        "after",
    ]
    assert (one.first.side, one.last.side, one.gap) == ("b", "a", " praised ")
    assert one.cues_between("event") == [cue(one, "praised")]


@pytest.mark.parametrize(
    ("sentence", "quoted"),
    [
        ('"We will not forget {a:Assad}," {b:Khamenei} said.', True),
        ('"We will not forget {a:Assad}," said {b:Khamenei}.', True),
        ("We will not forget {a:Assad}, {b:Khamenei} said.", False),
    ],
)
def test_a_quote_may_be_by_the_second_actor(sentence, quoted):
    """A quotation mark between the two, and a word of saying beside the second."""
    assert clause("en", sentence).is_quote_by_last is quoted
