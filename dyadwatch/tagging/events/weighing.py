"""Weighing: a choice among labels by a multinomial logistic regression over named features. The weights, in
hundredths, are data beside this module, fitted by benchmarks/train_direction.py and train_modality.py."""

from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from typing import Any, TypeVar

import orjson

Label = TypeVar("Label", bound=str)

Weights = Mapping[str, Sequence[int]]  # feature -> a weight for each label, in the order of the labels


def read_weights(name: str, package: str = __package__) -> Mapping[str, Any]:
    """The weights of a file of a package, by feature."""
    weights: Mapping[str, Any] = orjson.loads((files(package) / name).read_bytes())["weights"]
    return weights


def likeliest(names: Iterable[str], weights: Weights, labels: Sequence[Label]) -> Label:
    """The label with the highest sum of weights; of equal ones the first."""
    rows = filter(None, map(weights.get, names))
    sums = list(map(sum, zip(*rows, strict=True))) or [0]
    return labels[sums.index(max(sums))]
