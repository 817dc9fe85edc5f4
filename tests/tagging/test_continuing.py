"""Sentences that go on about the two, in a text that relates them in others."""

from datetime import date

import pytest

from dyadwatch.tagging import Tagger, parse_watch, shipped_watches

SAID = '"We have stood together in hard years," Khamenei said.'
HEADLINE = "Assad and Khamenei meet in Tehran"
MET = "Bashar al-Assad met Ali Khamenei in Tehran on Monday."
THANKED = "Assad thanked Khamenei for his support."


def mentions(text, tagger):
    verdict = tagger.tag(text, language="en", published=date(2019, 3, 1)).watches["assad-khamenei"]
    return {mention.evidence.quote: mention for mention in verdict.mentions}


def test_a_sentence_that_names_one_amid_what_relates_the_two_is_evidence(tagger):
    """It is explained by where it stands; the actor whom it leaves out is the one named last."""
    going_on = mentions(f"{HEADLINE}\n\n{MET} {SAID} {THANKED}", tagger)[SAID]
    assert {"since related 1", "until related 1"} <= going_on.features.keys()
    assert 0.5 <= going_on.confidence < 0.9
    assert [going_on.actors[side][0].surface for side in "ab"] == ["Bashar al-Assad", "Khamenei"]


@pytest.mark.parametrize(
    "text",
    [
        f"{HEADLINE}\n\n{MET} Rain fell. It was cold. The trains were late. Buses too. Khamenei is 79 years old.",
        f"Assad lives in Moscow\n\nAssad has a flat there. {SAID} It is cold.",
        f"{MET} Khamenei likes old books.",
    ],
    ids=["far from it", "in a text that relates them nowhere", "in a text of two sentences"],
)
def test_what_only_names_one_is_no_evidence(tagger, text):
    assert mentions(text, tagger).keys() <= {HEADLINE, MET}


def test_a_watch_refuses_what_goes_on_by_its_phrases():
    document = {**shipped_watches()[0], "guards": {"phrases": ["stood together"]}}
    assert SAID not in mentions(f"{HEADLINE}\n\n{MET} {SAID} {THANKED}", Tagger([parse_watch(document)]))


@pytest.mark.parametrize(
    ("sentence", "goes_on"), [("Khamenei met with nurses.", True), ("Khamenei likes old books.", False)]
)
def test_an_act_decides_where_what_stands_around_a_sentence_does_not(tagger, sentence, goes_on):
    assert (sentence in mentions(f"{HEADLINE}\n\n{MET} {sentence} {THANKED}", tagger)) is goes_on
