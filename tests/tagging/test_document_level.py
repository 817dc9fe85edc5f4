"""What a text says as a whole: main acts, direction, modality, relevance, salience, stance, zones, what was
refused."""

from datetime import date

import orjson
import pytest

from dyadwatch.tagging import details, report

BODY = (
    "Assad in Tehran for talks with Khamenei\n\n"
    "By a correspondent\n\n"
    "Bashar al-Assad visited Ali Khamenei on Monday and stayed for dinner, for the first time in eight years of war.\n\n"
    "Khamenei praised his guest. Hafez al-Assad never came.\n\n"
    "A decade ago, in 2009, Khamenei had urged Assad to wait.\n\n"
    "Posters of Assad, Nasrallah and Khamenei hung in the street.\n\n"
    "Read also:\n"
    "Khamenei threatens Assad"
)


@pytest.fixture(scope="module")
def whole(tagger):
    return tagger.tag(BODY, published=date(2019, 3, 1)).watches["assad-khamenei"]


def test_main_event_types_are_the_current_ones(whole):
    """The visit and the praise are the news; what was urged ten years ago stands in a mention only."""
    assert whole.event_types == ("CONSULT", "SUPPORT")
    assert "REQUEST" in {mention.event_type for mention in whole.mentions}
    assert (whole.direction, whole.modality, whole.attribution) == ("mutual", "asserted", None)


def test_what_comes_first_is_the_main_event(tagger):
    """Two later mentions of one type weigh less than the news that they follow."""
    text = "Khamenei threatened Assad on Monday. Khamenei praised Assad in May. Khamenei praised Assad again in June."
    tagged = tagger.tag(text, language="en").watches["assad-khamenei"]
    assert [mention.event_type for mention in tagged.mentions] == ["THREATEN", "SUPPORT", "SUPPORT"]
    assert tagged.event_types == ("THREATEN", "SUPPORT")


def test_zones_are_found_in_the_text(whole):
    """Headline, first paragraph of some length, the rest, links to other articles."""
    zones = {zone.kind: BODY[zone.start : zone.end] for zone in whole.zones}
    assert list(zones) == ["headline", "lead", "body", "related"]
    assert zones["headline"] == "Assad in Tehran for talks with Khamenei"
    assert zones["lead"].startswith("Bashar al-Assad visited")
    assert zones["related"].startswith("Read also")


def test_an_article_goes_on_after_links_in_its_midst(tagger):
    """A paragraph of several sentences is no link; without one all that follows is links."""
    opening = "Bashar al-Assad spoke in Damascus. " * 8
    links = "Read also:\nKhamenei threatens Assad\nWheat is dearer\n"
    prose = "The harvest was poor, officials said, and the stores will be empty before the winter ends. " * 2
    meeting = "Assad then met Ali Khamenei, his office said."
    text = f"{opening}\n{links}{prose}{meeting}\nRead also:\nKhamenei buries Assad"
    tagged = tagger.tag(text, language="en", published=date(2019, 3, 1)).watches["assad-khamenei"]
    assert [mention.evidence.quote for mention in tagged.mentions if mention.level != "state"] == [meeting]
    assert [zone.kind for zone in tagged.zones] == ["lead", "related", "body", "related"]
    assert {item.quote for item in tagged.suppressed if item.reason == "related_links"} == {
        "Khamenei threatens Assad",
        "Khamenei buries Assad",
    }
    only_links = text.replace(prose, "")
    tagged = tagger.tag(only_links, language="en", published=date(2019, 3, 1)).watches["assad-khamenei"]
    assert not tagged.relationship


def test_what_one_says_of_the_others_fall_is_no_tie(tagger):
    """Where it befalls the speaker too it is one."""
    said, suffered = (
        tagger.tag(text, language="en", published=date(2024, 12, 11)).watches["assad-khamenei"].relationship
        for text in (
            "Khamenei said Assad's fall had been planned abroad.",
            "Assad's fall is a defeat for Khamenei.",
        )
    )
    assert (said, suffered) == (False, True)


def test_suppressed_items_have_a_reason(whole):
    """A namesake, a picture in a list, and a link to another article."""
    reasons = {item.reason: item.quote for item in whole.suppressed}
    assert reasons["namesake"] == "Hafez al-Assad"
    assert reasons["related_links"] == "Khamenei threatens Assad"
    assert reasons["portrait"].startswith("Posters of")
    assert all(BODY[item.start : item.end] == item.quote and item.rule for item in whole.suppressed)


