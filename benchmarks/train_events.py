# /// script
# dependencies = ["numpy>=2", "scipy>=1.14"]
# ///
"""Fits the weights of the event coder, and says how well it codes clauses that it was not fitted on.

    DYADWATCH_SHARED=... python benchmarks/train_events.py [--write] [--shared-phrases]

Needs scipy, which nothing else here does. Fits on two kinds of clauses: sentences coded by experts
($DYADWATCH_SHARED/tagging/plv_train.tsv: columns `marked_sentence`, with <s>actor</s> and <t>recipient</t>,
and `gold_root`, where YIELD stands for CONCEDE and RETREAT), and our own English cases (tests/tagging and
$DYADWATCH_SHARED/tagging/dev.jsonl), each of which counts somewhat less. $DYADWATCH_SHARED/tagging/wild.jsonl
is never fitted on.

Prints accuracy and macro-F1 of five-fold cross-validation on the expert-coded sentences (a sentence with
several pairs stays on one side): of `type_event`, and of what an alert about the two would say. With
--shared-phrases also without the English cue phrases that only sentences of the fold left out use: those may
have been written for just them. Then the clauses of each of our files, coded by weights fitted without that
file, and of wild.jsonl, where an event is known to be there. --write fits on everything and writes
weights.json. No text goes into it.
"""

import argparse
import collections
import csv
import dataclasses
import hashlib
import json
import os
import re
from datetime import date
from pathlib import Path

import numpy as np
import yaml
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from dyadwatch.tagging import example_watches, parse_watch, shipped_watches
from dyadwatch.tagging.actors.resolution import resolve
from dyadwatch.tagging.documents.document import make_document
from dyadwatch.tagging.events import coder, english_cues
from dyadwatch.tagging.events import features as event_features
from dyadwatch.tagging.events.coder import choose_events, gather_signals
from dyadwatch.tagging.events.english_stems import stem
from dyadwatch.tagging.events.features import features, label_of
from dyadwatch.tagging.events.ranker import rank
from dyadwatch.tagging.events.type_event import marked_clause
from dyadwatch.tagging.lexicons.lexicon import lexicon, lexicon_language
from dyadwatch.tagging.lexicons.matcher import Automaton
from dyadwatch.tagging.relations.candidates import candidates
from dyadwatch.tagging.watches.gazetteer import entries, written_so
from dyadwatch.text.folding import fold
from dyadwatch.text.language import identify

ROOT = Path(__file__).resolve().parent.parent
WEIGHTS = ROOT / "dyadwatch/tagging/events/weights.json"
TESTS = ROOT / "tests/tagging"
# LEAST: how many clauses must show a feature. OURS: what a clause of ours counts beside one of the experts'
# (more helps ours and costs accuracy on theirs). SMALL: weights below it are left out.
PENALTY = 1.0
LEAST = 2
OURS = 0.65
SMALL = 0.02
FOLDS = 5
NONE = "none"  # the label of a clause that reports no event
_MARK = re.compile(r"</?[st]>|\{[abcm]:|\}|\[\[|\]\]")


@dataclasses.dataclass
class Example:
    """A clause to fit or score: its features by label, and the labels that are right."""

    source: str
    by_label: dict
    gold: set


def marked(sentence):
    """The text without its marks, and the spans of the actors, None for one that is not marked."""
    text, places, done = "", {}, 0
    for match in re.finditer(r"</?[st]>", sentence):
        text += sentence[done : match.start()]
        done = match.end()
        places.setdefault(match.group(), len(text))
    text += sentence[done:]
    spans = [
        (places[f"<{letter}>"], places[f"</{letter}>"]) if f"</{letter}>" in places else None
        for letter in "st"
    ]
    return text, *spans


def read_experts(path):
    """(text, actor, recipient, label) of each sentence."""
    with path.open(encoding="utf-8") as file:
        return [
            (*marked(row["marked_sentence"]), row["gold_root"])
            for row in csv.DictReader(file, delimiter="\t")
        ]


def expert_examples(rows):
    examples = []
    for text, actor, recipient, label in rows:
        clause, fitting = marked_clause(text, actor, recipient, language="en")
        examples.append(Example("experts", evidence_of(clause, fitting, "a"), {label}))
    return examples


def evidence_of(clause, fitting, actor=None):
    evidence = gather_signals(clause, fitting, choose_events(clause, fitting), actor)
    return features(evidence) if evidence else {}


