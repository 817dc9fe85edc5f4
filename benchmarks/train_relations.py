# /// script
# dependencies = ["numpy>=2", "scipy>=1.14"]
# ///
"""Fits the weights by which a clause is taken to relate its two actors, and says how well they do on text
that they were not fitted on.

    [DYADWATCH_SHARED=...] python benchmarks/train_relations.py [--write] [--final]

Needs scipy. Fits on labelled text: tests/tagging/corpus (by several authors who did not know the tagger;
docs/quality.md says how much there is), the cases of tests/tagging, and, where DYADWATCH_SHARED is set, the
gold files of its folders `tagging` and `cases/tagging`.

Prints figures of cross-validation: F1, precision and recall of items (is there a relation?) and of sentences
(which are evidence of it?), for weights fitted without the pair, without the language, and without the author
that an item is of; and those of wild.jsonl (openings of real articles) in five folds and without the pair.
One fifth of the corpus, chosen by hash, is left out of all of it, and scored with --final alone. --write
fits on everything and writes weights.json. No text goes into it.
"""

import argparse
import collections
import json
import os
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from unittest import mock

import numpy as np
import yaml
from labelled import (
    ROOT,
    SHIPPED,
    TESTS,
    case_files,
    find_candidates,
    fold_of,
    marked,
    read_watches,
    write_weights,
)
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from dyadwatch.tagging.lexicons.matcher import Automaton
from dyadwatch.tagging.relations import scoring
from dyadwatch.tagging.watches.gazetteer import entries

WEIGHTS = ROOT / "dyadwatch/tagging/relations/weights.json"
LEAST = 5  # candidates that a feature must occur in
PENALTY = 3.0  # of the square of the distance of a weight from its prior
SMALL = 0.03  # weights below this are left out
# Weights that were set by hand before there was a corpus, and those of `fate`, `describes outsider`,
# `match`, `addressed` and `said of both`, which are too rare in it to be fitted without one: the fitted ones
# are drawn to them, others to 0.
PRIOR = {
    "same_sentence": 0.9, "cue_between": 2.0, "cue_beside": 1.4, "tie_cue": -0.2, "compound": 1.6, "direct": 2.6,
    "between_markers": 1.0, "possessive": 1.2, "coreference": 0.9, "partner": 1.4, "joint": 1.6, "sequel": 2.0,
    "implied": -0.2, "exchange": 1.2, "occasion": 1.2, "headline": 0.4, "no_cue": -1.6, "clause_break": -1.4,
    "enumeration": -2.4, "display": -2.2, "aide": -2.0, "message": 2.0, "far": -0.8, "other_subject": -1.8,
    "other_object": -1.5, "coordinated": -0.4, "fate": -4.0, "describes outsider": -6.5,
    "match": -8.0, "addressed": 3.5, "said of both": -3.0,
}  # fmt: skip
# Of an item of a source, where not 1: the cases are short, plain and certain, and news is full of plain
# sentences. The least of those tried by which none of the tests' floors falls.
SHARES = {"cases": 7.0, "plain": 2.0}


@dataclass
class Item:
    """A labelled text: whether it tells a relation, and where (pairs of offsets)."""

    source: str
    id: str
    text: str
    language: str | None
    published: date | None
    watch: str
    related: bool
    evidence: list[tuple[int, int]]
    author: str = ""
    spans: dict = field(default_factory=dict)  # mark -> [start, end, surface] of each place that has it
    names: list[set[str]] = field(default_factory=list)  # the features of its candidates
    right: list[bool] = field(default_factory=list)  # which of these are evidence
    reached: int = 0  # pieces of evidence that are candidates

    def fold(self) -> int:
        return fold_of(self)


class Every(dict[str, float]):
    """Weights that have every feature, so that a candidate names all of its own; those that none is shipped
    for are 0. What a text said before a sentence is told by the others."""

    def __contains__(self, _: object) -> bool:
        return True

    def __missing__(self, _: str) -> float:
        return 0.0


def read_marked():
    """Texts with marks: the corpus and the cases."""
    files = [("cases", path, watch) for path, watch in case_files()]
    files += [("corpus", path, None) for path in (TESTS / "corpus").glob("*.yaml")]
    for source, path, watch in sorted(files):
        for number, item in enumerate(yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader), 1):
            related = item.get("r", item.get("relationship"))
            if item.get("b") or related is None:
                continue  # two readers could differ
            text, spans, evidence = marked.unmarked(item.get("t", item.get("text")).rstrip("\n"))
            language = item.get("l", item.get("language", path.stem if len(path.stem) == 2 else None))
            evidence = [(start, end) for start, end in evidence] or [(0, len(text))] * related
            yield Item(
                source, f"{path.parent.name}/{path.stem}-{number}", text, language,
                day(item.get("p", item.get("published"))), item.get("w", watch), related, evidence,
                path.stem.partition("-")[0], spans,
            )  # fmt: skip


