"""Case marking: prepositions, postpositions, prefixes, suffixes and endings give an actor his case."""

import pytest
from tagging.clauses import clause, cue

from dyadwatch.tagging.documents.case_marking import only_markers_between, only_titles_between


@pytest.mark.parametrize(
    ("language", "sentence", "case"),
    [
        ("en", "{b:Khamenei} wrote to {a:Assad}.", "to"),
        ("en", "{b:Khamenei} wrote to President {a:Assad}.", "to"),
        ("en", "{b:Khamenei} wrote to the late {a:Assad}.", "to"),
        ("en", "{b:Khamenei} met {a:Assad}.", None),
        ("ar", "أوقف {b:خامنئي} من قبل {a:الأسد}.", "by"),
        ("fa", "{b:خامنه‌ای} با آیت‌الله {a:اسد} دیدار کرد.", "with"),
        ("en", "A call from {a:Assad} to {b:Khamenei}.", "from"),
        ("ar", "قال {b:خامنئي} ل{a:بشار الأسد} ذلك.", "to"),
        ("ar", "قال {b:خامنئي} {a:للأسد} ذلك.", "to"),
        ("ar", "التقى {b:خامنئي} مع {a:الأسد}.", "with"),
        ("he", "{b:חמינאי} אמר ל{a:אסד} זאת.", "to"),
        ("fa", "{b:خامنه‌ای} {a:اسد} را ستود.", "object"),
        ("tr", "{b:Hamaney} {a:Esad}'ı övdü.", "object"),
        ("tr", "{b:Hamaney} {a:Esad}'a yazdı.", "to"),
        ("ur", "{a:اسد} نے {b:خامنہ ای} سے ملاقات کی۔", "by"),
        ("ru", "{b:Хаменеи} написал {a:Асаду}.", "to"),
        ("ru", "{b:Хаменеи} встретился с {a:Асадом}.", "with"),
        ("pl", "{b:Chamenei} podziękował {a:Asadowi}.", "to"),
        ("uk", "{b:Хаменеї} подякував {a:Асаду}.", "to"),
    ],
)
def test_every_kind_of_marking_gives_a_case(language, sentence, case):
    """The case of actor a."""
    one = clause(language, sentence)
    assert one.case_of(one.a) == case


def test_a_preposition_of_the_cue_gives_no_case():
    """ "By" in "praised by" is the cue's."""
    one = clause("en", "{a:Assad} was praised by {b:Khamenei}.")
    praised = cue(one, "praised by")
    assert one.case_of(one.b) == "by"
    assert one.case_of(one.b, praised) is None


@pytest.mark.parametrize(
    ("sentence", "markers", "titles"),
    [
        ("{a:Assad} to President {b:Khamenei}.", True, False),
        ("{a:Assad} the President {b:Khamenei}.", False, True),
        ("{a:Assad} met {b:Khamenei}.", False, False),
    ],
)
def test_words_between_may_be_markers_and_titles_alone(sentence, markers, titles):
    """Markers and titles, or titles and determiners."""
    one = clause("en", sentence)
    between = (one.document, one.first.end, one.last.start)
    assert (only_markers_between(*between), only_titles_between(*between)) == (markers, titles)