def our_items(shared):
    """(source, text, day, watch id, types) of positive items with one text; the types of a whole item."""
    for line in (shared / "dev.jsonl").read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        if item["gold"]["relationship"]:
            yield "dev", item["text"], item["published"], "assad-khamenei", item["gold"]["event_types"]
    files = [("news", path, "assad-khamenei") for path in (TESTS / "cases/news").glob("*.yaml")]
    files += [("items", path, "assad-khamenei") for path in (TESTS / "items").glob("*.yaml")]
    files += [("pairs", path, path.stem) for path in (TESTS / "watch_cases").glob("*.yaml")]
    files += [("cases", path, "assad-khamenei") for path in (TESTS / "cases").glob("*.yaml")]
    for source, path, watch in sorted(files):
        for item in yaml.safe_load(path.read_text(encoding="utf-8")):
            types = item.get("e", item.get("event", ()))
            if item.get("r", item.get("relationship")) and types != ():
                text = _MARK.sub("", item.get("t", item.get("text")))
                yield source, text, item.get("p", item.get("published")), watch, types or []


def our_examples(shared, watches):
    """The clauses of items that have only one."""
    for source, text, day, watch, types in our_items(shared):
        labels = {label_of(name) for name in ([types] if isinstance(types, str) else types)}
        clauses = clauses_of(text, day, watches[watch])
        if len(clauses) == 1:
            yield Example(source, evidence_of(*clauses[0]), labels or {NONE})


def wild_examples(path, watches):
    """The clauses in which a marked piece of evidence stands; every type that its readers accept is right."""
    for line in path.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        if item["watch"] not in watches:
            continue
        clauses = clauses_of(item["text"], item["published"], watches[item["watch"]], item["language"])
        for gold in item["gold"]["evidence"]:
            middle = item["text"].find(gold["anchor"]) + len(gold["anchor"]) // 2
            for clause, fitting in clauses:
                if clause.sentence.source[0] <= middle < clause.sentence.source[1]:
                    labels = {name or NONE for name in gold["event_type"]}
                    yield Example("wild", evidence_of(clause, fitting), labels)
                    break


def clauses_of(text, day, watch, language=None):
    """The clauses of a text that may relate the actors of a watch, with their fitting events."""
    folding = fold(text)
    flat = folding.text.replace("\n", " ")
    matches = written_so(Automaton(entries(0, watch)).find(flat), text, folding)
    words = lexicon(lexicon_language(language or identify(text)))
    document = make_document(text, folding, flat, words, date.fromisoformat(str(day)[:10]))
    actors = resolve(document, watch, matches)
    related = candidates(document, actors, headline=False)
    return [(one.clause, one.events) for one in related if one.clause.document.language == "en"]


def fit(examples, weigh):
    """Feature -> weight: a softmax over the labels of a clause, with the sum over all that are right."""
    examples = [one for one in examples if one.gold & one.by_label.keys()]
    seen = collections.Counter(name for one in examples for names in one.by_label.values() for name in names)
    columns = {
        name: index for index, name in enumerate(sorted(n for n, count in seen.items() if count >= LEAST))
    }
    rows, cols, right, starts, shares = [], [], [], [], []
    for one in examples:
        starts.append(len(right))
        shares.append(weigh(one))
        for label, names in one.by_label.items():
            indices = [columns[name] for name in names if name in columns]
            rows += [len(right)] * len(indices)
            cols += indices
            right.append(label in one.gold)
    table = csr_matrix((np.ones(len(rows)), (rows, cols)), (len(right), len(columns)))
    right, starts, shares = np.array(right), np.array(starts), np.array(shares)
    of = np.repeat(np.arange(len(starts)), np.diff([*starts, len(right)]))

    def loss(weights):
        sums = table @ weights
        powers = np.exp(sums - np.maximum.reduceat(sums, starts)[of])
        every = np.add.reduceat(powers, starts)
        good = np.add.reduceat(powers * right, starts)
        slope = table.T @ ((powers / every[of] - powers * right / good[of]) * shares[of])
        value = (shares * (np.log(every) - np.log(good))).sum()
        return value + PENALTY / 2 * weights @ weights, slope + PENALTY * weights

    best = minimize(loss, np.zeros(len(columns)), jac=True, method="L-BFGS-B", options={"maxiter": 400})
    return {name: float(best.x[index]) for name, index in columns.items()}


def weigh(one):
    return 1.0 if one.source == "experts" else OURS


def coded(one, weights):
    """The label of a clause that reports an event; NONE where nothing speaks for any."""
    return coder.best_event(rank(one.by_label, weights), one.by_label)[0] if one.by_label else NONE


def fold_of(text):
    key = re.sub(r"\W+", "", text.lower())[:60]
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % FOLDS


