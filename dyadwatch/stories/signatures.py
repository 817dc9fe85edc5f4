"""MinHash signatures: how much two texts share, from 512 bytes of each."""

import struct

from rensa import RMinHash

from dyadwatch.text import bounds
from dyadwatch.text.words import words

PERMUTATIONS = 128
SHINGLE = 5
_SEED = 1
_FORMAT = f"<{PERMUTATIONS}I"


def signature(text: str) -> bytes:
    """128 MinHash values (little-endian, 4 bytes each) over the word 5-shingles of `text`.

    The same on every machine. Of a text that is too long the beginning counts (see `text.bounds`). A text of
    fewer than five words is one shingle; one without words has the empty signature, similar to none.
    """
    tokens = words(text[: bounds.MAX_LENGTH])
    if not tokens:
        return b""
    starts = range(max(1, len(tokens) - SHINGLE + 1))
    shingles = {" ".join(tokens[start : start + SHINGLE]) for start in starts}
    sketch = RMinHash(num_perm=PERMUTATIONS, seed=_SEED)
    sketch.update(sorted(shingles))
    return struct.pack(_FORMAT, *sketch.digest())


def similarity(a: bytes, b: bytes) -> float:
    """Estimated Jaccard similarity, 0 to 1, of two texts by
    their signatures (standard error at most 0.045)."""
    if not a or not b:
        return 0.0
    pairs = zip(struct.unpack(_FORMAT, a), struct.unpack(_FORMAT, b), strict=True)
    return float(sum(left == right for left, right in pairs)) / PERMUTATIONS
