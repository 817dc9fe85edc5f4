"""What comes from outside is read, or refused by an error of ours. `scripts/fuzz parsers` tries far more."""

import pytest
from fuzz_targets import TARGETS


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.no_cover
def test_the_seeds_of_the_fuzzer_are_read_or_refused(name):
    for seed in TARGETS[name].seeds:
        for data in (seed, b"", seed[: len(seed) // 2], seed[::-1], seed.replace(b"a", b"\xc3"), seed * 20):
            TARGETS[name](data)
