"""The tagger as a whole: gates, levels, other watches, cues of a watch, headlines, links to other
articles."""

from datetime import date

import orjson
import pytest

from dyadwatch.model.mentions import TaggedText
from dyadwatch.tagging import TAGGER_VERSION, Tagger, details, parse_watch, report, shipped_watches
from dyadwatch.tagging.tagger import MAX_MENTIONS
from dyadwatch.text.bounds import MAX_LENGTH

OTHER = {
    "id": "aurelia-borealis",
    "title": "Aurelia - Borealis Union",
    "actors": {
        "a": {
            "name": "Queen Ida of Aurelia",
            "pronouns": "she",
            "names": {"und": ["Ida of Aurelia", "Queen Ida"]},
            "roles": [{"text": {"en": ["Aurelian queen"]}, "from": "2001-01-01"}],
            "metonyms": {"en": ["Aurelia"]},
            "country": {"en": ["Aurelia{|n}"]},
        },
        "b": {
            "name": "Borealis Union",
            "names": {"und": ["Borealis Union"], "de": ["Borealis-Bund"]},
            "metonyms": {"en": ["the Union's capital"]},
        },
    },
    "cues": {"en": {"praise": ["sang the merits of"]}},
}


@pytest.fixture(scope="module")
def both():
    return Tagger([*(parse_watch(document) for document in shipped_watches()), parse_watch(OTHER, version=3)])


def test_another_watch_needs_only_data(both):
    """A pair of other kinds is tagged by the same rules, beside the shipped one and without crosstalk."""
    text = "The Aurelian queen thanked the Borealis Union. Khamenei praised Assad."
    tagged = both.tag(text, published=date(2019, 1, 1))
    assert {key: verdict.relationship for key, verdict in tagged.watches.items()} == {
        "assad-khamenei": True,
        "aurelia-borealis": True,
    }
    (mention,) = tagged.watches["aurelia-borealis"].mentions
    assert (mention.event_type, mention.direction, mention.watch_version) == ("SUPPORT", "a->b", 3)
    assert mention.tagger_version == TAGGER_VERSION
    assert mention.evidence.quote == "The Aurelian queen thanked the Borealis Union."
    assert mention.evidence.suffix == " Khamenei praised Assad."


@pytest.mark.parametrize(
    ("text", "triggers"),
    [
        ("Rain. Assad held talks with Khamenei.", ["held talks"]),
        ("In Tehran empfing Khamenei den Syrer Assad.", ["empfing"]),
        ("التقى الأسد خامنئي في طهران", ["التقى"]),
        ("Khamenei congratulated Assad, and Assad sang the merits of Khamenei.", ["congratulated"]),
    ],
)
def test_a_mention_names_the_words_that_tell_what_happened(both, text, triggers):
    mentions = both.tag(text, published=date(2019, 1, 1)).watches["assad-khamenei"].mentions
    assert [mention.trigger and mention.trigger.text for mention in mentions] == triggers


def test_the_cues_of_a_watch_are_its_own(both):
    """Words that a watch adds work in it and in no other."""
    text = "Queen Ida sang the merits of the Borealis Union. Assad sang the merits of Khamenei."
    tagged = both.tag(text, language="en", published=date(2019, 1, 1))
    types = {
        key: [mention.event_type for mention in verdict.mentions] for key, verdict in tagged.watches.items()
    }
    assert types["aurelia-borealis"] == ["SUPPORT"]
    assert "SUPPORT" not in types["assad-khamenei"]


def test_only_watches_with_both_actors_are_tagged(both):
    """One actor alone raises nothing, unless that watch is asked for by id."""
    text = "Khamenei spoke about the harvest."
    assert both.tag(text).watches == {}
    verdict = both.tag(text, watches={"assad-khamenei"}).watches["assad-khamenei"]
    assert not verdict.relationship
    assert [surface.surface for surface in verdict.actors["b"]] == ["Khamenei"]


def test_only_the_requested_watches_are_tagged(both):
    """A text about two watches gives only the one asked for."""
    text = "Queen Ida thanked the Borealis Union. Khamenei praised Assad."
    assert set(both.tag(text, watches={"aurelia-borealis"}).watches) == {"aurelia-borealis"}


def test_states_never_make_a_relationship(tagger):
    """A capital for a state is level state; the persons' verdict stays negative."""
    tagged = tagger.tag("Damascus and Tehran signed an agreement.", published=date(2019, 1, 1))
    verdict = tagged.watches["assad-khamenei"]
    assert not verdict.relationship
    assert {mention.level for mention in verdict.mentions} == {"state"}


def test_states_on_different_lines_are_not_related(tagger):
    """Two capitals in one sentence raise the watch, in two lines they do not."""
    assert set(tagger.tag("Damascus is as hot as Tehran this week, they say.").watches) == {"assad-khamenei"}
    assert (
        tagger.tag("Damascus is hot this week, they say.\nTehran is cold this week, they say.").watches == {}
    )


