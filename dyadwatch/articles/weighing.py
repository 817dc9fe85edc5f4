"""Weighing: a decision by the sum of the weights of named features, which are data beside this module."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

import orjson

Scores = Mapping[str, int]  # feature -> weight in hundredths


@cache
def read_weights(name: str) -> Scores:
    """The weights of a file, by feature."""
    weights: Scores = orjson.loads((files(__package__) / name).read_bytes())["weights"]
    return weights


def score(names: Iterable[str], by_feature: Scores) -> int:
    """The sum of the weights of features; those that have none count for nothing."""
    return sum(by_feature.get(name, 0) for name in names)
