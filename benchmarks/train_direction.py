# /// script
# dependencies = ["numpy>=2", "scipy>=1.14"]
# ///
"""Fits the weights by which is told who of the two acts, and says how well they do on text that they were not
fitted on.

    [DYADWATCH_SHARED=...] python benchmarks/train_direction.py [--write] [--final]

Needs scipy, which nothing else here does. Fits on tests/tagging/corpus, the cases of tests/tagging and, where
DYADWATCH_SHARED is set, the gold files of its folder `tagging`. Of each positive item the most confident
clause is taken, of wild.jsonl that of each piece of evidence.

Prints the shares of the rules and of weights fitted without the pair of the item (pairs in six groups), of
wild.jsonl also in five folds, and of the cases by weights that did not see them. One fifth of the corpus,
chosen by hash, is left out of all of it, and scored with --final alone. --write fits on everything and
writes direction.json. No text goes into it but single words.
"""

import argparse
import collections
import hashlib
import json
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import yaml
from fields import FOLDS, ROOT, TESTS, marked, read_corpus, read_watches, read_wild
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from dyadwatch.tagging.actors.resolution import resolve
from dyadwatch.tagging.documents.document import make_document
from dyadwatch.tagging.events.acting import ACTORS, actor_of, likeliest
from dyadwatch.tagging.events.coder import code_events
from dyadwatch.tagging.events.direction import direction
from dyadwatch.tagging.events.direction_features import features
from dyadwatch.tagging.lexicons.lexicon import lexicon, lexicon_language
from dyadwatch.tagging.lexicons.matcher import Automaton
from dyadwatch.tagging.relations.candidates import candidates
from dyadwatch.tagging.watches.gazetteer import PERSON_KINDS, entries, written_so
from dyadwatch.text.folding import fold
from dyadwatch.text.language import identify
from dyadwatch.text.sentences import first_line

WEIGHTS = ROOT / "dyadwatch/tagging/events/direction.json"
SHIPPED = "assad-khamenei"
LEAST = 4  # clauses that a feature must occur in
PENALTY = 8.0  # of the square of the distance of a weight from its prior
PRIOR = 1.5  # of what the rules say
SMALL = 5  # hundredths: features with all weights below it are left out
SHARES = {"cases": 5.0}  # of a clause of a source, where not 1
GROUPS = 6
ARROWS = {"assad->khamenei": "a->b", "khamenei->assad": "b->a"}


@dataclass
class Item:
    """A labelled text; `middle`: an offset in its evidence, where it is known."""

    source: str
    id: str
    text: str
    language: str | None
    published: date | None
    watch: str
    middle: int | None
    directions: set


@dataclass
class Example:
    """A clause to fit or score: its features, who acts, and who does by the rules."""

    source: str
    id: str
    language: str | None
    watch: str
    fold: int
    names: set
    gold: set
    rule: str
    related: bool  # does the tagger find the relation?


def fold_of(item):
    return int(hashlib.sha256(f"{item.source} {item.id}".encode()).hexdigest(), 16) % FOLDS


def read_cases():
    folders = ("cases", "cases/news", "items", "articles")
    files = [(path, SHIPPED) for folder in folders for path in (TESTS / folder).glob("*.yaml")]
    files += [(path, path.stem) for path in (TESTS / "watch_cases").glob("*.yaml")]
    for path, watch in sorted(files):
        for number, item in enumerate(yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader), 1):
            way = item.get("d", item.get("direction"))
            if item.get("r", item.get("relationship")) and way:
                text, *_ = marked.unmarked(item.get("t", item.get("text")).rstrip("\n"))
                language = item.get("l", item.get("language", path.stem if len(path.stem) == 2 else None))
                day = item.get("p", item.get("published"))
                day = date.fromisoformat(str(day)[:10]) if day else None
                name = f"{path.parent.name}/{path.stem}-{number}"
                yield Item("cases", name, text, language, day, watch, None, {way})