def test_a_third_subject_makes_no_relationship_and_the_first_actor_does(tagger):
    """The same words relate the two only where one of them is the subject."""
    verdicts = {
        text: tagger.tag(text, language="en", published=date(2018, 8, 1))
        .watches["assad-khamenei"]
        .relationship
        for text in (
            "Rouhani, elected under Khamenei, congratulated Assad.",
            "Trump called Assad an animal and accused Khamenei.",
            "Khamenei, flanked by generals, congratulated Assad.",
            "Khamenei called Assad a friend and received him.",
            "Assad met Rouhani and Khamenei on Sunday.",
            "Khamenei and President Rouhani met Assad.",
            "Assad met Rouhani and Khamenei spoke in Qom.",
        )
    }
    assert list(verdicts.values()) == [False, False, True, True, True, True, False]


def test_a_planned_act_is_an_agreement(tagger):
    """A planned visit is AGREE (hypothetical), one that may be stays CONSULT, and one denied is not
    planned."""
    tagged = [
        tagger.tag(text, language="en", published=date(2018, 8, 1)).watches["assad-khamenei"].mentions[0]
        for text in ("Assad will visit Khamenei.", "Assad may visit Khamenei.", "Assad visited Khamenei.")
    ]
    assert [(mention.event_type, mention.modality) for mention in tagged] == [
        ("AGREE", "hypothetical"), ("CONSULT", "hypothetical"), ("CONSULT", "asserted"),
    ]  # fmt: skip


def test_a_speaker_is_the_noun_phrase_alone(tagger):
    """What follows the name of a source, a second source included, is left out."""
    speakers = [
        tagger.tag(text, language="en", published=date(2018, 8, 1))
        .watches["assad-khamenei"]
        .mentions[0]
        .attribution.speaker
        for text in (
            "Khamenei urged Assad to wait, according to a diplomat who saw the letter.",
            "Khamenei urged Assad to wait, according to SANA and Irna.",
        )
    ]
    assert speakers == ["a diplomat", "SANA"]


def test_an_aide_counts_with_a_message_only(tagger):
    """An adviser's visit is not the principal's; his message is, and is mediated."""
    alone = tagger.tag("An adviser to Khamenei visited Assad.", published=date(2019, 1, 1))
    bearer = tagger.tag(
        "An envoy of Khamenei handed Assad a letter from Khamenei.", published=date(2019, 1, 1)
    )
    assert not alone.watches["assad-khamenei"].relationship
    assert bearer.watches["assad-khamenei"].relationship
    assert {mention.level for mention in bearer.watches["assad-khamenei"].mentions} == {"mediated"}


def test_links_to_other_articles_are_no_evidence(tagger):
    """What stands under "Read also" in the later part of a text says nothing about this article."""
    text = "Wheat prices fell on Monday, traders said. Rain is expected.\nRead also:\nKhamenei praised Assad."
    assert not tagger.tag(text, published=date(2019, 1, 1)).watches["assad-khamenei"].relationship


def test_a_headline_that_names_both_raises_the_confidence(tagger):
    """With both in the headline, or in the title given beside the text, confidence is higher."""
    body = "The supreme leader received his guest, Assad, on Sunday."
    plain = tagger.tag(body, published=date(2019, 1, 1))
    with_title = tagger.tag(body, title="Khamenei and Assad in Tehran", published=date(2019, 1, 1))
    in_text = tagger.tag("Khamenei and Assad in Tehran\n\n" + body, published=date(2019, 1, 1))
    scores = [
        tagged.watches["assad-khamenei"].mentions[-1].confidence for tagged in (plain, with_title, in_text)
    ]
    assert scores[0] < min(scores[1:])


def test_confidence_is_the_logistic_of_the_named_features(tagger):
    """Nothing unnamed goes into a confidence."""
    tagged = tagger.tag("Khamenei praised Assad.", published=date(2019, 1, 1))
    (mention,) = tagged.watches["assad-khamenei"].mentions
    assert mention.confidence == pytest.approx(
        1 / (1 + 2.718281828 ** -sum(mention.features.values())), abs=1e-3
    )
    assert mention.rules == ("en.praise",)


