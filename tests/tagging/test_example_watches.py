"""Pairs that are data alone: two presidents, a state and an organisation, two organisations."""

from datetime import date
from pathlib import Path

import pytest
import yaml
from tagging.scores import below, items, scored

from dyadwatch.tagging import Tagger, check_watch, example_watches, parse_watch, shipped_watches

pytestmark = pytest.mark.no_cover

GUIDE = Path(__file__).parents[2] / "docs" / "watches.md"
CASES = Path(__file__).parent / "watch_cases"
DOCUMENTS = {document["id"]: document for document in example_watches()}
FLOORS = {"relationship": 0.95, "event_type": 0.95, "direction": 0.95, "modality": 0.9}


@pytest.fixture(scope="module")
def together():
    """All examples beside the shipped watch in one tagger: none disturbs another."""
    return Tagger([parse_watch(document) for document in (*shipped_watches(), *DOCUMENTS.values())])


@pytest.mark.parametrize("watch", sorted(DOCUMENTS))
def test_an_example_keeps_its_floors(together, watch):
    """Relationship, event types, directions and modality on items in many languages, half of them
    negative."""
    assert below(scored(together, watch, items(CASES / f"{watch}.yaml")), FLOORS) == {}


@pytest.mark.parametrize("watch", sorted(DOCUMENTS))
def test_an_example_has_forty_items(watch):
    """Forty items or more, half of them negative."""
    examples = items(CASES / f"{watch}.yaml")
    assert len(examples) >= 40
    assert sum(item["r"] for item in examples) * 2 == len(examples)


def test_examples_are_not_installed():
    """What ships as active is the default pair alone."""
    assert {document["id"] for document in shipped_watches()}.isdisjoint(DOCUMENTS)
    assert len(DOCUMENTS) >= 3


@pytest.mark.parametrize(
    ("watch", "text", "published", "related"),
    [
        ("erdogan-putin", "The Russian president thanked Erdogan.", "2010-05-12", False),
        ("erdogan-putin", "The Russian president thanked Erdogan.", "2014-05-12", True),
        ("iran-iaea", "Amano thanked Iran.", "2012-05-12", True),
        ("iran-iaea", "Amano thanked Iran.", "2021-05-12", False),
        ("eu-mercosur", "Juncker thanked Mercosur.", "2018-05-12", True),
        ("eu-mercosur", "Juncker thanked Mercosur.", "2022-05-12", False),
    ],
)
def test_offices_of_other_pairs_are_dated(together, watch, text, published, related):
    """Who holds an office acts for the actor while he holds it."""
    tagged = together.tag(text, published=date.fromisoformat(published), watches={watch})
    verdict = tagged.watches.get(watch)
    assert bool(verdict and verdict.relationship) is related


def test_part_of_a_full_name_is_his(together):
    """One of his given names before the family name; another's is refused."""
    for name, surfaces in (("Recep Erdogan", ["Erdogan"]), ("Mehmet Erdogan", [])):
        tagged = together.tag(
            f"Vladimir Putin held a breakfast meeting with {name} at a resort on the coast.",
            watches={"erdogan-putin"},
        )
        assert [surface.surface for surface in tagged.watches["erdogan-putin"].actors["a"]] == surfaces


def test_the_watch_of_the_guide_is_valid(together):
    """The watch with all fields that docs/watches.md shows is valid and does what the guide says of it."""
    tagger = Tagger([parse_watch(yaml.safe_load(_blocks()[1]))])

    def related(text, published):
        verdict = tagger.tag(text, published=published, watches={"aurelia-borealis"}).watches.get(
            "aurelia-borealis"
        )
        return bool(verdict and verdict.relationship)

    assert related("The Aurelian queen thanked the Borealis Union.", date(2010, 1, 1))
    assert not related("The Aurelian queen thanked the Borealis Union.", date(2024, 1, 1))
    assert related("The former queen thanked the Borealis Union.", date(2024, 1, 1))
    assert not related("Lake Ida froze, the Borealis Union said.", date(2010, 1, 1))
    assert related("Brandt praised Ida Stone.", date(2021, 1, 1))


def test_the_watch_of_five_minutes_finds_what_the_guide_says():
    """Names, who acts when and the words for the countries suffice."""
    document = yaml.safe_load(_blocks()[0])
    assert check_watch(parse_watch(document), document) == []
    text = "A Venezuelan coast guard vessel entered its waters on Saturday, the Guyanese government said."
    tagged = Tagger([parse_watch(document)]).tag(text, published=date(2025, 3, 1)).watches[document["id"]]
    assert tagged.relationship
    assert [surface.surface for surface in tagged.actors["a"]] == ["Venezuelan coast guard"]
    assert [surface.surface for surface in tagged.actors["b"]] == ["Guyanese government"]


def _blocks():
    """The YAML documents of the guide."""
    return [part.split("```")[0] for part in GUIDE.read_text(encoding="utf-8").split("```yaml\n")[1:]]
