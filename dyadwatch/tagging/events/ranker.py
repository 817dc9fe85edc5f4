"""The ranker of event types: weights of named features, fitted by benchmarks/train_events.py, kept in
weights.json."""

import functools
import math
from collections.abc import Iterable, Mapping
from itertools import repeat

from dyadwatch.tagging.events.weighing import read_weights

Ranking = list[tuple[str, float]]  # labels with their shares of 1, highest first


@functools.cache
def shipped_weights() -> Mapping[str, float]:
    """Feature -> weight."""
    return read_weights("weights.json")


def rank(by_label: Mapping[str, Iterable[str]], weights: Mapping[str, float]) -> Ranking:
    """Each label with its share of 1, highest first: a softmax over the sums of its features' weights;
    equal ones in order of name."""
    sums = {label: sum(map(weights.get, names, repeat(0.0))) for label, names in by_label.items()}
    highest = max(sums.values())
    shares = {label: math.exp(value - highest) for label, value in sums.items()}
    total = sum(shares.values())
    return sorted(
        ((label, share / total) for label, share in shares.items()), key=lambda item: (-item[1], item[0])
    )


def reasons(names: Iterable[str], weights: Mapping[str, float], maximum: int) -> dict[str, float]:
    """The features that weigh most, for or against, heaviest first."""
    pairs = [(name, weights[name]) for name in names if name in weights]
    pairs.sort(key=lambda item: (-abs(item[1]), item[0]))
    return dict(pairs[:maximum])