def test_a_report_is_json_in_the_published_form(tagger):
    """`report` gives the fields of `dyadwatch tag --jsonl`, ready for orjson."""
    text = "Khamenei praised Assad."
    answer = orjson.loads(
        orjson.dumps(report(tagger.tag(text, published=date(2019, 1, 1)), "assad-khamenei"))
    )
    assert list(answer) == ["language", "relationship", "score", "mentions", "actors"]
    assert answer["actors"] == {"a": [[17, 22, "Assad"]], "b": [[0, 8, "Khamenei"]]}
    assert answer["mentions"][0]["evidence"]["quote"] == text
    assert answer["mentions"][0]["attribution"] is None
    assert report(tagger.tag("The rain fell in the north on Sunday."), "assad-khamenei") == {
        "language": "en", "relationship": False, "score": 0.0, "mentions": [], "actors": {"a": [], "b": []},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("12345", None),
        ("שלום עולם", "he"),
        ("السلام عليكم ورحمة الله", "ar"),
        ("سلام، حال شما چطور است؟ می‌گویند", "fa"),
        ("یہ ایک خبر ہے جس میں لڑکے ہیں", "ur"),
        ("Сегодня в Москве шел сильный дождь", "ru"),
        ("The rain in the north has stopped and the roads are open again", "en"),
        ("Der Regen hat aufgehört und die Straßen sind wieder offen", "de"),
    ],
)
def test_the_language_is_identified(tagger, text, language):
    """The script decides where it can; no letters, no language."""
    assert tagger.tag(text).language == language


def test_a_stated_language_wins(tagger):
    """The caller's word on the language is taken."""
    assert tagger.tag("Khamenei praised Assad.", language="fr").language == "fr"


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("TEHRAN — Khamenei praised Assad. Rain fell.", ["Khamenei praised Assad."]),
        ("14:05 GMT - Khamenei praised Assad.", ["Khamenei praised Assad."]),
        ("• Khamenei praised Assad\n• Rain fell", ["Khamenei praised Assad"]),
        ("TEHRAN: Khamenei praised Assad.", ["Khamenei praised Assad."]),
        ("Mr. Assad thanked Dr. Khamenei for it. Rain fell.", ["Mr. Assad thanked Dr. Khamenei for it."]),
        ('"Assad is a hero." Khamenei praised Assad.', ["Khamenei praised Assad."]),
    ],
)
def test_evidence_is_the_sentence_without_its_dateline(tagger, text, quotes):
    """Datelines, clock times, bullets and labels stay outside; titles with a stop end no sentence."""
    verdict = tagger.tag(text, language="en", published=date(2019, 1, 1)).watches["assad-khamenei"]
    assert [mention.evidence.quote for mention in verdict.mentions] == quotes


@pytest.mark.no_cover
def test_a_text_without_end_is_tagged_up_to_a_bound_and_says_so(tagger):
    """Every mention is counted and the most confident are returned, in order of the text."""
    sentence = "Assad met Khamenei. "
    tagged = tagger.tag(sentence * 20_000, max_length=MAX_LENGTH).watches["assad-khamenei"]
    assert tagged.tagged_to == MAX_LENGTH - 1
    assert tagged.mention_count == MAX_LENGTH // len(sentence)
    assert len(tagged.mentions) == MAX_MENTIONS
    starts = [mention.evidence.start for mention in tagged.mentions]
    assert starts == sorted(starts)
    whole = details(TaggedText("en", {"assad-khamenei": tagged}), "assad-khamenei")
    assert (whole["tagged_to"], whole["mention_count"]) == (tagged.tagged_to, tagged.mention_count)


