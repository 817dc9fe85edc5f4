"""Suggestions and checks: what a watch lacks, as its own names tell, and what in it is probably not meant."""

from copy import deepcopy

import pytest

from dyadwatch.errors import InvalidInput
from dyadwatch.tagging import check_watch, example_watches, parse_watch, shipped_watches, suggest

OTHER = {"name": "Ann North", "names": {"en": ["Ann North"]}, "aliases": {"en": ["North"]}, "pronouns": "she"}
# An actor -> languages asked for -> what is suggested for him: table/language: names.
SUGGESTIONS = [
    ({"names": {"en": ["Rodrigo Duterte"]}}, (), {"aliases/en": ["Duterte"]}),
    ({"names": {"en": ["Ursula von der Leyen"]}}, (), {"aliases/en": ["von der Leyen"]}),
    ({"names": {"en": ["Moon Jae-in"]}}, (), {"aliases/en": ["Moon"]}),
    ({"names": {"en": ["Rodrigo Duterte"]}, "aliases": {"en": ["Digong"]}}, (), {}),
    (
        {"names": {"en": ["Rodrigo Duterte"]}, "aliases": {"en": ["Duterte"]}},
        ("ru",),
        {"names/ru": ["Родриго Дутерте"], "aliases/ru": ["Дутерте"]},
    ),
    (
        {"names": {"ru": ["Александр Лукашенко"]}, "aliases": {"ru": ["Лукашенко"]}},
        ("fr", "de", "pl"),
        {
            "names/en": ["Aleksandr Lukashenko"],
            "aliases/en": ["Lukashenko"],
            "names/fr": ["Aleksandr Loukachenko"],
            "aliases/fr": ["Loukachenko"],
            "names/de": ["Aleksandr Lukaschenko"],
            "aliases/de": ["Lukaschenko"],
            "names/pl": ["Aleksandr Łukaszenko"],
            "aliases/pl": ["Łukaszenko"],
        },
    ),
    (
        {"names": {"uk": ["Володимир Зеленський"]}, "aliases": {"uk": ["Зеленський"]}},
        ("en",),
        {"names/en": ["Volodymyr Zelensky"], "aliases/en": ["Zelensky"]},
    ),
    # A name that shows by its letters that it is Polish is read as one.
    (
        {"names": {"en": ["Karol Nawrocki"]}, "aliases": {"en": ["Nawrocki"]}},
        ("ru",),
        {"names/ru": ["Кароль Навроцкий"], "aliases/ru": ["Навроцкий"]},
    ),
    (
        {"names": {"pl": ["Jarosław Kaczyński"]}, "aliases": {"pl": ["Kaczyński"]}},
        ("ru",),
        {"names/ru": ["Ярослав Качиньский"], "aliases/ru": ["Качиньский"]},
    ),
    # Of which language a name is tells where it stands, or the country.
    (
        {"names": {"tr": ["Cevdet Yılmaz"]}},
        ("ru",),
        {"aliases/tr": ["Yılmaz"], "names/ru": ["Джевдет Йылмаз"], "aliases/ru": ["Йылмаз"]},
    ),
    (
        {"names": {"fr": ["Michel Barnier"]}, "aliases": {"fr": ["Barnier"]}},
        ("ru", "fa"),
        {
            "names/ru": ["Мишель Барнье"],
            "aliases/ru": ["Барнье"],
            "names/fa": ["میشل بارنیه"],
            "aliases/fa": ["بارنیه"],
        },
    ),
    (
        {"names": {"de": ["Markus Söder"]}, "aliases": {"de": ["Söder"]}},
        ("ru", "ar"),
        {
            "names/ru": ["Маркус Зёдер"],
            "aliases/ru": ["Зёдер"],
            "names/ar": ["ماركوس سودير"],
            "aliases/ar": ["سودير"],
        },
    ),
    (
        {"names": {"es": ["Javier Milei"]}, "aliases": {"es": ["Milei"]}},
        ("ru",),
        {"names/ru": ["Хавьер Милей"], "aliases/ru": ["Милей"]},
    ),
    (
        {"names": {"it": ["Giuseppe Conte"]}, "aliases": {"it": ["Conte"]}},
        ("ru",),
        {"names/ru": ["Джузеппе Конте"], "aliases/ru": ["Конте"]},
    ),
    (
        {"names": {"en": ["Jerzy Wolski"]}, "aliases": {"en": ["Wolski"]}, "country": {"en": ["Poland"]}},
        ("ru",),
        {"names/ru": ["Ежи Вольский"], "aliases/ru": ["Вольский"]},
    ),
    # What letters do not tell without it is left out.
    ({"names": {"en": ["Joe Wheeler"]}, "aliases": {"en": ["Wheeler"]}}, ("ru", "ar", "fa"), {}),
    (
        {"pronouns": "it", "names": {"en": ["Poland"]}},
        ("ru", "fa"),
        {"names/ru": ["Польша"], "names/fa": ["لهستان"]},
    ),
    # Case forms of one language are not written in the letters of another.
    (
        {
            "pronouns": "it",
            "kind": "court",
            "names": {"en": ["High Bench"], "tr": ["Yüksek Kürsü"]},
            "roles": [{"text": {"und": ["Krzysztof Bosak"]}}, {"text": {"und": ["Hakan Fidan"]}}],
        },
        ("ru",),
        {"roles/0/text/ru": ["Кшиштоф Босак"], "roles/1/text/ru": ["Хакан Фидан"]},
    ),
    # A name for every language in its script is one for this.
    (
        {"names": {"und": ["Владимир Путин", "Vladimir Putin"]}, "aliases": {"und": ["Путин", "Putin"]}},
        ("fr",),
        {},
    ),
    (
        {"names": {"en": ["Mohammed Dahlan"]}, "aliases": {"en": ["Dahlan"]}},
        (),
        {"names/en": ["Muhammad Dahlan", "Mohamed Dahlan", "Mohammad Dahlan"]},
    ),
    (
        {"names": {"en": ["Maher al-Assad"]}, "aliases": {"en": ["al-Assad"]}},
        (),
        {"names/en": ["Maher el-Assad"], "aliases/en": ["el-Assad"]},
    ),
    # Bodies: what letters do not tell is left out.
    ({"pronouns": "it", "names": {"en": ["Uber"]}}, ("ru",), {"names/ru": ["Убер"]}),
    ({"pronouns": "it", "names": {"en": ["World Bank", "IMF"]}}, ("ru",), {}),
    (
        {"pronouns": "it", "names": {"en": ["Peru"]}, "country": {"en": ["Peruvian"]}},
        ("ru",),
        {"names/ru": ["Перу"]},
    ),
    # Who acts for a body is written in other letters as well.
    (
        {
            "pronouns": "it",
            "names": {"und": ["UNO"]},
            "roles": [{"text": {"und": ["Boris Orlov", "UNO chief"]}}],
        },
        ("ru",),
        {"roles/0/text/ru": ["Борис Орлов"]},
    ),
]


