"""Matches of two states' teams are no relation of the states; those of clubs are theirs."""

import pytest

from dyadwatch.tagging import Tagger, parse_watch

pytestmark = pytest.mark.no_cover

STATES = {
    "id": "states",
    "title": "Turkey - Greece",
    "actors": {
        "a": {
            "name": "Turkey",
            "names": {
                "en": ["Turkey"], "de": ["Türkei"], "fr": ["Turquie"], "es": ["Turquía"], "it": ["Turchia"],
                "pt": ["Turquia"], "nl": ["Turkije"], "pl": ["Turcj{a|i|ę|ą}"], "ru": ["Турци{я|и|ю|ей}"],
                "uk": ["Туреччин{а|и|і|у|ою}"], "ar": ["تركيا"], "fa": ["ترکیه"], "he": ["טורקיה"], "tr": ["Türkiye"],
            },
            "country": {"en": ["Turkish"]},
        },
        "b": {
            "name": "Greece",
            "names": {
                "en": ["Greece"], "de": ["Griechenland"], "fr": ["Grèce"], "es": ["Grecia"], "it": ["Grecia"],
                "pt": ["Grécia"], "nl": ["Griekenland"], "pl": ["Grecj{a|i|ę|ą}"], "ru": ["Греци{я|и|ю|ей}"],
                "uk": ["Греці{я|ї|ю|єю}"], "ar": ["اليونان"], "fa": ["یونان"], "he": ["יוון"], "tr": ["Yunanistan"],
            },
            "country": {"en": ["Greek"]},
        },
    },
}  # fmt: skip
CLUBS = {
    "id": "clubs",
    "title": "Juventus - Milan",
    "actors": {
        "a": {"name": "Juventus", "pronouns": "it", "names": {"und": ["Juventus"]}},
        "b": {"name": "Milan", "pronouns": "it", "names": {"und": ["AC Milan", "Milan"]}},
    },
}
MATCHES = [
    ("en", "Turkey beat Greece 2-0 in Izmir on Thursday."),
    ("en", "Turkey face Greece in the last 16 after both won their groups."),
    ("en", "The Turkey coach said Greece had defended well and deserved the point."),
    ("en", "Greece lost 81-77 to Turkey despite 30 points by Antetokounmpo."),
    ("de", "Griechenland trifft im Achtelfinale auf die Türkei."),
    ("de", "Im Halbfinale der Handball-EM spielt Griechenland gegen die Türkei."),
    ("fr", "La Turquie s'est inclinée face à la Grèce (1-2) en Ligue des nations."),
    ("es", "Turquía goleó a Grecia por 4-0 con tres tantos de Yilmaz."),
    ("it", "La Grecia pareggia 1-1 con la Turchia e resta in testa al girone."),
    ("pt", "A Grécia recebe a Turquia na quinta-feira, na segunda jornada das eliminatórias."),
    ("nl", "Griekenland neemt het zaterdag in de halve finale op tegen Turkije."),
    ("pl", "Grecja przegrała z Turcją 0:3 w meczu siatkarek."),
    ("ru", "Греция проиграла Турции — 1:3, решающий гол забил Йылмаз."),
    ("uk", "Греція програла Туреччині 1:3 у відборі чемпіонату Європи."),
    ("ar", "تعادلت تركيا مع اليونان 1-1 في تصفيات كأس العالم."),
    ("fa", "تیم ملی والیبال ترکیه سه بر صفر یونان را شکست داد."),
    ("he", "יוון הפסידה 3-1 לטורקיה בליגת האומות."),
    ("tr", "Türkiye, Avrupa Şampiyonası elemelerinde Yunanistan'la 1-1 berabere kaldı."),
]
ACTS = [
    ("states", "en", "Turkey accused Greece of delaying its football team for hours at the airport."),
    ("states", "en", "Turkey and Greece agreed on Monday to bid together for the European Championship."),
    ("states", "en", "Turkey beat Greece back at the border on Monday, killing two soldiers."),
    ("states", "de", "Die Türkei drohte Griechenland vor dem Spiel mit Sanktionen."),
    ("states", "tr", "Türkiye, maç öncesi Yunanistan'ı kışkırtmakla suçladı."),
    ("states", "ru", "Турция обвинила Грецию в травле своих футболистов."),
    ("clubs", "en", "Juventus beat Milan 2-0 in Turin on Sunday."),
    ("clubs", "es", "La Juventus venció 2-0 al Milan."),
]


@pytest.fixture(scope="module")
def watching():
    return Tagger([parse_watch(STATES), parse_watch(CLUBS)])


@pytest.mark.parametrize(("language", "text"), MATCHES)
def test_a_match_of_two_teams_relates_no_states(watching, language, text):
    assert not watching.tag(text, language=language).watches["states"].relationship


@pytest.mark.parametrize(("watch", "language", "text"), ACTS)
def test_what_states_do_about_sport_and_clubs_in_it_relates_them(watching, watch, language, text):
    assert watching.tag(text, language=language).watches[watch].relationship