def read_gold(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        gold = item["gold"]
        if gold["relationship"] and "borderline" not in item.get("tags", ()):
            way = ARROWS.get(gold["direction"], gold["direction"])
            day = date.fromisoformat(item["published"][:10])
            if way:
                yield Item(path.stem, item["id"], item["text"], item["language"], day, SHIPPED, None, {way})


def make_example(item, watch, automaton):
    """None where no clause may relate the two."""
    folding = fold(item.text)
    flat = folding.text.replace("\n", " ")
    words = lexicon(lexicon_language(item.language or identify(item.text)))
    document = make_document(item.text, folding, flat, words, item.published)
    line = first_line(item.text)
    title = written_so(automaton.find(fold(line).text), line, fold(line))
    headline = {match.payload.side for match in title if match.payload.kind in PERSON_KINDS} == {"a", "b"}
    related = [
        one
        for one in candidates(
            document,
            resolve(document, watch, written_so(automaton.find(flat), item.text, folding)),
            headline=headline,
        )
        if item.middle is None or one.sentence.source[0] <= item.middle < one.sentence.source[1]
    ]
    if not related:
        return None
    best = max(related, key=lambda one: one.confidence)
    event = (code_events(best.clause, best.events) or best.events[:1] or (None,))[0]
    rule = actor_of(best.clause, direction(best.clause, event, best.events))
    return Example(
        item.source,
        item.id,
        item.language,
        item.watch,
        fold_of(item),
        features(best.clause, event, rule),
        {actor_of(best.clause, way) for way in item.directions},
        rule,
        best.confidence >= watch.threshold,
    )


def fit(examples):
    """Feature -> a weight for each of ACTORS: a softmax with the sum over all that are right, and a penalty
    on the squares of the distances from PRIOR for what the rules say, and from 0."""
    examples = [one for one in examples if one.gold]
    seen = collections.Counter(name for one in examples for name in one.names)
    columns = {name: index for index, name in enumerate(sorted(n for n, c in seen.items() if c >= LEAST))}
    cells = [
        (row, columns[name]) for row, one in enumerate(examples) for name in one.names if name in columns
    ]
    table = csr_matrix((np.ones(len(cells)), tuple(zip(*cells, strict=True))), (len(examples), len(columns)))
    right = np.array([[label in one.gold for label in ACTORS] for one in examples], dtype=float)
    shares = np.array([[SHARES.get(one.source, 1.0)] for one in examples])
    prior = np.zeros((len(columns), len(ACTORS)))
    for index, label in enumerate(ACTORS):
        if f"rule {label}" in columns:
            prior[columns[f"rule {label}"], index] = PRIOR

    def loss(flat):
        weights = flat.reshape(prior.shape)
        sums = table @ weights
        powers = np.exp(sums - sums.max(axis=1, keepdims=True))
        every, good = (part.sum(axis=1, keepdims=True) for part in (powers, powers * right))
        slope = table.T @ ((powers / every - powers * right / good) * shares)
        value = (shares * (np.log(every) - np.log(good))).sum()
        distance = weights - prior
        return value + PENALTY / 2 * (distance**2).sum(), (slope + PENALTY * distance).ravel()

    best = minimize(loss, prior.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    weights = best.x.reshape(prior.shape)
    return {name: [round(100 * value) for value in weights[index]] for name, index in columns.items()}


def count_right(examples, weights):
    """How many are right by the weights, how many by the rules, and of how many."""
    counts = np.zeros(3, dtype=int)
    for one in examples:
        if one.gold and one.related:
            counts += (likeliest(one.names, weights) in one.gold, one.rule in one.gold, 1)
    return counts


def leave_out(name, examples, target, key):
    """Scores each of `target` by weights that saw none of its `key`."""
    total = np.zeros(3, dtype=int)
    for value in sorted({key(one) for one in target}):
        weights = fit([one for one in examples if key(one) != value])
        total += count_right([one for one in target if key(one) == value], weights)
    show(name, total)


def show(name, counts):
    right, by_rules, size = counts
    print(f"{name:28} n={size:4}  {right / size:.3f}  rules alone {by_rules / size:.3f}", flush=True)


def write(weights):
    large = {name: row for name, row in sorted(weights.items()) if max(map(abs, row)) >= SMALL}
    lines = ",\n".join(
        f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(row)}" for name, row in large.items()
    )
    WEIGHTS.write_text(f'{{"version": "1", "weights": {{\n{lines}\n}}}}\n', encoding="utf-8")
    print(f"{WEIGHTS.name}: {len(large)} features, {WEIGHTS.stat().st_size / 1e3:.0f} kB")


def read_examples(shared, watches):
    """The clauses of all labelled texts."""
    automata = {name: Automaton(entries(0, watch)) for name, watch in watches.items()}
    items = [*read_corpus(), *read_cases()]
    if shared.is_dir():
        items += [*read_gold(shared / "dev.jsonl"), *read_gold(shared / "dev_articles.jsonl")]
        items += read_wild(shared / "wild.jsonl")
    made = (make_example(item, watches[item.watch], automata[item.watch]) for item in items)
    return [one for one in made if one]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--final", action="store_true")
    options = parser.parse_args()
    shared = Path(os.environ.get("DYADWATCH_SHARED", "/nowhere")) / "tagging"
    watches = read_watches(shared)
    examples = read_examples(shared, watches)
    seen = [one for one in examples if one.source != "corpus" or one.fold]
    groups = {watch: number % GROUPS for number, watch in enumerate(sorted(watches))}
    corpus, wild, cases = (
        [one for one in seen if one.source == name] for name in ("corpus", "wild", "cases")
    )
    leave_out("corpus without its pair", seen, corpus, lambda one: groups[one.watch])
    if wild:
        leave_out("wild without its pair", seen, wild, lambda one: groups[one.watch])
        leave_out("wild in five folds", seen, wild, lambda one: (one.source == "wild", one.fold))
    leave_out("cases without themselves", seen, cases, lambda one: one.source)
    show("cases in sample", count_right(cases, fit(seen)))
    if options.final:
        left_out = [one for one in examples if one.source == "corpus" and not one.fold]
        show("the fifth left out", count_right(left_out, fit(seen)))
    if options.write:
        write(fit(examples))


if __name__ == "__main__":
    main()
