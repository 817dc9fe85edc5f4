"""Occasions: reports of one event have the same type, day, place and others in every language."""

from datetime import UTC, date, datetime

import pytest

from dyadwatch.tagging import Tagger, parse_watch, shipped_watches
from dyadwatch.tagging.occasions.places import find_place
from dyadwatch.text.folding import fold_surface

pytestmark = pytest.mark.no_cover

PUBLISHED = datetime(2024, 5, 30, 14, tzinfo=UTC)  # a Thursday
VISIT = {
    "en": "Assad meets Khamenei in Tehran\n\nSyrian President Bashar al-Assad met Iranian Supreme Leader"
    " Ayatollah Ali Khamenei in Tehran on Thursday and offered condolences over the death of Ebrahim Raisi.",
    "ar": "الأسد يلتقي خامنئي في طهران\n\nالتقى الرئيس السوري بشار الأسد المرشد الأعلى الإيراني علي خامنئي في"
    " طهران اليوم الخميس وقدم له التعازي بوفاة الرئيس إبراهيم رئيسي.",
    "fa": "دیدار بشار اسد با رهبر انقلاب\n\nبشار اسد رئیس جمهور سوریه پنجشنبه ۱۰ خرداد در تهران با آیت‌الله"
    " خامنه‌ای رهبر انقلاب دیدار کرد و شهادت رئیسی را تسلیت گفت.",
    "ru": "Асад встретился с Хаменеи в Тегеране\n\nПрезидент Сирии Башар Асад в четверг встретился в Тегеране с"
    " верховным лидером Ирана Али Хаменеи и выразил соболезнования в связи с гибелью Раиси.",
    "tr": "Esad Tahran'da Hamaney ile görüştü\n\nSuriye Devlet Başkanı Beşşar Esad, perşembe günü Tahran'da İran"
    " dini lideri Ali Hamaney ile görüştü ve Reisi'nin ölümü nedeniyle taziyelerini iletti.",
    "he": "אסד נפגש עם חמינאי בטהרן\n\nנשיא סוריה בשאר אסד נפגש היום עם המנהיג העליון של איראן עלי חמינאי"
    " בטהרן והביע תנחומים על מותו של ראיסי.",
}


@pytest.fixture(scope="module")
def tagger():
    return Tagger([parse_watch(shipped_watches()[0])])


def events(tagger, text, language="en", published=PUBLISHED):
    (tagged,) = tagger.tag(text, language=language, published=published).watches.values()
    return tagged.events


@pytest.mark.parametrize("language", VISIT)
def test_one_visit_is_one_occasion_in_every_language(tagger, language):
    occasion = events(tagger, VISIT[language], language)[0]
    assert occasion.event_type == "CONSULT"
    assert (occasion.first, occasion.last) == (date(2024, 5, 30), date(2024, 5, 30))
    assert occasion.basis != "published"
    assert (occasion.place, occasion.others) == ("ir/tehran", ("raisi",))
    assert not occasion.retrospective


def test_the_weights_of_occasions_add_up_to_one(tagger):
    text = (
        "Assad meets Khamenei in Tehran on Sunday\n\nBashar al-Assad met Ali Khamenei on Sunday and signed 12"
        " agreements worth 1,500 million dollars.\n\nIn May 2022, Assad thanked Khamenei for his support."
    )
    told = events(tagger, text)
    assert sum(one.weight for one in told) == pytest.approx(1, abs=0.001)
    assert told[0].numbers == ("12", "1500")
    assert [one.retrospective for one in told if one.first and one.first.year == 2022] == [True]


def test_an_anniversary_looks_back(tagger):
    text = "Two years since Assad met Khamenei\n\nTwo years ago Bashar al-Assad met Ali Khamenei in Tehran."
    assert {one.retrospective for one in events(tagger, text)} == {True}


def test_news_without_a_day_are_of_that_day_or_the_day_before(tagger):
    (occasion,) = events(tagger, "Bashar al-Assad met Ali Khamenei in Tehran, the presidency said.")
    assert (occasion.first, occasion.last) == (date(2024, 5, 29), date(2024, 5, 30))
    assert occasion.basis == "published"


def test_no_day_is_known_without_a_date_of_publication(tagger):
    (occasion,) = events(tagger, "Bashar al-Assad met Ali Khamenei on Monday.", published=None)
    assert (occasion.first, occasion.last, occasion.basis) == (None, None, None)


def test_no_occasion_without_a_relationship(tagger):
    (tagged,) = tagger.tag(
        "Assad spoke on Monday.\n\nThe weather was fine.\n\nKhamenei was ill.", language="en"
    ).watches.values()
    assert not tagged.relationship
    assert tagged.events == ()


@pytest.mark.parametrize(
    ("language", "text", "place"),
    [
        ("en", "Moscow said that Damascus was ready for talks in Sochi", "ru/sochi"),
        ("en", "in the Syrian capital Damascus", "sy/damascus"),
        ("en", "on a visit to Iran", "ir"),
        ("en", "Tehran and Damascus agreed", None),
        ("ru", "переговоры прошли в Кремле", "ru/moscow"),
        ("tr", "Ankara'da bir araya geldi", "tr/ankara"),
        ("tr", "Ankara açıkladı", None),
        ("he", "הגיע לדמשק", "sy/damascus"),
        ("ar", "وصل إلى العاصمة بغداد", "iq/baghdad"),
        ("xx", "in Tehran", None),
    ],
)
def test_a_place_is_where_something_happens_and_no_government(language, text, place):
    assert find_place(fold_surface(text), language) == place


@pytest.mark.parametrize(
    ("text", "language", "mode"),
    [
        ("Bashar al-Assad told Ali Khamenei by telephone today that rain was late.", "en", "phone"),
        ("بشار اسد امروز در گفت‌وگوی تلفنی با آیت‌الله علی خامنه‌ای از باران گفت.", "fa", "phone"),
        ("Bashar al-Assad met Ali Khamenei today, an aide told an agency by telephone.", "en", None),
    ],
)
def test_words_are_by_phone_where_the_sentence_says_so_beside_the_two(tagger, text, language, mode):
    assert events(tagger, text, language)[0].mode == mode
