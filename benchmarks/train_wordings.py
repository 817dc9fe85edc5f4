# /// script
# dependencies = ["numpy>=2", "scipy>=1.14"]
# ///
"""Fits what the words of a clause speak for, in each language, on sentences that were written for it.

    python benchmarks/train_wordings.py [--write]

Needs scipy. Reads tests/tagging/acts (its README has the format). Prints of each language how many sentences
there are, and the shares whose type, and who acts, are right by weights fitted on the other four fifths;
these are of sentences made to be hard. How much it helps is shown by train_events.py and train_direction.py,
on texts of others. --write fits on all and writes dyadwatch/tagging/events/words/<language>.json.
"""

import argparse
import collections
import json

import numpy as np
from labelled import ROOT, TESTS, marked
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from dyadwatch.tagging.events.acting import ACTORS, actor_of
from dyadwatch.tagging.events.coder import code_events
from dyadwatch.tagging.events.context import LABELS
from dyadwatch.tagging.events.features import NONE
from dyadwatch.tagging.events.type_event import marked_clause
from dyadwatch.tagging.events.wordings import Wordings, placed_stems, stems, weigh

FOLDS = 5
LEAST = 2  # sentences that must have a stem
SMALL = 5  # tenths: stems with all weights below it are left out
LABELS_OF = {"type": LABELS, "actor": ACTORS}
PENALTIES = {"type": 0.03, "actor": 0.1}  # of the square of a weight


def read_examples():
    """language -> field -> (stems, label) of each sentence."""
    examples = collections.defaultdict(lambda: collections.defaultdict(list))
    for path in sorted((TESTS / "acts").glob("*.tsv")):
        for act in marked.read_acts(path):
            clause, events = marked_clause(act.text, act.a, act.b, language=act.language)
            by_field = examples[act.language]
            by_field["type"].append(({stem for stem, _ in stems(clause)}, act.event_type or NONE))
            if tells_who_acts(act, code_events(clause, events)):
                by_field["actor"].append((placed_stems(clause), actor_of(clause, act.direction)))
    return examples


def tells_who_acts(act, events):
    """Whether the direction of a sentence is beyond doubt: a tie has none, and where two talk, hands differ
    on whether the subject alone acts."""
    talk = act.event_type == "CONSULT" and events and events[0].cue.payload.direction == "mutual"
    return act.event_type is not None and not (talk and act.direction != "mutual")


def fit(field, examples):
    """Weights in tenths by multinomial logistic regression over `weigh`'s sums."""
    labels = LABELS_OF[field]
    seen = collections.Counter(stem for found, _ in examples for stem in found)
    columns = {stem: index for index, stem in enumerate(sorted(s for s, n in seen.items() if n >= LEAST))}
    known = [[columns[stem] for stem in found if stem in columns] for found, _ in examples]
    cells = [(row, column, 1 / np.sqrt(len(some))) for row, some in enumerate(known) for column in some]
    rows, places, values = zip(*cells, strict=True)
    table = csr_matrix((values, (rows, places)), (len(examples), len(columns)))
    right = np.array([[label == own for label in labels] for _, own in examples], dtype=float)
    shape = len(columns) + 1, len(labels)

    def loss(flat):
        weights, bias = flat.reshape(shape)[:-1], flat.reshape(shape)[-1]
        sums = table @ weights + bias
        highest = sums.max(axis=1, keepdims=True)
        powers = np.exp(sums - highest)
        every = powers.sum(axis=1, keepdims=True)
        value = (np.log(every) + highest - (sums * right).sum(axis=1, keepdims=True)).sum()
        slope = powers / every - right
        penalty = PENALTIES[field]
        slopes = np.vstack([table.T @ slope + penalty * weights, slope.sum(axis=0)])
        return value + penalty / 2 * (weights**2).sum(), slopes.ravel()

    best = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 80})
    tenths = np.round(10 * best.x.reshape(shape)).astype(int)
    large = np.abs(tenths).max(axis=1) >= SMALL
    table_of = {stem: tenths[index].tolist() for stem, index in columns.items() if large[index]}
    return Wordings(list(labels), tenths[-1].tolist(), table_of)


def share_right(field, examples):
    """By weights that did not see the fifth that a sentence is of."""
    right = 0
    for fold in range(FOLDS):
        wordings = fit(field, [one for index, one in enumerate(examples) if index % FOLDS != fold])
        for found, label in examples[fold::FOLDS]:
            right += next(iter(weigh(found, wordings))) == label
    return right / len(examples)


def write(language, by_field):
    tables = {field: fit(field, examples) for field, examples in by_field.items()}
    lines = ",\n".join(
        f'"{field}": {{"labels": {json.dumps(one.labels)}, "bias": {json.dumps(one.bias)}, "stems": {{\n'
        + ",\n".join(
            f"{json.dumps(stem, ensure_ascii=False)}:{json.dumps(row, separators=(',', ':'))}"
            for stem, row in one.stems.items()
        )
        + "\n}}"
        for field, one in tables.items()
    )
    path = ROOT / "dyadwatch/tagging/events/words" / f"{language}.json"
    path.write_text(f"{{{lines}}}\n", encoding="utf-8")
    print(f"{path.name}: {path.stat().st_size / 1e3:.0f} kB", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    for language, by_field in read_examples().items():
        if options.write:
            write(language, by_field)
        else:
            shares = "  ".join(
                f"{field} {share_right(field, examples):.3f} of {len(examples)}"
                for field, examples in by_field.items()
            )
            print(f"{language}: {shares}", flush=True)


if __name__ == "__main__":
    main()