@pytest.mark.parametrize(
    ("text", "published", "reason"),
    [
        ("The Syrian president never met Ali Khamenei and said so.", date(2025, 5, 1), "expired_role"),
        ("Dr Nadir Assad slept. Khamenei prayed.", date(2015, 5, 1), "other_person"),
        ("Khamenei supports the Assad regime. Bashar al-Assad slept.", date(2015, 5, 1), "metonym"),
        ("An adviser to Khamenei visited Assad.", date(2015, 5, 1), "aide_only"),
        ("Putin, who had met Assad, wrote to Khamenei.", date(2015, 5, 1), "third_party"),
        ("Assad opened a school; Khamenei prayed.", date(2015, 5, 1), "separate_clauses"),
        ("A portrait of Assad hung beside one of Khamenei.", date(2015, 5, 1), "portrait"),
        ("Sanctions lists name Assad, Maduro and Khamenei.", date(2020, 6, 18), "list"),
        ("Damascus and Tehran signed an agreement.", date(2015, 5, 1), "state_only"),
    ],
)
def test_each_reason_occurs(tagger, text, published, reason):
    """What is found and is no alert says why."""
    tagged_text = tagger.tag(text, language="en", published=published, watches={"assad-khamenei"})
    tagged = tagged_text.watches["assad-khamenei"]
    assert not tagged.relationship
    assert reason in {item.reason for item in tagged.suppressed}


def test_stance_is_per_direction_and_counts_factual_mentions(tagger):
    """The mean score of the acts that happened, a tenth of PLOVER's; hypothetical ones do not count."""
    text = "Khamenei praised Assad. Khamenei blamed Assad. Assad may thank Khamenei."
    stance = tagger.tag(text, language="en", published=date(2018, 3, 1)).watches["assad-khamenei"].stance
    assert (stance["b->a"].count, stance["b->a"].score) == (2, pytest.approx((5 - 2) / 20))
    assert (stance["a->b"].count, stance["a->b"].score) == (0, 0.0)


def test_relevance_and_salience_rise_with_the_evidence(tagger, whole):
    """A text about the two is more relevant than one that mentions them once."""
    once = "Rain fell. " * 40 + "Khamenei praised Assad. " + "Rain fell. " * 40
    passing = tagger.tag(once, language="en", published=date(2018, 3, 1)).watches["assad-khamenei"]
    assert 0 < passing.relevance < whole.relevance <= 1
    late, early = (
        tagger.tag(text, language="en", published=date(2018, 3, 1)).watches["assad-khamenei"].relevance
        for text in (
            "Rain fell. " * 11 + "Khamenei praised Assad. " + "Rain fell. ",
            "Rain fell. Khamenei praised Assad. " + "Rain fell. " * 11,
        )
    )
    assert late < 0.5 < early  # from which on alerts call a pair the subject of an article
    assert 0 < passing.salience["a"] < whole.salience["a"] <= 1


def test_attribution_carries_through_a_paragraph(tagger):
    """What a paragraph tells on, naming neither again, is still said by its source; the next paragraph is
    not."""
    text = (
        "Khamenei urged Assad to wait, according to a diplomat. He told him so twice.\n"
        "Khamenei praised Assad in public.\n"
    )
    mentions = tagger.tag(text, language="en", published=date(2018, 3, 1)).watches["assad-khamenei"].mentions
    assert [mention.modality for mention in mentions] == ["reported", "reported", "asserted"]
    assert mentions[1].attribution.speaker == "a diplomat"


def test_an_agency_is_named(tagger):
    """The agency through which a claim came stands beside its speaker."""
    text = "Assad will thank Khamenei, an official told Reuters."
    (mention,) = (
        tagger.tag(text, language="en", published=date(2018, 3, 1)).watches["assad-khamenei"].mentions
    )
    assert mention.attribution.agency == "Reuters"


def test_details_add_fields_to_the_report(tagger):
    """The two together are JSON; a text that names nobody has empty ones, and an unknown language is a
    reason."""
    tagged = tagger.tag(BODY, published=date(2019, 3, 1))
    answer = orjson.loads(
        orjson.dumps({**report(tagged, "assad-khamenei"), **details(tagged, "assad-khamenei")})
    )
    assert answer["event_types"] == ["CONSULT", "SUPPORT"]
    assert answer["stance"]["b->a"]["count"] >= 1
    nothing = details(tagger.tag("12345 67890"), "assad-khamenei")
    assert (nothing["event_types"], nothing["direction"], nothing["relevance"]) == ((), None, 0.0)
    assert [item.reason for item in nothing["suppressed"]] == ["unknown_language"]


def test_a_mention_has_the_lexicon_version(whole):
    """The same lexicons, the same version."""
    assert len({mention.lexicon_version for mention in whole.mentions}) == 1
    assert len(whole.mentions[0].lexicon_version) == 12
