"""Multinomial logistic regression over named features, as events are weighed by it: how it is fitted, how
well it does on what it was not fitted on, and how its weights are written."""

import collections
from dataclasses import dataclass

import numpy as np
from labelled import ROOT, write_weights
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from dyadwatch.tagging.events.weighing import likeliest

LEAST = 4  # examples that a feature must occur in
SMALL = 5  # hundredths: features with all weights below it are left out
GROUPS = 6
UNWEIGHED = 0.2  # the share of an example of which the rules are certain: it is not what is weighed


@dataclass
class Example:
    """A clause to fit or score: its features, which labels are right, and which one is by the rules."""

    source: str
    id: str
    language: str | None
    watch: str
    fold: int
    names: set
    gold: set
    rule: str
    related: bool  # does the tagger find the relation?
    certain: bool = False  # does it take what the rules say unweighed?


@dataclass
class Regression:
    """`prior`: the weight of what the rules say before anything is seen; `penalty`: of the square of the
    distance of a weight from its prior; `shares`: of an example of a source, where not 1."""

    labels: tuple
    prior: float
    penalty: float
    shares: dict

    def fit(self, examples):
        """Feature -> a weight for each label: a softmax with the sum over all labels that are right."""
        labels = self.labels
        examples = [one for one in examples if one.gold]
        seen = collections.Counter(name for one in examples for name in one.names)
        columns = {name: index for index, name in enumerate(sorted(n for n, c in seen.items() if c >= LEAST))}
        cells = [
            (row, columns[name]) for row, one in enumerate(examples) for name in one.names if name in columns
        ]
        shape = len(examples), len(columns)
        table = csr_matrix((np.ones(len(cells)), tuple(zip(*cells, strict=True))), shape)
        right = np.array([[label in one.gold for label in labels] for one in examples], dtype=float)
        shares = np.array([[self.share_of(one)] for one in examples])
        prior = np.zeros((len(columns), len(labels)))
        for index, label in enumerate(labels):
            if f"rule {label}" in columns:
                prior[columns[f"rule {label}"], index] = self.prior

        def loss(flat):
            weights = flat.reshape(prior.shape)
            sums = table @ weights
            powers = np.exp(sums - sums.max(axis=1, keepdims=True))
            every, good = (part.sum(axis=1, keepdims=True) for part in (powers, powers * right))
            slope = table.T @ ((powers / every - powers * right / good) * shares)
            value = (shares * (np.log(every) - np.log(good))).sum()
            distance = weights - prior
            return value + self.penalty / 2 * (distance**2).sum(), (slope + self.penalty * distance).ravel()

        best = minimize(loss, prior.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 300})
        weights = best.x.reshape(prior.shape)
        return {name: [round(100 * value) for value in weights[index]] for name, index in columns.items()}

    def share_of(self, example):
        return self.shares.get(example.source, 1.0) * (UNWEIGHED if example.certain else 1.0)

    def count_right(self, examples, weights):
        """How many are right by the weights, how many by the rules, and of how many."""
        counts = np.zeros(3, dtype=int)
        for one in examples:
            if one.gold and one.related:
                label = one.rule if one.certain else likeliest(one.names, weights, self.labels)
                counts += (label in one.gold, one.rule in one.gold, 1)
        return counts

    def leave_out(self, name, examples, target, key):
        """Scores each of `target` by weights that saw none of its `key`."""
        total = np.zeros(3, dtype=int)
        for value in sorted({key(one) for one in target}):
            weights = self.fit([one for one in examples if key(one) != value])
            total += self.count_right([one for one in target if key(one) == value], weights)
        show(name, total)

    def report(self, examples, watches, *, final):
        """The shares of the rules and of weights fitted without the pair, the language or (of real openings)
        the fold of the text; of the cases by weights that did not see them, of plain sentences by those that
        saw none of their language. The fifth of the corpus that is left out is scored where `final`."""
        seen = [one for one in examples if one.source != "corpus" or one.fold]
        groups = {watch: number % GROUPS for number, watch in enumerate(sorted(watches))}
        corpus, wild, cases = (
            [one for one in seen if one.source == name] for name in ("corpus", "wild", "cases")
        )
        self.leave_out("corpus without its pair", seen, corpus, lambda one: groups[one.watch])
        self.leave_out("corpus without its language", seen, corpus, lambda one: one.language)
        if wild:
            self.leave_out("wild without its pair", seen, wild, lambda one: groups[one.watch])
            self.leave_out("wild in five folds", seen, wild, lambda one: (one.source == "wild", one.fold))
        self.leave_out("cases without themselves", seen, cases, lambda one: one.source)
        for source in ("stated", "acting"):
            if some := [one for one in seen if one.source == source and one.gold]:
                self.leave_out(
                    f"{source} without its language", seen, some, lambda one: (one.source, one.language)
                )
        show("cases in sample", self.count_right(cases, self.fit(seen)))
        if final:
            left_out = [one for one in examples if one.source == "corpus" and not one.fold]
            show("the fifth left out", self.count_right(left_out, self.fit(seen)))

    def write(self, name, examples):
        """Fits on everything and writes the weights; no text goes into them but single words."""
        weights = sorted(self.fit(examples).items())
        large = {feature: row for feature, row in weights if max(map(abs, row)) >= SMALL}
        write_weights(ROOT / "dyadwatch/tagging/events" / name, large)


def show(name, counts):
    right, by_rules, size = counts
    print(f"{name:28} n={size:4}  {right / size:.3f}  rules alone {by_rules / size:.3f}", flush=True)
