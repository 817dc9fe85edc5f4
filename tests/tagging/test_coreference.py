"""Who is meant where no name stands, and who is not."""

from datetime import date

import pytest

from dyadwatch.tagging import Tagger, example_watches, parse_watch
from dyadwatch.tagging.actors.other_persons import other_persons
from dyadwatch.tagging.documents.document import make_document
from dyadwatch.tagging.lexicons.lexicon import lexicon
from dyadwatch.text.folding import fold

pytestmark = pytest.mark.no_cover

START = "On Monday Bashar al-Assad met Ali Khamenei in Tehran. "


def quotes(tagger, text, **options):
    """The sentences that carry the relation between the persons."""
    watches = tagger.tag(text, **{"language": "en", "published": date(2019, 3, 1), **options}).watches
    mentions = watches["assad-khamenei"].mentions if watches else ()
    return {mention.evidence.quote for mention in mentions if mention.level != "state"}


@pytest.mark.parametrize(
    "sentence",
    [
        "Khamenei praised his guest.",
        "The visitor thanked his host.",
        "The two men discussed Idlib for an hour.",
        "He told him to be patient.",
        "The old man embraced him.",
        "Assad asked him for fuel.",
        "He also urged Assad to wait.",
        "At the meeting Khamenei praised Syria.",
        "The request was delivered in writing.",
        "Khamenei refused.",
    ],
)
def test_a_referring_word_continues_the_relation(tagger, sentence):
    """What follows a sentence about both may refer to one of them, or both, by a word alone."""
    assert sentence in quotes(tagger, START + sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Vladimir Putin thanked his host.",
        "Khamenei met Erdogan and praised him.",
        "The trains were late.",
        "Zarif said he would resign.",
        "At a meeting with ministers Khamenei spoke about wheat.",
        "Members of his office said that Khamenei was well.",
    ],
)
def test_a_pronoun_refers_to_a_person_named_since(tagger, sentence):
    """With someone else named, a word for a man is no longer the actor's."""
    assert sentence not in quotes(tagger, START + sentence)


def test_a_german_subject_may_follow_its_verb(tagger):
    """It is a pronoun for whom the sentence before was about, wherever it stands."""
    follow_up = "Am Nachmittag traf er Ali Chamenei."
    assert follow_up in quotes(tagger, "Assad ist in Teheran gelandet. " + follow_up, language="de")


def test_the_main_actor_stays_the_antecedent(tagger):
    """ "He" is the man whom the text is about, even when he was named some sentences ago."""
    text = (
        "Ali Khamenei was born in Mashhad. Khamenei led prayers. Khamenei became president. Rain was rare there. "
        "The city has a shrine. Wheat is grown. He would support Bashar al-Assad for years."
    )
    assert quotes(tagger, text) == {"He would support Bashar al-Assad for years."}


def test_references_expire(tagger):
    """Long after both were spoken of, a word for two men means others."""
    filler = " ".join(f"Line {number} is about the harvest." for number in range(15))
    assert quotes(tagger, START + filler + " The two men discussed prices.") == {START.strip()}


def test_an_omitted_subject_is_the_last_subject(tagger):
    """ "A visit to K is planned" is the visit of the one spoken of."""
    text = "Bashar al-Assad came home on Sunday. A visit to Khamenei is planned for May."
    assert quotes(tagger, text) == {"A visit to Khamenei is planned for May."}
    (mention,) = (
        tagger.tag(text, language="en", published=date(2019, 3, 1)).watches["assad-khamenei"].mentions
    )
    assert [surface.surface for surface in mention.actors["a"]] == ["Bashar al-Assad"]
    assert mention.direction == "a->b"


@pytest.mark.parametrize(
    ("language", "text", "last"),
    [
        ("fr", "Bachar al-Assad a rencontré Ali Khamenei lundi. Le Guide a salué son hôte.", "Le Guide a salué son hôte."),
        ("es", "Bashar al Asad se reunió con Alí Jameneí. El líder supremo elogió a su huésped.", "El líder supremo elogió a su huésped."),
        ("de", "Baschar al-Assad traf Ali Chamenei. Chamenei lobte seinen Gast.", "Chamenei lobte seinen Gast."),
        ("ru", "Башар Асад встретился с Али Хаменеи. Хаменеи похвалил своего гостя.", "Хаменеи похвалил своего гостя."),
        ("ar", "التقى بشار الأسد علي خامنئي في طهران. وأشاد خامنئي بضيفه.", "وأشاد خامنئي بضيفه."),
    ],
)  # fmt: skip
def test_languages_have_words_for_the_partner(tagger, language, text, last):
    """ "His guest" is the other of the two."""
    assert last in quotes(tagger, text, language=language)