def read_plain():
    """Plain sentences, with their languages by the names of their files."""
    for path in sorted((TESTS / "plain").glob("??.yaml")):
        for number, item in enumerate(yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader), 1):
            text, spans, _ = marked.unmarked(item["t"].rstrip("\n"))
            related = "e" in item
            yield Item(
                "plain", f"plain/{path.stem}-{number}", text, path.stem, None, "plain", related,
                [(0, len(text))] * related, "plain", spans,
            )  # fmt: skip


def read_kinds():
    """Sentences of one kind in many languages, each of which has a mention."""
    for number, kind in enumerate(
        yaml.load((TESTS / "kinds.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader), 1
    ):
        for language, text in kind["texts"].items():
            if kind["value"] is not None:
                yield Item(
                    "cases",
                    f"kinds/{number}-{language}",
                    text,
                    language,
                    None,
                    SHIPPED,
                    True,
                    [(0, len(text))],
                )


def read_gold(folder):
    """The gold files of $DYADWATCH_SHARED."""
    for name in ("dev", "dev_articles", "wild"):
        for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            gold, text = item["gold"], item["text"]
            if gold.get("borderline") or "borderline" in item.get("tags", ()):
                continue
            if name == "wild":
                anchors = [piece["anchor"] for piece in gold["evidence"]]
                spans = [middle(text.find(anchor), len(anchor)) for anchor in anchors]
            else:
                spans = [(start, end) for start, end, *_ in gold["evidence"]]
            watch = item.get("watch", SHIPPED)
            yield Item(
                name, item["id"], text, item["language"], day(item["published"]), watch,
                gold["relationship"], spans,
            )  # fmt: skip


def read_faults(path):
    """Sentences that isolate kinds of fault."""
    for line in path.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        related = item["expected"].get("relationship")
        if related is not None:
            text = item["text"]
            yield Item(
                "faults", item["id"], text, item["language"], day(item.get("published")), item["watch"], related,
                [(0, len(text))] * related,
            )  # fmt: skip


def middle(start, length):
    at = start + length // 2
    return at, at + 1


def day(value):
    return date.fromisoformat(str(value)[:10]) if value else None


def add_candidates(item, watch, automaton):
    """Finds the candidates of a text, with the names of all their features."""
    found = set()
    for candidate in find_candidates(item.text, item.language, item.published, watch, automaton):
        start, end = candidate.sentence.source
        hits = {number for number, span in enumerate(item.evidence) if is_same(span, (start, end))}
        found |= hits
        item.names.append(set(candidate.features))
        item.right.append(bool(hits))
    item.reached = len(found)


def is_same(evidence, sentence):
    """Whether a piece of evidence is, or lies in, or covers the most of a sentence."""
    (low, high), (start, end) = evidence, sentence
    shared = min(high, end) - max(low, start)
    return shared > 0 and (2 * shared > min(high - low, end - start))


def fit(items, penalty=PENALTY, prior=PRIOR, shares=SHARES):
    """Feature -> weight: logistic regression with a penalty on the squares of the distances from `prior`;
    none on `bias`."""
    rows = [
        (names, right, shares.get(item.source, 1.0))
        for item in items
        for names, right in zip(item.names, item.right, strict=True)
    ]
    seen = collections.Counter(name for names, _, _ in rows for name in names)
    columns = {name: index for index, name in enumerate(sorted(n for n, c in seen.items() if c >= LEAST))}
    cells = [
        (row, columns[name]) for row, (names, _, _) in enumerate(rows) for name in names if name in columns
    ]
    table = csr_matrix((np.ones(len(cells)), tuple(zip(*cells, strict=True))), (len(rows), len(columns)))
    right = np.array([one[1] for one in rows], dtype=float)
    factors = np.array([one[2] for one in rows])
    penalties = np.array([0.0 if name == "bias" else penalty for name in columns])
    priors = np.array([prior.get(name, 0.0) for name in columns])

    def loss(weights):
        sums = table @ weights
        value = (factors * (np.logaddexp(0, sums) - right * sums)).sum()
        slope = table.T @ (factors * (1 / (1 + np.exp(-sums)) - right))
        distance = weights - priors
        return value + penalties / 2 @ distance**2, slope + penalties * distance

    best = minimize(loss, np.zeros(len(columns)), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return {name: float(best.x[index]) for name, index in columns.items()}


def score_items(items, weights):
    """Counts of items and of sentences: right, wrong, missed."""
    counts = collections.Counter()
    for item in items:
        sums = [sum(weights.get(name, 0.0) for name in names) for names in item.names]
        chosen = [right for right, value in zip(item.right, sums, strict=True) if value >= 0]
        counts["right"] += bool(chosen) and item.related
        counts["wrong"] += bool(chosen) and not item.related
        counts["missed"] += not chosen and item.related
        counts["sentences right"] += sum(chosen)
        counts["sentences wrong"] += len(chosen) - sum(chosen)
        counts["sentences missed"] += max(0, len(item.evidence) - sum(chosen))
    return counts


def leave_out(target, others, key):
    """The counts of the items of `target`, each scored by weights that saw none of its `key`."""
    by_key = {}
    for value in sorted({key(item) for item in target}):
        rest = [item for item in (*target, *others) if key(item) != value]
        by_key[value] = score_items([item for item in target if key(item) == value], fit(rest))
    return by_key


def show(name, by_key, *, each=False):
    total = sum(by_key.values(), collections.Counter())
    print(line(name, total), flush=True)
    for key, counts in by_key.items() if each else ():
        print(line(f"    {key}", counts))


def line(name, counts):
    items, sentences = (
        f1(*(counts[prefix + part] for part in ("right", "wrong", "missed"))) for prefix in ("", "sentences ")
    )
    size = counts["right"] + counts["missed"]
    return f"{name:34} {size:5} positive   items {items}   sentences {sentences}"


def f1(right, wrong, missed):
    value = 2 * right / max(1, 2 * right + wrong + missed)
    return f"F1 {value:.3f} P {right / max(1, right + wrong):.3f} R {right / max(1, right + missed):.3f}"


def write(weights):
    large = {name: round(weight, 2) for name, weight in sorted(weights.items()) if abs(weight) >= SMALL}
    write_weights(WEIGHTS, large)


def read_items(shared, watches):
    """All labelled texts, with their candidates."""
    automata = {name: Automaton(entries(0, watch)) for name, watch in watches.items()}
    items = [*read_marked(), *read_plain(), *read_kinds()]
    if shared.is_dir():
        items += [*read_gold(shared), *read_faults(shared.parent / "cases/tagging/cases.jsonl")]
    items = [item for item in items if item.watch in watches]
    weights = Every(scoring.shipped_weights())
    with mock.patch.object(scoring, "shipped_weights", return_value=weights):
        for item in items:
            add_candidates(item, watches[item.watch], automata[item.watch])
    return items


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--final", action="store_true")
    parser.add_argument("--each", action="store_true", help="also by pair, language and author")
    options = parser.parse_args()
    shared = Path(os.environ.get("DYADWATCH_SHARED", "/nowhere")) / "tagging"
    items = read_items(shared, read_watches(shared))
    left_out = [item for item in items if item.source == "corpus" and item.fold() == 0]
    seen = [item for item in items if item not in left_out]
    corpus = [item for item in seen if item.source == "corpus"]
    others = [item for item in seen if item.source != "corpus"]
    evidence, reached = (
        sum(values) for values in zip(*((len(i.evidence), i.reached) for i in corpus), strict=True)
    )
    print(f"candidates reach {reached} of {evidence} pieces of evidence of the corpus")
    for name, key in (("pair", "watch"), ("language", "language"), ("author", "author")):
        by_key = leave_out(corpus, others, lambda item, key=key: getattr(item, key))
        show(f"corpus without its {name}", by_key, each=options.each)
    wild = [item for item in seen if item.source == "wild"]
    if wild:
        rest = [item for item in seen if item.source != "wild"]
        show("wild in five folds", leave_out(wild, rest, lambda item: (item.source == "wild", item.fold())))
        show("wild without its pair", leave_out(wild, rest, lambda item: item.watch), each=options.each)
        for name in ("dev", "dev_articles", "cases", "faults", "plain"):
            target = [item for item in seen if item.source == name]
            show(
                f"{name} without itself",
                leave_out(target, [i for i in seen if i.source != name], lambda i: i.source),
            )
    if options.final:
        show("the fifth left out", {"": score_items(left_out, fit(seen))})
    if options.write:
        write(fit(items))


if __name__ == "__main__":
    main()
