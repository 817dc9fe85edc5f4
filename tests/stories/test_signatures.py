"""Signatures of texts: the same everywhere, near for near texts."""

import random
from hashlib import sha256

import pytest

from dyadwatch.stories import PERMUTATIONS, signature, similarity

WORDS = [f"word{number}" for number in range(2_000)]


def text(seed, length=400):
    return " ".join(random.Random(seed).choices(WORDS, k=length))


def pair_of(jaccard, seed, shingles=600):
    """Two texts whose word 5-shingles have about this Jaccard
    similarity: a shared head and tails of their own."""
    shared = round(2 * shingles * jaccard / (1 + jaccard))
    head, rest = text(seed, shared), shingles - shared
    return f"{head} {text(seed + 10_000, rest)}", f"{head} {text(seed + 20_000, rest)}"


def test_signature_is_the_same_on_every_machine():
    """Stored signatures are compared with new ones for years:
    another library's result would not match them."""
    value = signature("The minister arrived in the capital on Tuesday, the agency said.")
    assert len(value) == 4 * PERMUTATIONS
    assert sha256(value).hexdigest() == "c610ca7d718a8b2dcba46e3033046c36b235ef7b0c0205566af22ac24fbb5330"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Minister ARRIVED in the capital", "the minister arrived in the capital!"),
        ("وَصَلَ الوزير إلى العاصمة دمشق", "وصل الوزير إلى العاصمة دمشق"),
        ("رئيس الجمهوريــة يستقبل وفدا من طهران", "رئيس الجمهورية يستقبل وفدا من طهران"),
        ("\u200fוועדה הגיעה לבירה ביום שלישי", "וועדה הגיעה לבירה ביום שלישי"),
    ],
)
def test_case_marks_and_spacing_do_not_count(one, other):
    """What copies change without meaning it."""
    assert similarity(signature(one), signature(other)) == 1


def test_short_and_empty_texts():
    """Fewer than five words are one shingle; none are like nothing."""
    assert similarity(signature("two words"), signature("Two words.")) == 1
    assert similarity(signature("two words"), signature("two others")) == 0
    assert signature(" … ") == b""
    assert similarity(b"", b"") == 0


@pytest.mark.parametrize("jaccard", [0.1, 0.3, 0.6, 0.9])
def test_similarity_estimates_jaccard(jaccard):
    """Within four standard errors of 0.045."""
    one, other = pair_of(jaccard, 7)
    assert similarity(signature(one), signature(other)) == pytest.approx(jaccard, abs=0.18)
