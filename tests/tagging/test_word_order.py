"""Word orders: whose act a cue is, and which actor is an object, in each of them."""

import pytest
from tagging.clauses import clause, cue

from dyadwatch.tagging.documents.word_order import WORD_ORDERS, word_order_of
from dyadwatch.tagging.lexicons.lexicon import LANGUAGES, lexicon


def test_every_language_has_a_word_order():
    """And every word order has a language."""
    assert {lexicon(language).word_order for language in LANGUAGES} == set(WORD_ORDERS)


@pytest.mark.parametrize(
    ("language", "sentence", "words", "other"),
    [
        ("en", "{b:Khamenei} thanked {a:Assad}.", "thanked", False),
        ("en", "Putin, elected with {b:Khamenei}, thanked {a:Assad}.", "thanked", True),
        ("en", "{b:Khamenei} said Putin would thank {a:Assad}.", "thank", True),
        ("en", "Putin, whom {b:Khamenei} trusts, met {a:Assad}.", "met", True),
        ("en", "{a:Assad} was received by {b:Khamenei}.", "was received by", False),
        ("de", "Am Montag lobte {b:Chamenei} seinen Gast {a:Assad}.", "lobte", False),
        ("de", "Der Minister lobte {b:Chamenei} und {a:Assad}.", "lobte", True),
        ("tr", "{b:Hamaney}, {a:Esad}'ı övdü.", "ovdu", False),
        ("tr", "{b:Hamaney}'i dün akşam {a:Esad}'a övdü.", "ovdu", True),
    ],
)
def test_an_act_may_have_another_subject(language, sentence, words, other):
    """Neither of the two does it."""
    one = clause(language, sentence)
    assert word_order_of(one.lexicon).has_other_subject(one, cue(one, words)) is other


@pytest.mark.parametrize(
    ("language", "sentence", "is_object"),
    [
        ("en", "Putin thanked {a:Assad} and {b:Khamenei}.", True),
        ("en", "With regret {a:Assad} thanked {b:Khamenei}.", False),
        ("en", "For {a:Assad}, {b:Khamenei} is a friend.", False),
        ("en", "President {a:Assad} thanked {b:Khamenei}.", False),
        ("de", "Gestern lobte {a:Assad} den Gast {b:Chamenei}.", False),
        ("de", "Putin lobte {a:Assad} und {b:Chamenei}.", True),
        ("ar", "كتب {b:خامنئي} ل{a:بشار الأسد} رسالة.", True),
        ("tr", "{a:Esad}'a {b:Hamaney} yazdı.", True),
    ],
)
def test_an_actor_may_be_governed_by_a_verb_or_preposition(language, sentence, is_object):
    """Actor a stands as an object."""
    one = clause(language, sentence)
    stands_as_object = word_order_of(one.lexicon).stands_as_object
    assert stands_as_object(one.document, one.sentence, one.a) is is_object


@pytest.mark.parametrize(
    ("language", "sentence", "words", "place"),
    [
        ("en", "{a:Assad} visited {b:Khamenei}.", "visited", "between"),
        ("ar", "زار {a:الأسد} المرشد {b:خامنئي}.", "زار", "before"),
        ("fa", "{a:اسد} با {b:خامنه‌ای} دیدار کرد.", "ديدار", "after"),
        ("zh", "{a:阿萨德}会见了{b:哈梅内伊}。", "会 见 了", "between"),
    ],
)
def test_the_verb_of_a_plain_sentence_stands_where_the_order_says(language, sentence, words, place):
    """Between the actors, before or after both."""
    one = clause(language, sentence)
    assert word_order_of(one.lexicon).verb == one.place_of(cue(one, words)) == place


@pytest.mark.parametrize(
    ("sentence", "words", "owned"),
    [
        ("{a:阿萨德}向{b:哈梅内伊}表示感谢。", "感 谢", True),
        ("{a:阿萨德}说，{b:哈梅内伊}昨天表示感谢。", "感 谢", False),
    ],
)
def test_an_act_may_follow_whom_it_is_aimed_at(sentence, words, owned):
    """A Chinese preposition leads him to it."""
    one = clause("zh", sentence)
    assert word_order_of(one.lexicon).owns_cue(one, cue(one, words)) is owned


def test_an_sov_clause_ends_with_its_verb():
    """A conjunction after a verb begins the clause of the second actor."""
    order = word_order_of(lexicon("fa"))
    assert order.second_has_own_clause(clause("fa", "{a:اسد} سفر کرد و {b:خامنه‌ای} سخنرانی کرد."))
    assert not order.second_has_own_clause(clause("fa", "{a:اسد} با {b:خامنه‌ای} دیدار کرد."))
