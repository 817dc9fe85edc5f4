"""Case forms: names and offices that a watch gives in their base forms are found in all their cases."""

import pytest

from dyadwatch.tagging import Tagger, parse_watch
from dyadwatch.tagging.watches.case_forms import MAX_CASE_FORMS
from dyadwatch.text.folding import fold_surface

OTHER = {"name": "Ann North", "names": {"en": ["Ann North"]}}


def actor(**fields):
    """The actor a of a watch with these fields."""
    document = {"id": "a-b", "title": "A - B", "actors": {"a": {"name": "A", **fields}, "b": OTHER}}
    return parse_watch(document).a


def forms(language, name, pronouns="he"):
    """The forms that an actor of one name gets beside it, folded."""
    names = actor(pronouns=pronouns, names={language: [name]}).names
    return {fold_surface(surface) for surfaces in names.values() for surface in surfaces} - {
        fold_surface(name)
    }


CASES = [
    (
        "ru",
        "Владимир Путин",
        "he",
        ["Владимира Путина", "Владимиру Путину", "Владимиром Путиным", "Владимире Путине"],
    ),
    ("ru", "Дмитрий Песков", "he", ["Дмитрия Пескова", "Дмитрию Пескову", "Дмитрием Песковым"]),
    ("ru", "Владимир Зеленский", "he", ["Владимира Зеленского", "Владимиром Зеленским"]),
    ("ru", "Мария Захарова", "she", ["Марии Захаровой", "Марию Захарову"]),
    ("ru", "Ангела Меркель", "she", ["Ангелы Меркель", "Ангеле Меркель", "Ангелу Меркель"]),
    ("ru", "Павел Королев", "he", ["Павла Королева", "Павлом Королевым"]),
    ("ru", "Никита Хрущёв", "he", ["Никиты Хрущёва", "Никитой Хрущёвым"]),
    ("ru", "Шарль де Голль", "he", ["Шарля де Голля", "Шарлем де Голлем"]),
    ("ru", "Газпром", "it", ["Газпрома", "Газпрому", "Газпромом", "Газпроме"]),
    ("ru", "Нафтогаз Украины", "it", ["Нафтогаза Украины", "Нафтогазом Украины"]),
    ("ru", "Единая Россия", "it", ["Единой России", "Единую Россию"]),
    ("ru", "Европейский союз", "it", ["Европейского союза", "Европейским союзом"]),
    ("ru", "Министерство обороны", "it", ["Министерства обороны", "Министерством обороны"]),
    ("ru", "Кремль", "it", ["Кремля", "Кремлю", "Кремлем", "Кремле"]),
    ("ru", "российский", "it", ["российского", "российская", "российских"]),
    ("uk", "Нафтогаз", "it", ["Нафтогазу", "Нафтогазові", "Нафтогазом", "Нафтогазі"]),
    (
        "uk",
        "Олександр Лукашенко",
        "he",
        ["Олександра Лукашенка", "Олександрові Лукашенку", "Олександром Лукашенком"],
    ),
    ("uk", "Володимир Зеленський", "he", ["Володимира Зеленського", "Володимиром Зеленським"]),
    ("uk", "Ольга Стефанішина", "she", ["Ольги Стефанішиної", "Ользі Стефанішиній", "Ольгу Стефанішину"]),
    ("uk", "Ігор Прем'єр", "he", ["Ігоря Прем'єра", "Ігореві Прем'єру"]),
    ("uk", "Харків", "it", ["Харкова", "Харкову", "Харкові"]),
    ("uk", "Росія", "it", ["Росії", "Росію", "Росією"]),
    ("uk", "Верховна Рада", "it", ["Верховної Ради", "Верховній Раді", "Верховну Раду"]),
    ("pl", "Donald Tusk", "he", ["Donalda Tuska", "Donaldowi Tuskowi", "Donaldem Tuskiem"]),
    (
        "pl",
        "Jarosław Kaczyński",
        "he",
        ["Jarosława Kaczyńskiego", "Jarosławowi Kaczyńskiemu", "Jarosławem Kaczyńskim"],
    ),
    ("pl", "Andrzej Duda", "he", ["Andrzeja Dudy", "Andrzejowi Dudzie", "Andrzejem Dudą"]),
    ("pl", "Maria Kaczyńska", "she", ["Marii Kaczyńskiej", "Marię Kaczyńską"]),
    ("pl", "Angela Merkel", "she", ["Angeli Merkel", "Angelę Merkel"]),
    ("pl", "Łukaszenko", "he", ["Łukaszenki", "Łukaszence", "Łukaszenkę", "Łukaszenką"]),
    ("pl", "Koalicja Obywatelska", "it", ["Koalicji Obywatelskiej", "Koalicję Obywatelską"]),
    ("pl", "Rosja", "it", ["Rosji", "Rosję"]),
    ("pl", "Kreml", "it", ["Kremla", "Kremlu", "Kremlowi", "Kremlem"]),
    ("tr", "CHP lideri", "it", ["CHP liderinin", "CHP liderine", "CHP liderini"]),
    ("tr", "Erdoğan", "he", ["Erdoğanın", "Erdoğana", "Erdoğandan"]),
    ("tr", "Putin", "he", ["Putini", "Putinle"]),
    ("tr", "başbakanlık", "it", ["başbakanlığın", "başbakanlığa", "başbakanlıktan"]),
    ("de", "Emmanuel Macron", "he", ["Emmanuel Macrons"]),
    ("nl", "Geert Wilder", "he", ["Geert Wilders"]),
    ("und", "Эрдоган", "he", ["Эрдогана"]),
    ("und", "Макрон", "he", ["Макрона", "Макронові"]),
    ("und", "Kaczyński", "he", ["Kaczyńskiego"]),
]


