"""The keys by which copies are looked up: the same everywhere, and shared by what was cut from a text."""

import random

import pytest

from dyadwatch.stories import shingle_keys

WORDS = [f"word{number}" for number in range(2_000)]


def text(seed, length):
    return " ".join(random.Random(seed).choices(WORDS, k=length))


def test_keys_are_the_same_on_every_machine():
    """Stored keys are looked up with new ones for weeks."""
    keys = shingle_keys("The minister arrived in the capital on Tuesday, the agency said.")
    assert keys == (
        -5195172445104983625,
        -4673449364808609976,
        -2485364137269670885,
        -471776830906429912,
        5597557148434597204,
        6478977316887470737,
        9048635995184491664,
    )
    assert shingle_keys("THE MINISTER arrived in the capital; on Tuesday, the agency said!") == keys


def test_a_text_has_at_most_24_keys_that_fit_a_bigint_column():
    keys = shingle_keys(text(1, 400))
    assert len(set(keys)) == 24
    assert all(-(2**63) <= key < 2**63 for key in keys)
    assert shingle_keys("only four words here") == ()


@pytest.mark.parametrize(("kept", "least"), [(0.7, 1.0), (0.35, 1.0), (0.15, 0.9)])
def test_a_part_of_a_text_behind_another_lead_shares_keys_with_it(kept, least):
    """Of 60 texts of 400 words."""
    found = 0
    for seed in range(60):
        whole = text(seed, 400)
        part = f"{text(seed + 1_000, 16)} {' '.join(whole.split()[16 : int(16 + 400 * kept)])}"
        found += not set(shingle_keys(whole)).isdisjoint(shingle_keys(part))
    assert found / 60 >= least


def test_strangers_share_no_keys():
    keys = [set(shingle_keys(text(seed, 400))) for seed in range(50)]
    assert len(set.union(*keys)) == 50 * 24
