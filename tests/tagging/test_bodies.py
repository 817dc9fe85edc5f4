"""Bodies: a watch of names and countries alone finds through whom they act, their acronyms, and the words
that stand for them."""

from datetime import date

import pytest

from dyadwatch.errors import InvalidInput
from dyadwatch.tagging import Tagger, parse_watch
from dyadwatch.tagging.lexicons.groups import read_yaml
from dyadwatch.tagging.lexicons.lexicon import LANGUAGES
from dyadwatch.tagging.watches.role_forms import MAX_ROLE_FORMS

pytestmark = pytest.mark.no_cover

COUNTRY = {
    "en": ["Turkish"],
    "de": ["türkisch"],
    "nl": ["Turks"],
    "fr": ["turc"],
    "es": ["turco"],
    "it": ["turco"],
    "pt": ["turco"],
    "ru": ["турецкий"],
    "pl": ["turecki"],
    "tr": ["Türk"],
    "ar": ["تركي"],
    "he": ["טורקי"],
}
TURKEY = {
    "name": "Turkey",
    "names": {"en": ["Turkey"], "tr": ["Türkiye"], "zh": ["土耳其"]},
    "country": COUNTRY,
}
COURT = {
    "name": "International Criminal Court",
    "names": {
        "en": ["International Criminal Court"],
        "fr": ["Cour pénale internationale"],
        "zh": ["国际刑事法院"],
    },
    "kind": "court",
    "roles": [{"text": {"und": ["Karim Khan"]}}],
}


def document(a=None, b=None):
    return {"id": "a-b", "title": "A - B", "actors": {"a": a or TURKEY, "b": b or COURT}}


@pytest.fixture(scope="module")
def watched():
    return Tagger([parse_watch(document())])


def surfaces(tagger, text, language, side):
    tagged = tagger.tag(text, language=language, watches={"a-b"}).watches.get("a-b")
    return [surface.surface for surface in tagged.actors[side]] if tagged else []


@pytest.mark.parametrize(
    ("language", "text", "surface"),
    [
        ("en", "On Monday Turkish warplanes flew low.", "Turkish warplanes"),
        ("en", "The Turkish deputy foreign minister said no.", "Turkish deputy foreign minister"),
        ("de", "Am Montag flogen türkische Kampfjets tief.", "türkische Kampfjets"),
        ("de", "Das türkische Digitalministerium sagt nein.", "türkische Digitalministerium"),
        ("nl", "De Turkse regering zegt nee.", "Turkse regering"),
        ("nl", "De Turkse toezichthouder zegt nee.", "Turkse toezichthouder"),
        ("fr", "Des responsables turcs ont dit non.", "responsables turcs"),
        ("es", "La guardia costera turca dijo que no.", "guardia costera turca"),
        ("it", "Il ministro degli esteri turco ha detto no.", "ministro degli esteri turco"),
        ("it", "La marina turca ha detto no.", "marina turca"),
        ("pt", "O governo turco disse que não.", "governo turco"),
        ("ru", "В турецком правительстве сказали нет.", "турецком правительстве"),
        ("pl", "Tureckie władze mówią nie.", "Tureckie władze"),
        ("tr", "Dün Türk savaş uçakları havalandı.", "Türk savaş uçakları"),
        ("ar", "حلقت الطائرات التركية أمس.", "الطائرات التركية"),
        ("ar", "قالت وزارة الخارجية التركية لا.", "وزارة الخارجية التركية"),
        ("ar", "غادر جنود تركيون المدينة أمس.", "جنود تركيون"),
        ("he", "חיל האוויר הטורקי תקף אמש.", "חיל האוויר הטורקי"),
        ("he", "הממשלה הטורקית אמרה לא.", "הממשלה הטורקית"),
        (
            "fr",
            "Le ministre des Affaires étrangères turc est absent.",
            "ministre des Affaires étrangères turc",
        ),
        ("fr", "Le ministre du vin turc est absent.", None),
        ("fr", "La justice turque dit non.", "justice turque"),
        ("en", "Turkish news agency Anadolu said no.", None),
        ("es", "El ministro de Defensa turco dijo que no.", "ministro de Defensa turco"),
        ("en", "She cooks Turkish food for the police.", None),
        ("en", "Turkish singers and the police disagree.", None),
        ("en", "The former Turkish minister writes novels.", None),
    ],
)
def test_a_state_acts_through_those_called_by_its_country(watched, language, text, surface):
    assert surfaces(watched, text, language, "a") == ([surface] if surface else [])


def test_an_organ_before_the_name_of_its_head_is_his_title():
    """One mention, not two; the head of a body is no title of what is named later in the sentence."""
    erdogan = {**TURKEY, "roles": [{"text": {"und": ["Recep Tayyip Erdoğan"]}}]}
    tagger = Tagger([parse_watch(document(erdogan))])
    text = (
        "Turkish President Recep Tayyip Erdoğan left. Karim Khan said the International Criminal Court works."
    )
    assert surfaces(tagger, text, "en", "a") == ["Recep Tayyip Erdoğan"]
    assert surfaces(tagger, text, "en", "b") == ["Karim Khan", "International Criminal Court"]