@pytest.mark.parametrize(("language", "surface", "pronouns", "expected"), CASES)
def test_a_name_is_found_in_its_cases(language, surface, pronouns, expected):
    """Each word of a name takes the same case, by its last letters."""
    assert {fold_surface(form) for form in expected} <= forms(language, surface, pronouns)


@pytest.mark.parametrize(
    ("language", "office", "expected"),
    [
        ("ru", "посол", "посла"),
        ("ru", "российский лидер", "российскому лидеру"),
        ("ru", "президент России", "президентом России"),
        ("ru", "премьер-министр Турции", "премьер-министра Турции"),
        ("uk", "голова уряду", "голови уряду"),
        ("pl", "białoruski prezydent", "białoruskiego prezydenta"),
        ("pl", "minister obrony", "ministrem obrony"),
        ("pl", "szef rządu", "szefem rządu"),
        ("de", "deutsche Präsident", "deutschen Präsidenten"),
    ],
)
def test_an_office_is_found_in_its_cases(language, office, expected):
    """Its noun and the adjectives before it agree."""
    role = actor(names={"en": ["Bo West"]}, roles=[{"text": {language: [office]}}]).roles[0]
    assert fold_surface(expected) in {fold_surface(form) for form in role.text[language]}


@pytest.mark.parametrize(("language", "office"), [("ru", "глава Газпром"), ("pl", "prezydent Rosja")])
def test_what_depends_on_the_noun_of_an_office_stays(language, office):
    """Whatever its letters."""
    role = actor(names={"en": ["Bo West"]}, roles=[{"text": {language: [office]}}]).roles[0]
    assert {form.split()[-1] for form in role.text[language]} == {office.split()[-1]}


@pytest.mark.parametrize(
    ("language", "surface", "pronouns"),
    [
        ("ru", "Меркель", "she"),
        ("ru", "Лукашенко", "he"),
        ("ru", "МИД", "it"),
        ("ru", "Баку", "it"),
        ("pl", "NATO", "it"),
        ("pl", "PiS", "it"),
        ("pl", "Clinton", "she"),
        ("tr", "Gül", "he"),
        ("en", "Putin", "he"),
        ("ar", "بوتين", "he"),
        ("und", "Putin", "he"),
    ],
)
def test_what_is_not_inflected_stays_alone(language, surface, pronouns):
    """Indeclinable names, acronyms, languages without endings, and letters that show no language."""
    assert forms(language, surface, pronouns) == set()


def test_words_of_a_name_agree():
    """The second Polish genitive of the one has no nominative of the other beside it."""
    assert not {"mateuszu sikora", "mateusz sikory"} & forms("pl", "Mateusz Sikora")


def test_a_name_for_any_language_is_inflected_in_those_of_the_actor():
    """What its letters do not show, the other surfaces do."""
    names = actor(names={"und": ["Donald Tusk"]}, roles=[{"text": {"pl": ["premier"]}}]).names
    assert "Donalda Tuska" in names["pl"]
    assert names["und"] == ("Donald Tusk",)


def test_a_name_for_any_language_is_inflected_in_those_of_the_other_actor():
    bank = {"name": "Alfabank", "names": {"und": ["Alfabank"]}}
    poland = {"name": "Polska", "names": {"pl": ["Polska"]}, "country": {"pl": ["polski"]}}
    watch = parse_watch({"id": "a-b", "title": "A - B", "actors": {"a": bank, "b": poland}})
    assert "Alfabanku" in watch.a.names["pl"]


def test_an_adjective_is_no_form_of_the_name_that_it_looks_like():
    """The genitive of Poland, as that of the Netherlands in Dutch, is its adjective, written with a
    capital."""
    poland = {"name": "Polska", "names": {"pl": ["Polska"]}, "country": {"pl": ["polski"]}}
    other = {"name": "Nederland", "names": {"nl": ["Nederland"]}, "country": {"nl": ["Nederlands"]}}
    watch = parse_watch({"id": "a-b", "title": "A - B", "actors": {"a": poland, "b": other}})
    assert {"polskie", "polskiemu", "polskich"} <= set(watch.a.country["pl"])
    assert "Nederlandse" in watch.b.country["nl"]


