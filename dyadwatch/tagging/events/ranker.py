"""The ranker of event types: weights of named features and of the context of a clause, fitted by
benchmarks/train_events.py, kept in weights.json."""

import functools
import math
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from itertools import repeat
from typing import NamedTuple

import orjson

from dyadwatch.tagging.events.context import LABELS

Ranking = list[tuple[str, float]]  # labels with their shares of 1, highest first


class Weights(NamedTuple):
    """`features`: a weight of each, whatever label it speaks for; `context`: name -> a weight in hundredths
    for each of LABELS."""

    features: Mapping[str, float]
    context: Mapping[str, Sequence[int]]


@functools.cache
def shipped_weights() -> Weights:
    document = orjson.loads((files(__package__) / "weights.json").read_bytes())
    return Weights(document["weights"], document["context"])


def rank(by_label: Mapping[str, Iterable[str]], weights: Weights, context: Iterable[str] = ()) -> Ranking:
    """Each label with its share of 1, highest first: a softmax over the sums of the weights of its features
    and of the context; equal ones in order of name."""
    rows = filter(None, map(weights.context.get, context))
    of_context = dict(zip(LABELS, map(sum, zip(*rows, strict=True)), strict=False))
    sums = {
        label: sum(map(weights.features.get, names, repeat(0.0))) + of_context.get(label, 0) / 100
        for label, names in by_label.items()
    }
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