def test_a_paragraph_is_read_in_its_own_language(tagger):
    """In an English text a French paragraph is read as French."""
    text = (
        "The newspaper printed what it had heard from its man in the capital, without a word of its own.\n"
        "Bachar al-Assad a remercié le Guide suprême Ali Khamenei pour le soutien que son pays lui a donné pendant la guerre.\n"
        "It was the first time that the two had been quoted in the same issue of the paper, its editor said."
    )
    tagged = tagger.tag(text, published=date(2019, 3, 1))
    (mention,) = [one for one in tagged.watches["assad-khamenei"].mentions if one.event_type]
    assert tagged.language == "en"
    assert mention.rules == ("fr.praise",)


def test_bodies_are_not_referred_to_by_personal_pronouns():
    """Where an actor is a state or a body, "him" is someone else; "its ally" may be the other."""
    watch = {
        "id": "union-bank",
        "title": "Union - Bank",
        "actors": {
            "a": {"name": "Borealis Union", "names": {"en": ["Borealis Union"]}},
            "b": {"name": "Harbour Bank", "names": {"en": ["Harbour Bank"]}},
        },
    }
    tagger = Tagger([parse_watch(watch)])
    for sentence, related in (
        ("The Borealis Union thanked him.", False),
        ("The Borealis Union thanked its ally.", True),
    ):
        text = "The Harbour Bank supported the Borealis Union in May. " + sentence
        verdict = tagger.tag(text, language="en").watches["union-bank"]
        assert (sentence in {mention.evidence.quote for mention in verdict.mentions}) is related


def test_the_words_of_a_sentence_are_of_its_own_language():
    """Those of the other language are not looked for in it."""
    text = (
        "Putin told his guest that he would see him again in the spring, and he did not say when that was.\n"
        "Der Präsident sagte seinem Gast, dass er ihn im Frühjahr wieder sehen werde, und nicht, wann und wo."
    )
    folding = fold(text)
    flat = folding.text.replace("\n", " ")
    document = make_document(text, folding, flat, lexicon("en"), None)
    words = [{flat[word.start : word.end] for word in document.words[index]} for index in (0, 1)]
    assert words == [{"putin", "his", "his guest", "he", "him"}, {"seinem", "seinem gast", "er", "ihn"}]


MINISTER, MAYOR = "Clara Venn", "Piet Loman"
COUPLE = {
    "id": "venn-loman",
    "title": "Venn - Loman",
    "actors": {
        "a": {"name": MINISTER, "pronouns": "she", "names": {"und": [MINISTER], "ar": ["كلارا فين"]}},
        "b": {
            "name": MAYOR,
            "pronouns": "he",
            "names": {"und": [MAYOR, "Pietem Lomanem"], "ar": ["بيت لومان"]},
        },
    },
}


@pytest.fixture(scope="module")
def couple():
    return Tagger([parse_watch(COUPLE)])


