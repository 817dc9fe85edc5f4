"""MinHash signatures: how much two texts share, from 512 bytes of each."""

import struct
from hashlib import blake2b

from rensa import RMinHash

from dyadwatch.text import bounds
from dyadwatch.text.words import words

PERMUTATIONS = 128
SHINGLE = 5
# 32 bands of 4 rows: texts of Jaccard 0.6 share a band with 1 - (1 - 0.6**4)**32 = 0.988, unrelated ones
# (Jaccard 0.09 and less) with at most 0.002.
ROWS = 4
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


def bands(signature: bytes) -> tuple[int, ...]:
    """32 signed 64-bit integers; texts of Jaccard 0.6 have at least one in common with probability 0.988."""
    width = ROWS * 4
    return tuple(
        int.from_bytes(
            blake2b(
                signature[start : start + width], digest_size=8, person=b"band%d" % (start // width)
            ).digest(),
            "big",
            signed=True,
        )
        for start in range(0, len(signature), width)
    )


def similarity(a: bytes, b: bytes) -> float:
    """Estimated Jaccard similarity, 0 to 1, of two texts by
    their signatures (standard error at most 0.045)."""
    if not a or not b:
        return 0.0
    pairs = zip(struct.unpack(_FORMAT, a), struct.unpack(_FORMAT, b), strict=True)
    return float(sum(left == right for left, right in pairs)) / PERMUTATIONS