def test_a_body_that_is_no_state_does_not_act_through_its_country():
    club = {"name": "Galatasaray", "names": {"und": ["Galatasaray"]}, "country": {"en": ["Turkish"]}}
    assert surfaces(Tagger([parse_watch(document(club))]), "Turkish police met.", "en", "a") == []


def test_words_for_a_country_suffice_to_look_into_a_text(watched):
    """Also where the text is not asked about the watch, and names the state by nothing else."""
    text = "The International Criminal Court accused the Turkish government on Monday."
    tagged = watched.tag(text, language="en").watches["a-b"]
    assert tagged.relationship


@pytest.mark.parametrize(
    ("language", "text", "surface"),
    [
        ("en", "He flew to the ICC on Monday.", "ICC"),
        ("fr", "Il a saisi la CPI lundi.", "CPI"),
        ("en", "The ICC Prosecutor spoke.", "ICC"),
        ("en", "The icc is a file format.", None),
        ("en", "Bats fell. The International Cricket Council (ICC) met. The ICC was glad.", None),
        ("fr", "Il a saisi la ICC lundi.", None),
    ],
)
def test_the_initials_of_a_body_are_its_alias(watched, language, text, surface):
    assert surfaces(watched, text, language, "b") == ([surface] if surface else [])


def test_an_acronym_is_not_the_common_word():
    who = {"name": "WHO", "names": {"en": ["WHO", "NATO"]}}
    tagger = Tagger([parse_watch(document(who))])
    assert surfaces(tagger, "Who said that the WHO knows who met Nato? Not nato.", "en", "a") == [
        "WHO",
        "Nato",
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "{} lost its licence.\n\nThe court accused Turkish officials on Friday."),
        ("en", "{} lost its licence.\n\nThe Hague-based tribunal accused Turkish officials on Friday."),
        ("fr", "{} a tranché.\n\nLe tribunal a accusé vendredi le gouvernement turc."),
        ("zh", "{}作出裁决。\n\n该法院周五与土耳其政府举行会谈。"),
    ],
)
def test_a_word_for_its_kind_stands_for_a_body(watched, language, text):
    names = {
        "en": "The International Criminal Court",
        "fr": "La Cour pénale internationale",
        "zh": "国际刑事法院",
    }
    name = names[language]
    assert watched.tag(text.format(name), language=language).watches["a-b"].relationship
    other = text.replace("court", "company").replace("tribunal", "syndicat").replace("该法院", "该公司")
    tagged = watched.tag(other.format(name), language=language).watches["a-b"]
    assert not tagged.relationship


def test_every_language_has_words_for_bodies():
    assert set(read_yaml("bodies")) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("fields", "kinds"),
    [
        ({"name": "T", "names": {"en": ["Turkey"]}, "country": {"en": ["Turkish"]}}, {"state"}),
        ({"name": "S", "names": {"en": ["Spanish government"]}, "country": {"en": ["Spanish"]}}, {"state"}),
        ({"name": "I", "names": {"und": ["Ireland"]}, "country": {"en": ["Irish"]}}, {"state"}),
        ({"name": "I", "names": {"en": ["Ireland"]}}, set()),
        ({"name": "F", "names": {"en": ["Spanish Union"]}, "country": {"en": ["Spanish"]}}, {"union"}),
        (
            {"name": "B", "names": {"en": ["Turkcell"]}, "country": {"en": ["Turkish"]}, "kind": "company"},
            {"company"},
        ),
        ({"name": "P", "names": {"en": ["Ann Party"]}, "pronouns": "she"}, set()),
    ],
)
def test_the_kind_of_a_body_is_given_or_shown_by_its_names(fields, kinds):
    assert parse_watch(document(fields)).a.kinds == kinds


def test_a_person_is_of_no_kind():
    person = {"name": "Ann", "names": {"en": ["Ann North"]}, "pronouns": "she", "kind": "company"}
    with pytest.raises(InvalidInput, match="kind is that of a body"):
        parse_watch(document(person))


def test_an_alias_of_a_region_is_found_in_the_language():
    court = {**COURT, "aliases": {"en-GB": ["Hague judges"]}}
    tagger = Tagger([parse_watch(document(b=court))])
    assert surfaces(tagger, "The Hague judges met.", "en", "b") == ["Hague judges"]


def test_a_spokesman_is_the_body_that_he_speaks_for():
    """He is no aide, who would count for a message alone."""
    uber = {"name": "Uber", "names": {"und": ["Uber"]}}
    transport = {"name": "Transport for London", "names": {"und": ["Transport for London"]}}
    tagger = Tagger([parse_watch(document(uber, transport))])
    text = "Ein Sprecher von Uber kritisierte Transport for London scharf."
    (mention,) = tagger.tag(text, language="de").watches["a-b"].mentions
    assert "aide" not in mention.features


