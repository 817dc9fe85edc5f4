"""Which texts were taken from another: cut, led and headlined anew, but not two reports of one speech."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from dyadwatch.model.articles import OriginClaim
from dyadwatch.stories import CopyCandidate, CopyFacts, find_copy

DAY = datetime(2026, 3, 2, tzinfo=UTC)
CASES = yaml.load(Path(__file__).with_name("copies.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
WIRES = CASES["wires"]
REUTERS = OriginClaim("family:reuters", "Reuters", "credit", known=True)
AFP = OriginClaim("family:afp", "AFP", "credit", known=True)
REUTERS_ITSELF = OriginClaim("family:reuters", "Reuters", "source", known=True)
PAPER = OriginClaim("family:paper", "A Paper", "source", known=True)


def facts(name, text, claim=None, origin_url=None, at=DAY):
    headline, _, body = text.strip().partition("\n\n")
    return CopyFacts(f"https://{name}.test/", headline, body, at, origin_url, claim)


def candidate(one, root=1):
    return CopyCandidate(root, story=10 * root, facts=one)


@pytest.mark.parametrize("name", CASES["copies"])
def test_a_copy_is_a_copy(name):
    """Whichever of the two comes first."""
    wire, copy = facts("wire", WIRES[name.split(",")[0]]), facts("copy", CASES["copies"][name])
    for new, old in ((copy, wire), (wire, copy)):
        copy_of, original = find_copy(new, [candidate(old)])
        assert (copy_of.root, original.story) == (1, 10)
        assert sum(copy_of.features.values()) > 0


@pytest.mark.parametrize("name", CASES["others"])
def test_another_report_of_the_same_is_none(name):
    wire, other = facts("wire", WIRES[name.split(",")[0]]), facts("other", CASES["others"][name])
    assert find_copy(other, [candidate(wire)]) is None
    assert find_copy(wire, [candidate(other)]) is None


def test_the_text_that_shares_most_is_the_one_copied():
    wire, other = facts("wire", WIRES["visit"]), facts("other", WIRES["grain"])
    copy_of, _ = find_copy(facts("copy", WIRES["visit"]), [candidate(other, 1), candidate(wire, 2)])
    assert copy_of.root == 2


@pytest.mark.parametrize(
    ("of_new", "of_old", "term"),
    [
        (REUTERS, REUTERS, "credit"),
        (REUTERS, REUTERS_ITSELF, "credit"),
        (REUTERS, AFP, "other_credit"),
        (REUTERS, PAPER, None),
        (PAPER, None, None),
        (PAPER, PAPER, None),
    ],
)
def test_a_shared_credit_speaks_for_a_copy_and_another_one_against_it(of_new, of_old, term):
    wire = WIRES["visit"]
    copy_of, _ = find_copy(facts("new", wire, of_new), [candidate(facts("old", wire, of_old))])
    assert {"credit", "other_credit"} & copy_of.features.keys() == ({term} if term else set())


def test_a_link_to_the_original_speaks_for_a_copy():
    wire = WIRES["visit"]
    old = facts("old", wire)
    copy_of, _ = find_copy(facts("new", wire, origin_url=old.url), [candidate(old)])
    assert copy_of.features["link"] > 0


def test_after_a_week_only_what_is_the_same_is_a_copy():
    """A recurring report keeps half of its words; a text that is published again keeps all."""
    wire, later = WIRES["visit"], DAY + timedelta(days=9)
    cut = CASES["copies"]["visit, cut after a third behind a new lead"]
    assert find_copy(facts("new", cut, at=later), [candidate(facts("old", wire))]) is None
    assert find_copy(facts("new", wire, at=later), [candidate(facts("old", wire))]) is not None


def test_texts_without_words_are_no_copies():
    assert find_copy(facts("new", ""), [candidate(facts("old", ""))]) is None