def document(fields):
    actor = {"name": "A", "pronouns": "he", **fields}
    return {"id": "a-b", "title": "A - B", "actors": {"a": actor, "b": deepcopy(OTHER)}}


def parsed(fields):
    return parse_watch(document(fields))


def checked(given):
    return check_watch(parse_watch(given), given)


@pytest.mark.parametrize(("fields", "languages", "expected"), SUGGESTIONS)
def test_what_a_watch_lacks_is_suggested(fields, languages, expected):
    suggestions = {}
    for one in suggest(parsed(fields), languages):
        place = one.pointer.removeprefix("/actors/")
        if place.startswith("a/"):
            suggestions.setdefault(place.removeprefix("a/"), []).append(one.text)
    assert suggestions == expected


def test_what_was_suggested_is_lacking_no_more():
    """Pasted into the document it makes a valid watch, to which nothing is to be added."""
    given = document({"names": {"ru": ["Александр Лукашенко"]}})
    first = [one for one in suggest(parse_watch(given), ("fr", "de")) if one.pointer.startswith("/actors/a/")]
    for one in first:
        *_, table, language = one.pointer.split("/")
        given["actors"]["a"].setdefault(table, {}).setdefault(language, []).append(one.text)
    assert first
    assert not [
        one for one in suggest(parse_watch(given), ("fr", "de")) if one.pointer.startswith("/actors/a/")
    ]