@pytest.mark.parametrize(
    ("language", "text", "surface"),
    [
        ("en", "On Monday the leader of North Korea was seen.", "leader of North Korea"),
        ("en", "North Korea's leader was seen on Monday.", "North Korea's leader"),
        ("en", "The Pyongyang leader was seen on Monday.", "Pyongyang leader"),
        ("de", "Am Montag sah man Nordkoreas Machthaber.", "Nordkoreas Machthaber"),
        ("de", "Am Montag sah man den nordkoreanischen Machthaber.", "nordkoreanischen Machthaber"),
        ("de", "Am Montag sah man den koreanischen Präsidenten.", "koreanischen Präsidenten"),
        ("fr", "Le dirigeant de la Corée du Nord a été vu lundi.", "dirigeant de la Corée du Nord"),
        ("en", "The leader of South Korea was seen on Monday.", None),
    ],
)
def test_an_office_is_found_with_each_word_for_its_country(language, text, surface):
    country = {"en": ["North Korea{|n}", "Pyongyang"], "de": ["Nordkorea", "nordkoreanisch"]}
    country["fr"] = ["nord-coréen", "Corée du Nord"]
    office = {
        "en": ["North Korean leader"],
        "de": ["nordkoreanischer Machthaber", "koreanischer Präsident"],
        "fr": ["dirigeant nord-coréen"],
    }
    kim = {"name": "Kim", "pronouns": "he", "names": {"und": ["Kim Jong Un"]}, "country": country}
    tagger = Tagger([parse_watch(document({**kim, "roles": [{"text": office}]}))])
    assert surfaces(tagger, text, language, "a") == ([surface] if surface else [])


@pytest.mark.parametrize("text", ["Iran's supreme leader left.", "The Iranian supreme leader left."])
def test_an_actor_that_is_an_office_is_found_as_its_holder_is(text):
    office = {"name": "Leader", "pronouns": "he", "names": {"en": ["Supreme Leader of Iran"]}}
    tagger = Tagger([parse_watch(document({**office, "country": {"en": ["Iran", "Iranian"]}}))])
    assert len(surfaces(tagger, f"{text} The ICC knows.", "en", "a")) == 1


@pytest.mark.parametrize(("day", "is_he"), [("2025-07-20", True), ("2025-08-01", False)])
def test_the_successor_is_the_office_and_his_predecessor_no_longer(day, is_he):
    roles = [
        {"from": "2020-01-01", "until": "2025-07-10", "text": {"en": ["Ada Holm"]}},
        {"from": "2025-08-01", "text": {"en": ["Jon Berg"]}},
    ]
    office = {"name": "Leader", "pronouns": "he", "names": {"en": ["Leader of Oz"]}, "roles": roles}
    tagged = Tagger([parse_watch(document(office))]).tag(
        "Ada Holm left. The ICC knows.", language="en", published=date.fromisoformat(day), watches={"a-b"}
    )
    assert bool(tagged.watches["a-b"].actors["a"]) is is_he


def test_no_more_forms_of_roles_are_made_than_a_machine_holds():
    """Though each of many offices may stand with each of many words for the country."""
    country = {"en": [f"Land{number}" for number in range(300)]}
    roles = [{"text": {"en": [f"Land1 office {n}.{m}" for m in range(99)]}} for n in range(50)]
    office = {"name": "A", "names": {"en": ["Ann North"]}, "country": country, "roles": roles}
    made = sum(len(role.text["en"]) for role in parse_watch(document(office)).a.roles)
    assert 99 * 50 < made <= 99 * 50 + MAX_ROLE_FORMS


@pytest.mark.parametrize(
    ("text", "day", "surface"),
    [
        (
            "It broke the declaration of 2015. Ada Holm, the prime minister, declined.",
            "2024-05-01",
            "Ada Holm",
        ),
        ("In 2015 Ada Holm, then a judge, declined.", "2024-05-01", None),
        ("Ada Holm, killed last week, was buried.", "2025-07-20", "Ada Holm"),
        ("Ada Holm has written a novel.", "2025-10-20", None),
        ("The Turkish chief declined.", "2025-07-20", None),
    ],
)
def test_who_acts_for_a_body_is_told_by_his_own_name(text, day, surface):
    """No year of a sentence before dates it, and reports of how his office ended are of him."""
    names = {"und": ["Ada Holm"], "en": ["Turkish chief"]}
    holm = {**TURKEY, "roles": [{"from": "2020-01-01", "until": "2025-07-10", "text": names}]}
    tagger = Tagger([parse_watch(document(holm))])
    tagged = tagger.tag(
        f"{text} The ICC heard it.", language="en", published=date.fromisoformat(day), watches={"a-b"}
    )
    assert [one.surface for one in tagged.watches["a-b"].actors["a"]] == ([surface] if surface else [])