@pytest.mark.parametrize(
    ("language", "text", "related"),
    [
        ("en", "Clara Venn landed at noon. Later she met Piet Loman.", True),
        ("en", "Clara Venn landed at noon. Later he met Piet Loman.", False),
        ("en", "Clara Venn landed at noon. Piet Loman thanked her for the loan.", True),
        ("de", "Clara Venn kam am Mittag an. Am Abend sprach sie mit Piet Loman.", True),
        ("fr", "Clara Venn est arrivée à midi. Le soir, elle s'est entretenue avec Piet Loman.", True),
        ("nl", "Piet Loman kwam om negen uur aan. In de tuin praatte hij met Clara Venn.", True),
        ("it", "Clara Venn è arrivata a mezzogiorno. Nel pomeriggio ha incontrato Piet Loman.", True),
        (
            "it",
            "Clara Venn è arrivata a mezzogiorno. Nel pomeriggio il sindaco ha incontrato Piet Loman.",
            False,
        ),
        ("it", "Clara Venn è arrivata. Nel pomeriggio Rossi ha incontrato Piet Loman.", False),
        ("es", "Clara Venn llegó a mediodía. Por la tarde, se reunió con Piet Loman.", True),
        ("pl", "Clara Venn przyleciała rano. W ratuszu rozmawiała z Pietem Lomanem.", True),
        ("pl", "Clara Venn przyleciała rano. W ratuszu minister rozmawiał z Pietem Lomanem.", False),
        ("ar", "وصلت كلارا فين صباحا. والتقت هناك بيت لومان.", True),
        ("ar", "وصلت كلارا فين صباحا. واستقبلها بيت لومان.", True),
        ("ar", "وصلت كلارا فين صباحا. والتقى بيت لومان وفدا من التجار.", False),
    ],
)
def test_a_pronoun_or_a_verb_alone_means_the_actor_whom_it_fits(couple, language, text, related):
    """Pronouns stand for a woman or for a man; where verbs need no subject, one that opens the sentence, or
    follows a phrase for where or when, has the last one."""
    watches = couple.tag(text, language=language, published=date(2019, 3, 1)).watches
    mentions = watches["venn-loman"].mentions if watches else ()
    assert bool(mentions) is related


CITY = {
    "id": "venn-tollport",
    "title": "Venn - Tollport",
    "actors": {
        "a": {"name": MINISTER, "pronouns": "she", "names": {"und": [MINISTER]}},
        "b": {"name": "Tollport", "pronouns": "it", "names": {"und": ["Tollport"]}},
    },
}


@pytest.mark.parametrize(
    ("text", "related"),
    [
        ("Clara Venn spoke on Monday. She accused Tollport of fraud.", True),
        ("Clara Venn spoke on Monday. He accused Tollport of fraud.", False),
        ("Tollport published its budget. It accused Clara Venn of fraud.", True),
        ("Tollport's mayor spoke on Monday. He accused Clara Venn of fraud.", True),
        ("Tollport published its budget. They accused Clara Venn of fraud.", True),
        ("Tollport published its budget. Clara Venn accused it of fraud.", True),
        ("Tollport published its budget. Clara Venn said it would rain.", False),
        ("Tollport built a bridge. Clara Venn sued it over its price.", True),
        ("Tollport built a bridge. Clara Venn praised her team. Its river froze.", False),
    ],
)
def test_a_pronoun_stands_for_a_person_beside_a_body_and_for_a_body(text, related):
    """Of a person and a body each has pronouns of its own; those of a body's last subject may be people's."""
    watches = Tagger([parse_watch(CITY)]).tag(text, language="en", published=date(2019, 3, 1)).watches
    mentions = watches["venn-tollport"].mentions if watches else ()
    assert bool(mentions) is related


BOTH = [
    ("en", "Vladimir Putin met Recep Tayyip Erdogan in Sochi.", "They signed five agreements on energy."),
    ("en", "Vladimir Putin met Recep Tayyip Erdogan in Sochi.", "Neither of them signed the document."),
    ("de", "Wladimir Putin traf in Sotschi Recep Tayyip Erdogan.", "Sie sprachen drei Stunden lang."),
    ("fr", "Vladimir Poutine a rencontré Recep Tayyip Erdogan.", "Ils ont parlé trois heures à huis clos."),
    ("es", "Vladímir Putin se reunió con Recep Tayyip Erdogan.", "Hablaron tres horas a puerta cerrada."),
    ("it", "Vladimir Putin ha incontrato Recep Tayyip Erdogan.", "Hanno parlato a porte chiuse."),
    (
        "pl",
        "Władimir Putin spotkał się z Recepem Tayyipem Erdoganem.",
        "Rozmawiali trzy godziny w cztery oczy.",
    ),
    ("ru", "Владимир Путин встретился с Реджепом Тайипом Эрдоганом.", "Президенты поспорили из-за Сирии."),
    ("tr", "Vladimir Putin, Recep Tayyip Erdoğan ile görüştü.", "İki cumhurbaşkanı anlaştı."),
    ("ar", "التقى فلاديمير بوتين رجب طيب أردوغان.", "وتحدثا ثلاث ساعات خلف أبواب مغلقة."),
    ("he", "ולדימיר פוטין נפגש עם רג'פ טאיפ ארדואן.", "הם שוחחו שלוש שעות בדלתיים סגורות."),
]