def test_a_guess_is_called_one():
    """Letters tell how a Russian name is written in French, not how an English one sounds."""
    russian = suggest(parsed({"names": {"ru": ["Владимир Путин"]}}), ("fr",))
    english = suggest(parsed({"names": {"en": ["Joe Biden"]}}), ("ru",))
    assert all(one.is_sure for one in russian if one.pointer.startswith("/actors/a/"))
    assert not any(one.is_sure for one in english if one.pointer.endswith("/ru"))


def test_a_language_without_a_table_is_refused():
    with pytest.raises(InvalidInput, match="xx is no language"):
        suggest(parsed({"names": {"en": ["Joe Biden"]}}), ("xx",))


@pytest.mark.parametrize(
    ("fields", "pointer", "code"),
    [
        ({"aliases": {"en": ["Rodrigo, Digong"]}}, "/actors/a/aliases/en/0", "comma"),
        ({"roles": [{"text": {"ar": ["الرئيس، القائد"]}}]}, "/actors/a/roles/0/text/ar/0", "comma"),
        ({"names": {"en": ["Tesla", "Inc."]}}, "/actors/a/names/en/1", "comma"),
        ({"aliases": {"de": ["Acme", "Holding AG"]}}, "/actors/a/aliases/de/1", "comma"),
        ({"names": {"es": ["Acme", "S.A."]}}, "/actors/a/names/es/1", "comma"),
        ({"names": {"ru": ["Ромашка", "ООО"]}}, "/actors/a/names/ru/1", "comma"),
        ({"aliases": {"en": ["Acme Ltd", "Acme Group"]}}, "/actors/a/aliases/en/1", None),
        ({"name": "Kim Jong Un", "names": {"en": ["Kim", "Jong Un"]}}, "/actors/a/names/en/1", "comma"),
        ({"names": {"en": ["Modi", "Narendra"], "hi": ["Narendra Modi"]}}, "/actors/a/names/en/1", "comma"),
        ({"name": "Kim Jong Un", "aliases": {"en": ["Kim", "Jong Un"]}}, "/actors/a/aliases/en/1", None),
        ({"aliases": {"eng": ["Digong"]}}, "/actors/a/aliases/eng", "unknown_language"),
        ({"aliases": {"en-GB": ["Digong"]}}, "/actors/a/aliases/en-GB", None),
        ({"aliases": {"xx": ["Digong"]}}, "/actors/a/aliases/xx", "unknown_language"),
        ({"roles": [{"text": {"jp": ["Digong"]}}]}, "/actors/a/roles/0/text/jp", "unknown_language"),
        ({"aliases": {"en": ["The"]}}, "/actors/a/aliases/en/0", "common_word"),
        ({"aliases": {"und": ["Will"]}}, "/actors/a/aliases/und/0", "common_word"),
        ({"aliases": {"en": ["US"]}}, "/actors/a/aliases/en/0", None),
        ({"aliases": {"en": ["{Digong|North}"]}}, "/actors/a/aliases/en/0", "of_both"),
        ({"names": {"en": ["Khamenei", "Ali"]}}, "/actors/a/names/en/1", "given_name"),
        ({"names": {"en": ["Ali"]}, "pronouns": "it"}, "/actors/a/names/en/0", None),
        ({"namesakes": [{"text": {"en": ["Ali, the boxer"]}}]}, "/actors/a/namesakes/0/text/en/0", None),
        ({"names": {"und": ["Ireland"]}}, "/actors/a/pronouns", "not_a_person"),
        ({"pronouns": "it"}, "/actors/a/name", "unknown_kind"),
        ({"pronouns": "it", "kind": "company"}, "/actors/a/name", None),
    ],
)
def test_what_is_probably_not_meant_is_named_with_its_place(fields, pointer, code):
    faults = {
        fault.pointer: fault.code for fault in checked(document({"names": {"en": ["Al Gore"]}, **fields}))
    }
    assert faults.get(pointer) == code


@pytest.mark.no_cover
def test_shipped_watches_give_no_cause_for_doubt():
    assert [checked(each) for each in (*shipped_watches(), *example_watches())] == [[]] * 4
