"""Plain sentences of the news in which one actor does something to the other, written before anyone looked at
what the lexicons hold: the floors are what the tagger reaches, and only rise.

An item is {e: types that are right, d: direction or directions, t: text}; without `e` the text relates
nothing."""

from collections import Counter
from pathlib import Path

import pytest
import yaml
from tagging.marked import unmarked
from tagging.scores import below

from dyadwatch.tagging import Tagger, parse_watch

pytestmark = pytest.mark.no_cover

PLAIN = Path(__file__).parent / "plain"
FLOORS = yaml.load((PLAIN / "floors.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)


@pytest.fixture(scope="module")
def plain():
    return Tagger(
        [parse_watch(yaml.load((PLAIN / "watch.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader))]
    )


@pytest.mark.parametrize("language", FLOORS)
def test_plain_sentences_of_a_language_keep_their_floors(plain, language):
    """Who is related, by which type of event, in which direction, and who is not."""
    path = PLAIN / f"{language}.yaml"
    assert (
        below(
            shares(plain, language, yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)),
            FLOORS[language],
        )
        == {}
    )


def shares(tagger, language, examples):
    """Of the sentences that relate the two, which share is found, typed and directed rightly; of the others,
    which share relates nothing."""
    counts = Counter()
    for example in examples:
        text, _, _ = unmarked(example["t"])
        tagged = tagger.tag(text, language=language).watches.get("plain")
        related = bool(tagged and tagged.relationship)
        if "e" not in example:
            counts["unrelated"] += 1
            counts["silence"] += not related
            continue
        counts["related"] += 1
        if related:
            mention = tagged.mentions[0]
            counts["relationship"] += 1
            counts["event_type"] += mention.event_type in example["e"]
            counts["direction"] += str(mention.direction) in example["d"]
    positive = ("relationship", "event_type", "direction")
    return {
        **{name: counts[name] / counts["related"] for name in positive},
        "silence": counts["silence"] / counts["unrelated"],
    }


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "Путин смягчил ограничения против Эрдогана."),
        ("ar", "رفع بوتين العقوبات عن أردوغان."),
        ("tr", "Putin, Erdoğan'a yönelik kısıtlamaları hafifletti."),
    ],
)
def test_who_eases_a_measure_concedes(plain, language, text):
    """The verb governs the measure, before it or, where verbs end the sentence, after it."""
    assert plain.tag(text, language=language).watches["plain"].mentions[0].event_type == "CONCEDE"


def test_a_preposition_that_is_spelled_as_a_given_name_makes_no_stranger(plain):
    """Arabic "on" and the name Ali are one word once letters are folded."""
    tagged = plain.tag("فرض بوتين عقوبات على أردوغان.", language="ar").watches["plain"]
    assert [mention.event_type for mention in tagged.mentions] == ["SANCTION"]


def test_a_word_for_an_act_that_is_part_of_a_name_is_none():
    """Hebrew "India" is spelled as "thanked"."""
    names = {"a": "הודו", "b": "קנדה"}
    actors = {side: {"name": name, "names": {"he": [name]}} for side, name in names.items()}
    tagger = Tagger([parse_watch({"id": "states", "title": "India and Canada", "actors": actors})])
    tagged = tagger.tag("הודו הסכימה להיפגש עם שגריר קנדה.", language="he").watches["states"]
    assert {mention.event_type for mention in tagged.mentions} == {"CONSULT", "AGREE"}
