"""What the words of a clause speak for, beside what the lexicons know."""

import collections
from pathlib import Path

import pytest
from tagging.clauses import clause
from tagging.marked import read_acts

from dyadwatch.tagging.events.acting import ACTORS
from dyadwatch.tagging.events.coder import code_events
from dyadwatch.tagging.events.context import LABELS
from dyadwatch.tagging.events.plover import EVENT_TYPES
from dyadwatch.tagging.events.wordings import (
    Wordings,
    actor_shares,
    heaviest_word,
    placed_stems,
    shipped_wordings,
    stems,
    type_shares,
    weigh,
)
from dyadwatch.tagging.lexicons.lexicon import LANGUAGES

FILES = sorted((Path(__file__).parent / "acts").glob("*.tsv"))
MODALITIES = {"asserted", "reported", "hypothetical", "negated", "historical"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_sentences_of_a_file_are_labelled_as_its_readme_says(path):
    acts = list(read_acts(path))
    assert {act.event_type for act in acts} <= {*EVENT_TYPES, None}
    assert {act.modality for act in acts} <= MODALITIES
    assert {act.direction for act in acts} <= {"a->b", "b->a", "mutual"}
    assert all(start < end for act in acts for start, end in (act.a, act.b))
    assert not [text for text, count in collections.Counter(act.text for act in acts).items() if count > 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_weights_for_every_label(language):
    shipped = shipped_wordings(language)
    assert {field: tuple(one.labels) for field, one in shipped.items()} == {"type": LABELS, "actor": ACTORS}
    for one in shipped.values():
        assert {len(row) for row in (one.bias, *one.stems.values())} == {len(one.labels)}


def test_a_language_without_weights_speaks_for_nothing():
    assert shipped_wordings("xx") == {}


def test_shares_sum_to_one_and_the_largest_is_first():
    wordings = Wordings(["calm", "storm"], [0, 5], {"wind": [0, 30], "sun": [40, 0]})
    assert list(weigh({"wind", "rain"}, wordings)) == ["storm", "calm"]
    assert list(weigh({"sun"}, wordings)) == ["calm", "storm"]
    assert sum(weigh({"sun", "wind"}, wordings).values()) == pytest.approx(1)
    assert weigh(set(), wordings)["storm"] > 0.5


def test_many_words_are_not_surer_than_one_that_says_as_much():
    wordings = Wordings(
        ["calm", "storm"], [0, 0], {name: [0, 10] for name in ("wind", "gust", "gale", "hail")}
    )
    assert weigh({"wind"}, wordings)["storm"] < weigh(set(wordings.stems), wordings)["storm"] < 0.9


def test_stems_are_the_first_letters_of_words_but_for_the_names():
    one = clause("en", "Tankers of {a:Arden} lie off {b:Bel City}, at anchor")
    assert {stem for stem, _ in stems(one)} == {"tank", "tanker", "of", "lie", "off", "at", "anch", "anchor"}


def test_stems_of_chinese_are_runs_of_its_characters():
    one = clause("zh", "{a:阿登}访问{b:贝尔}")
    assert {stem for stem, _ in stems(one)} == {"访", "问", "访问"}


def test_words_beside_the_two_are_told_from_those_farther_away():
    placed = placed_stems(clause("en", "On Monday {a:Arden} got weapons from {b:Bel} at last"))
    assert {"before first monday", "after first got", "before last from", "after last at"} <= placed
    assert {"between weapon", "after at", "before on"} <= placed


@pytest.mark.parametrize(
    ("sentence", "event_type"),
    [
        ("{a:Arden} idles along the river, gun barrels towards {b:Bel}", "MOBILIZE"),
        ("Under one roof physicists from {a:Arden} and {b:Bel} wind the same magnets", "COOPERATE"),
    ],
)
def test_an_act_in_no_lexicon_is_typed_where_its_words_are_sure(sentence, event_type):
    one = clause("en", sentence)
    (event,) = code_events(one)
    assert (event.cue.payload.type, event.cue.payload.id) == (event_type, f"wording_{event_type.lower()}")
    start, end = heaviest_word(one, event_type)
    assert (event.cue.start, event.cue.end) == (start, end)
    assert len(one.folded_text[start:end]) >= 4


def test_words_show_who_acts_where_both_are_named():
    shares = actor_shares(clause("en", "{a:Arden} was praised for its courage by {b:Bel} on Monday"))
    assert next(iter(shares)) == "last"
    assert sum(shares.values()) == pytest.approx(1)


def test_types_are_shared_among_all_labels():
    shares = type_shares(clause("en", "Rockets from {a:Arden} killed four people in the harbour of {b:Bel}"))
    assert set(shares) == set(LABELS)
    assert next(iter(shares)) == "ASSAULT"
