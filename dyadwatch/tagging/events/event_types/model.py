"""The linear model of event types: weights of named features,
fitted by benchmarks/train_events.py, kept in model.json."""

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

import orjson


@dataclass(frozen=True, slots=True)
class Model:
    """A multinomial logistic regression. `weights`: feature -> a weight per class."""

    version: str
    classes: tuple[str, ...]
    weights: Mapping[str, tuple[float, ...]]

    def confidences(self, features: Sequence[str]) -> list[tuple[str, float]]:
        """Each class with its share of 1, highest first; equal ones in order of name."""
        rows = [self.weights[name] for name in features if name in self.weights]
        sums = [sum(column) for column in zip(*rows, strict=True)] or [0.0] * len(self.classes)
        highest = max(sums)
        shares = [math.exp(value - highest) for value in sums]
        total = sum(shares)
        found = [(name, share / total) for name, share in zip(self.classes, shares, strict=True)]
        return sorted(found, key=lambda item: (-item[1], item[0]))

    def reasons(self, features: Sequence[str], name: str, most: int) -> dict[str, float]:
        """The features that speak most for or against a class, with their weights, heaviest first."""
        index = self.classes.index(name)
        told = [
            (feature, weight)
            for feature in features
            if (row := self.weights.get(feature)) is not None and (weight := row[index])
        ]
        told.sort(key=lambda item: (-abs(item[1]), item[0]))
        return dict(told[:most])


def read_model(document: bytes) -> Model:
    """A model from JSON: {"version", "classes", "weights": {feature: [a weight per class]}}."""
    found = orjson.loads(document)
    return Model(
        version=found["version"],
        classes=tuple(found["classes"]),
        weights={name: tuple(map(float, row)) for name, row in found["weights"].items()},
    )


@functools.cache
def shipped_model() -> Model:
    """The model that ships with this package."""
    return read_model((files(__package__) / "model.json").read_bytes())