def cross_validated(folds, examples_of, ours, clauses):
    """Two labels for each sentence, of type_event and in an alert, by weights that saw none of its fold."""
    typed, in_alerts = [NONE] * len(folds), [NONE] * len(folds)
    for number in range(FOLDS):
        examples = examples_of(number)
        weights = fit([one for one, at in zip(examples, folds, strict=True) if at != number] + ours, weigh)
        for index, one in enumerate(examples):
            if folds[index] == number:
                typed[index] = coded(one, weights)
                in_alerts[index] = coded_in_alert(clauses[index], weights)
    return typed, in_alerts


def coded_in_alert(clause, weights):
    coder.shipped_weights = lambda: weights
    events = coder.code_events(clause)
    return label_of(events[0].cue.payload.type) if events else NONE


def show_both(name, gold, labels):
    typed, in_alerts = labels
    show(name, gold, typed)
    show(f"{name}, in an alert", gold, in_alerts)


def show(name, gold, labels):
    each = []
    for label in sorted(set(gold)):
        right = sum(left == right == label for left, right in zip(gold, labels, strict=True))
        each.append(2 * right / max(1, gold.count(label) + labels.count(label)))
    right = sum(left == right for left, right in zip(gold, labels, strict=True))
    print(
        f"{name:50} n={len(gold)}  accuracy {right / len(gold):.3f}  macro-F1 {sum(each) / len(each):.3f}",
        flush=True,
    )


def without_own_phrases(rows, folds):
    """For each fold the cues without the phrases that only its sentences use."""
    cues = english_cues.english_cues()
    users = collections.defaultdict(set)
    for (text, actor, recipient, _), fold_number in zip(rows, folds, strict=True):
        clause, fitting = marked_clause(text, actor, recipient, language="en")
        english = gather_signals(clause, fitting, [], "a").english
        stems = [stem(token.text) for token in english.tokens]
        for cue in english.cues:
            phrase = tuple(one for one in stems[cue.start : cue.end] if one not in english_cues.DETERMINERS)
            users[phrase].add(fold_number)
    return [
        dataclasses.replace(
            cues,
            phrases={phrase: names for phrase, names in cues.phrases.items() if users[phrase] != {number}},
        )
        for number in range(FOLDS)
    ]


def show_ours(examples, wild, experts):
    """How many clauses of each file are coded right by weights that never saw it, and of wild.jsonl by
    all."""
    for source in sorted({one.source for one in examples}):
        others = [one for one in examples if one.source != source]
        count(source, [one for one in examples if one.source == source], fit(experts + others, weigh))
    count("wild", wild, fit(experts + examples, weigh))


def count(name, examples, weights):
    typed = [one for one in examples if NONE not in one.gold]
    right = sum(coded(one, weights) in one.gold for one in typed)
    print(f"{name:8} {right} of {len(typed)} clauses that report an event", flush=True)


def write(weights):
    large = {name: round(weight, 2) for name, weight in sorted(weights.items()) if abs(weight) >= SMALL}
    lines = ",\n".join(f"{json.dumps(name)}: {weight}" for name, weight in large.items())
    WEIGHTS.write_text(f'{{"version": "2", "weights": {{\n{lines}\n}}}}\n', encoding="utf-8")
    print(f"{WEIGHTS.name}: {len(large)} features, {WEIGHTS.stat().st_size / 1e3:.0f} kB")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--shared-phrases", action="store_true")
    options = parser.parse_args()
    shared = Path(os.environ["DYADWATCH_SHARED"]) / "tagging"
    documents = [*shipped_watches(), *example_watches()]
    documents += [
        yaml.safe_load(path.read_text(encoding="utf-8")) for path in (shared / "watches").glob("*.yaml")
    ]
    watches = {document["id"]: parse_watch(document) for document in documents}
    rows = read_experts(shared / "plv_train.tsv")
    gold, folds = [row[3] for row in rows], [fold_of(row[0]) for row in rows]
    experts = expert_examples(rows)
    ours = list(our_examples(shared, watches))
    wild = list(wild_examples(shared / "wild.jsonl", watches))
    clauses = [marked_clause(text, actor, recipient, language="en")[0] for text, actor, recipient, _ in rows]
    show_both("experts", gold, cross_validated(folds, lambda _: experts, ours, clauses))
    if options.shared_phrases:
        variants = without_own_phrases(rows, folds)

        def by_variant(number):
            coder.english_cues = event_features.english_cues = lambda: variants[number]
            return expert_examples(rows)

        labels = cross_validated(folds, by_variant, ours, clauses)
        show_both("experts, without phrases of their own", gold, labels)
        coder.english_cues = event_features.english_cues = english_cues.english_cues
    show_ours(ours, wild, experts)
    if options.write:
        write(fit(experts + ours, weigh))


if __name__ == "__main__":
    main()