def test_what_stands_beyond_the_bound_is_not_read(tagger):
    """And a text of ordinary length says that all of it was read."""
    named = "Assad met Khamenei in Tehran."
    assert (
        "assad-khamenei" not in tagger.tag("word " * (MAX_LENGTH // 5) + named, max_length=MAX_LENGTH).watches
    )
    short = tagger.tag("word " * 100 + named, max_length=MAX_LENGTH).watches["assad-khamenei"]
    assert (short.tagged_to, short.mention_count) == (None, len(short.mentions))


@pytest.mark.no_cover
def test_a_watch_may_ask_for_what_the_states_do():
    """The text relates capitals alone: an alert where the watch asks for that level; else it says why not."""
    text = "Damascus and Tehran signed a defence pact on Monday."
    (document,) = shipped_watches()
    verdicts = []
    for level in ("person", "state"):
        tagger = Tagger([parse_watch({**document, "level": level})])
        verdicts.append(tagger.tag(text, language="en", published=date(2019, 1, 7)).watches["assad-khamenei"])
    persons, states = verdicts
    assert (persons.relationship, persons.event_types) == (False, ())
    assert [item.reason for item in persons.suppressed] == ["state_only"]
    assert (states.relationship, states.level, states.direction) == (True, "state", "mutual")
    assert states.score >= 0.5
    assert states.event_types
    assert not states.suppressed


def test_what_persons_do_counts_before_what_their_states_do():
    (document,) = shipped_watches()
    tagger = Tagger([parse_watch({**document, "level": "state"})])
    text = "Assad visited Khamenei. Damascus and Tehran signed a defence pact."
    verdict = tagger.tag(text, language="en", published=date(2019, 1, 7)).watches["assad-khamenei"]
    assert verdict.level == "person"
    assert verdict.event_types == ("CONSULT",)


@pytest.mark.parametrize(
    ("day", "text", "surfaces"),
    [
        (date(2019, 5, 1), "The Queen of Aurelia met the Borealis Union. Ida of Aurelia smiled.", 2),
        (date(2024, 5, 1), "The Queen of Aurelia met the Borealis Union. Una of Aurelia smiled.", 2),
        (date(2024, 5, 1), "The Queen of Aurelia met the Borealis Union. Ida of Aurelia smiled.", 1),
        (date(2019, 5, 1), "The Queen of Aurelia met the Borealis Union. Una of Aurelia smiled.", 1),
    ],
)
def test_an_office_is_an_actor_whoever_holds_it(day, text, surfaces):
    """Its holders are roles with dates: the successor is the actor from the day of the succession."""
    office = {
        "name": "Queen of Aurelia",
        "pronouns": "she",
        "names": {"en": ["Queen of Aurelia"]},
        "roles": [
            {"text": {"und": ["Ida of Aurelia"]}, "until": "2023-10-01"},
            {"text": {"und": ["Una of Aurelia"]}, "from": "2023-10-01"},
        ],
    }
    watch = parse_watch({**OTHER, "actors": {**OTHER["actors"], "a": office}})
    verdict = Tagger([watch]).tag(text, language="en", published=day).watches[watch.id]
    assert verdict.relationship
    assert len(verdict.actors["a"]) == surfaces
    assert [item.reason for item in verdict.suppressed] == ["expired_role"] * (2 - surfaces)


def test_a_refusal_is_told_where_only_a_namesake_stands(tagger):
    """Though nothing names the actor, and the text is not asked about the watch."""
    tagged = tagger.tag("Assad met Khomeini on Monday.", language="en", published=date(2019, 1, 7))
    verdict = tagged.watches["assad-khamenei"]
    assert not verdict.relationship
    assert [(item.reason, item.quote) for item in verdict.suppressed] == [("namesake", "Khomeini")]


@pytest.mark.parametrize(
    ("language", "text", "related"),
    [
        ("fr", "Velayati était présent quand Khamenei a reçu Bachar al-Assad à dîner.", True),
        ("en", "Velayati looked on while Khamenei received Assad for dinner.", True),
        ("en", "Velayati received Assad at the office of Khamenei.", False),
        ("fr", "Velayati a reçu Assad au bureau de Khamenei.", False),
    ],
)
def test_an_aide_in_a_clause_of_his_own_is_a_bystander(tagger, language, text, related):
    verdict = tagger.tag(text, language=language, published=date(2019, 2, 27)).watches["assad-khamenei"]
    assert verdict.relationship is related


def test_a_word_in_small_letters_before_the_actor_makes_no_namesake(tagger):
    """Said Assad is someone else; "said Assad" is not he."""
    text = "In a statement on Tuesday, the Syrian presidency said Assad had thanked Khamenei."
    verdict = tagger.tag(text, language="en").watches["assad-khamenei"]
    assert verdict.relationship
    assert verdict.mentions[0].attribution.speaker == "the Syrian presidency"
    stranger = tagger.tag("Said Assad, a dentist, thanked Khamenei.", language="en").watches["assad-khamenei"]
    assert [(item.reason, item.quote) for item in stranger.suppressed] == [("namesake", "Said Assad")]


def test_a_text_where_only_a_namesake_stands_says_whom_it_refuses(tagger):
    """Why nothing was said can be seen also where the other side is not named."""
    verdict = tagger.tag("Farmers say that the level of Lake Assad fell again.", language="en")
    (refusal,) = verdict.watches["assad-khamenei"].suppressed
    assert (refusal.reason, refusal.quote) == ("namesake", "Lake Assad")
    assert not verdict.watches["assad-khamenei"].relationship
    assert tagger.tag("Farmers say that the level fell again.", language="en").watches == {}
    assert tagger.tag("The minister said Assad would stay.", language="en").watches == {}


def test_a_text_set_to_a_width_is_read_across_its_lines(tagger):
    text = (
        "DAMASCUS, March 3 - Syrian President Bashar al-Assad has held talks with Iranian Supreme\n"
        "Leader Ayatollah Ali Khamenei in Tehran, state television reported on Monday evening. It\n"
        "showed both of them in a garden, and said nothing of what they had talked about for hours."
    )
    verdict = tagger.tag(text, language="en", published=date(2019, 3, 4)).watches["assad-khamenei"]
    quote = verdict.mentions[0].evidence.quote
    assert verdict.relationship
    assert "Supreme\nLeader" in quote
    assert quote in text