@pytest.fixture(scope="module")
def presidents():
    document = next(one for one in example_watches() if one["id"] == "erdogan-putin")
    return Tagger([parse_watch(document)])


def findings(tagger, language, text):
    """The sentences that relate the two presidents, with who acts on whom."""
    verdict = tagger.tag(text, language=language, published=date(2020, 3, 6)).watches.get("erdogan-putin")
    return {one.evidence.quote: one.direction for one in verdict.mentions} if verdict else {}


@pytest.mark.parametrize(("language", "first", "second"), BOTH)
def test_a_plural_subject_means_the_two_of_whom_the_sentence_before_told(presidents, language, first, second):
    """Then they do it with each other."""
    assert findings(presidents, language, f"{first} {second}").get(second) == "mutual"


@pytest.mark.parametrize(
    ("between", "then"),
    [
        ("Farmers had blocked the road.", "They signed a petition."),
        ("Angela Merkel called in between.", "They signed a petition."),
        ("", "In the square, farmers said, they signed a petition."),
        ("", "They were in good spirits."),
    ],
)
def test_a_plural_means_nobody_else_than_whom_it_follows(presidents, between, then):
    text = f"Vladimir Putin met Recep Tayyip Erdogan in Sochi. {between} {then}"
    assert then not in findings(presidents, "en", text)


@pytest.mark.parametrize(
    ("language", "text", "last"),
    [
        ("en", "The latter accused the former of breaking the truce.", "b->a"),
        ("en", "The latter accused Erdogan of breaking the truce.", "b->a"),
        ("en", "The former promised the latter more wheat.", "a->b"),
        ("en", "The one accused the other of breaking the truce.", "a->b"),
        ("es", "Este último acusó al primero de romper la tregua.", "b->a"),
    ],
)
def test_the_former_and_the_latter_are_told_by_who_is_named_first(presidents, language, text, last):
    opening = {
        "en": "Recep Tayyip Erdogan and Vladimir Putin spoke about Syria on Monday.",
        "es": "Recep Tayyip Erdogan y Vladímir Putin hablaron el lunes de Siria.",
    }
    assert findings(presidents, language, f"{opening[language]} {text}").get(text) == last


def test_the_former_is_nobody_where_three_are_named(presidents):
    text = "Erdogan, Putin and Macron gave speeches. The latter accused the former of breaking the truce."
    assert "The latter accused the former of breaking the truce." not in findings(presidents, "en", text)


@pytest.mark.parametrize(
    ("language", "text", "named"),
    [
        ("fr", "Il est parti. « Elle dit peu », a-t-on noté.", 0),
        ("en", "Guests were hungry. “Nobody says so,” one noted.", 0),
        ("en", "On Friday Nadal says so.", 1),
    ],
)
def test_who_opens_a_quotation_is_nobody_by_name(language, text, named):
    """A capital at the start of a quotation is that of a sentence."""
    folding = fold(text)
    document = make_document(text, folding, folding.text, lexicon(language), None)
    assert len(other_persons(document, (), ())) == named


@pytest.mark.parametrize(
    ("language", "first", "then"),
    [
        ("fr", "Vladimir Poutine est arrivé lundi à Ankara.", "Recep Tayyip Erdogan a salué sa victoire."),
        ("es", "Vladímir Putin llegó el lunes a Ankara.", "Recep Tayyip Erdogan elogió su resistencia."),
        ("en", "Vladimir Putin had a new plan.", "Recep Tayyip Erdogan praised his efforts."),
        (
            "it",
            "Vladimir Putin è arrivato lunedì ad Ankara.",
            "Recep Tayyip Erdogan ha lodato la sua vittoria.",
        ),
        ("ru", "Владимир Путин прибыл в Анкару.", "Реджеп Тайип Эрдоган похвалил его стойкость."),
    ],
)
def test_what_is_someones_stands_for_him_where_it_is_acted_on(presidents, language, first, then):
    assert findings(presidents, language, f"{first} {then}").get(then) == "a->b"


def test_what_is_ones_own_refers_to_nobody_else(presidents):
    text = "Vladimir Putin had a new plan. The weather was fine. Recep Tayyip Erdogan presented his budget."
    assert not findings(presidents, "en", text)