def test_a_frequent_word_is_no_form():
    """The dative of Tom is also the Russian for "therefore"."""
    assert "тому" not in forms("ru", "Том")
    assert "тома блэра" in forms("ru", "Том Блэр")


def test_endings_that_a_watch_gives_are_not_inflected_again():
    """Its forms stay, the missing one is added, and nothing is made of them."""
    names = actor(names={"ru": ["Путин{|а|у|ым}"]}).names["ru"]
    assert set(names) == {"Путин", "Путина", "Путину", "Путиным", "Путином", "Путине"}


def test_a_form_that_means_another_is_left_out():
    """A namesake's name is no form of the actor's."""
    president = actor(
        names={"ru": ["Владимир Путин"]}, aliases={"ru": ["Путин"]}, namesakes=[{"text": {"ru": ["Путина"]}}]
    )
    assert "Путина" not in president.aliases["ru"]
    assert "Путину" in president.aliases["ru"]


def test_a_form_that_another_language_gives_counts_in_both():
    """A bare name counts in texts of its language, whatever is given for others."""
    aliases = actor(names={"en": ["Bo West"]}, aliases={"uk": ["Путіна", "Асада"], "ru": ["Асад"]}).aliases
    assert "Асада" in aliases["ru"]


def test_a_form_of_two_names_is_none_of_either():
    """What would name both actors names none."""
    sides = {
        side: {"name": name, "names": {"ru": [name]}}
        for side, name in (("a", "Валентин"), ("b", "Валентина"))
    }
    watch = parse_watch({"id": "a-b", "title": "A - B", "actors": sides})
    assert "Валентину" not in {*watch.a.names["ru"], *watch.b.names["ru"]}
    assert "Валентином" in watch.a.names["ru"]


def test_a_watch_of_many_names_gets_a_bounded_number_of_forms():
    """Surfaces whose language is given come first."""
    letters = [chr(code) for code in range(ord("а"), ord("щ"))]
    many = [f"{{{'|'.join(f'Б{first}{second}м' for second in letters)}}}" for first in letters]
    names = actor(names={"und": many, "ru": ["Газпром"]}).names
    assert "Газпрома" in names["ru"]
    assert sum(map(len, names.values())) == len(letters) ** 2 + 1 + MAX_CASE_FORMS


def test_a_surface_of_very_many_words_has_no_forms():
    """No name has so many."""
    assert forms("ru", " ".join(["Газпром"] * 8))
    assert not forms("ru", " ".join(["Газпром"] * 9))


def test_a_base_form_is_enough_to_be_found():
    """A watch without endings finds both actors in a sentence that has neither base form."""
    document = {
        "id": "gazprom-naftogaz",
        "title": "Gazprom - Naftogaz",
        "actors": {
            "a": {"name": "Gazprom", "names": {"ru": ["Газпром"]}},
            "b": {"name": "Naftogaz", "names": {"ru": ["Нафтогаз"]}},
        },
    }
    text = "Юристы Газпрома передали иск Нафтогазу."
    tagged = Tagger([parse_watch(document)]).tag(text, language="ru").watches["gazprom-naftogaz"]
    assert {side: [surface.surface for surface in tagged.actors[side]] for side in "ab"} == {
        "a": ["Газпрома"],
        "b": ["Нафтогазу"],
    }


NAME_CASES = [
    ("ru", "it", "Вельмия", {"Вельмия": "n", "Вельмии": "dgl", "Вельмию": "a", "Вельмией": "i"}),
    ("ru", "he", "Асад", {"Асад": "n", "Асада": "ag", "Асаду": "d", "Асадом": "i", "Асаде": "l"}),
    ("uk", "it", "Газпром", {"Газпром": "n", "Газпрому": "dg"}),
    ("pl", "he", "Tusk", {"Tusk": "n", "Tuska": "ag", "Tuskowi": "d", "Tuskiem": "i"}),
    ("en", "he", "Tusk", {"Tusk": None}),
]


@pytest.mark.parametrize(("language", "pronouns", "name", "cases"), NAME_CASES, ids=lambda one: str(one)[:9])
def test_the_form_of_a_name_tells_its_cases(language, pronouns, name, cases):
    """By their letters; those of a language that does not tell them apart are not known."""
    fields = {"name": "A", "names": {language: [name]}, "pronouns": pronouns}
    watch = parse_watch({"id": "a-b", "title": "A - B", "actors": {"a": fields, "b": OTHER}})
    known = watch.name_cases["a"]
    assert {form: known.get(fold_surface(form)) for form in cases} == cases


def test_forms_that_a_watch_gives_are_no_base_forms():
    """What stands behind its base form is a case of it."""
    names = {"ru": ["Асад", "Асада", "Асаду"]}
    watch = parse_watch(
        {"id": "a-b", "title": "A - B", "actors": {"a": {"name": "A", "names": names}, "b": OTHER}}
    )
    assert watch.name_cases["a"]["асада"] == "ag"
