"""Languages: of headlines, where names mislead; of longer texts, whatever is stated; of texts that we do not
read."""

import pytest

from dyadwatch.text.language import identify, normal_tag, primary


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Assad met Khamenei", "en"),
        ("Bashar al-Assad met Ali Khamenei.", "en"),
        ("Kerry met Zarif; Assad met Lavrov; Khamenei met nobody.", "en"),
        ("Assad sprak met Khamenei", "nl"),
        ("Assad ontmoet Khamenei in Teheran", "nl"),
        ("Assad trifft Chamenei", "de"),
        ("Assad rencontre Khamenei", "fr"),
        ("Asad se reúne con Jamenei", "es"),
        ("Assad incontra Khamenei", "it"),
        ("Assad reúne-se com Khamenei", "pt"),
        ("Esad, Hamaney'in talebini reddetti.", "tr"),
        ("جدد خامنئي دعمه للأسد.", "ar"),
        ("به گزارش ایرنا، بشار اسد رئيس جمهور سوريه با آيت الله خامنه اي ديدار كرد.", "fa"),
        ("Асад встретился с Хаменеи в Тегеране", "ru"),
        ("Асад зустрівся з Хаменеї в Тегерані", "uk"),
        ("12 345", None),
        ("", None),
    ],
)
def test_a_headline_is_told_by_its_common_words_and_letters(text, language):
    """Names say nothing about the language that surrounds them; a word that two languages share speaks for
    English."""
    assert identify(text) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Башар Асад се срещна с Али Хаменей в неделя.", "bg"),
        ("Президентът на Сирия пристигна в Техеран, където ще разговаря с върховния лидер за войната и за помощта, която страната му е получила.", "bg"),
        ("Syriens president träffade på söndagen Irans högste ledare i Teheran, där de talade om kriget och om det stöd som landet har fått.", "sv"),
        ("Președintele Siriei s-a întâlnit duminică la Teheran cu liderul suprem al Iranului, iar cei doi au vorbit despre război și despre sprijinul primit.", "ro"),
        ("Ο πρόεδρος της Συρίας συναντήθηκε στην Τεχεράνη με τον ανώτατο ηγέτη.", "el"),
        ("叙利亚总统在德黑兰会见了最高领袖。", "zh"),
        ("سەرۆکی سووریا لە تاران لەگەڵ ڕێبەری باڵا کۆبووەوە و باسی شەڕیان کرد.", "ckb"),
        ("د سوریې ولسمشر په تهران کې له مشر سره ولیدل او د جګړې په اړه یې خبرې وکړې.", "ps"),
    ],
)  # fmt: skip
def test_a_language_that_is_not_read_is_named_as_such(text, language):
    """It is not taken for the nearest of those that have a lexicon."""
    assert identify(text) == language


LONG = "The council has met for the third time this week and could not agree on the new timetable of the ferries to the islands."


@pytest.mark.parametrize(
    ("text", "stated", "language"),
    [
        ("Assad, Khamenei", ["fr-FR"], "fr"),
        ("Assad, Khamenei", [None, "", "not a language", "it"], "it"),
        ("Assad trifft Chamenei in Teheran zu einem Gespräch", ["en"], "de"),
        (LONG, ["de-DE", "de"], "en"),
        ("12 345", ["uk-UA"], "uk"),
    ],
)
def test_a_statement_is_evidence_and_not_truth(text, stated, language):
    """It decides where the text does not, and gives way to a text that plainly is in another language."""
    assert identify(text, stated) == language


@pytest.mark.parametrize(
    ("tag", "normal", "code"),
    [
        ("en_us", "en-US", "en"),
        ("ENG", "en", "en"),
        ("zh-Hant-tw", "zh-Hant-TW", "zh"),
        ("iw", "he", "he"),
        ("nb-NO", "nb-NO", "no"),
        ("de, en", "de", "de"),
        ("english", None, None),
        ("x", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_tags_have_one_form(tag, normal, code):
    """Old and three-letter codes become those of BCP 47; what is no tag is none."""
    assert (normal_tag(tag), primary(tag)) == (normal, code)
