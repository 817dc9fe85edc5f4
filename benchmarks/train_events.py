# /// script
# dependencies = ["numpy>=2", "scipy>=1.14"]
# ///
"""Fits the weights of the event coder, and says how well it codes clauses that it was not fitted on.

    DYADWATCH_SHARED=... python benchmarks/train_events.py [--write] [--final] [--shared-phrases]

Needs scipy. Fits on sentences coded by experts
($DYADWATCH_SHARED/tagging/plv_train.tsv: columns `marked_sentence`, with <s>actor</s> and <t>recipient</t>,
and `gold_root`, where YIELD stands for CONCEDE and RETREAT), of which each has an event, and on clauses that
may report none: tests/tagging/corpus, the cases of tests/tagging, and the gold files of that folder. Of each
item the most confident clause is taken, of wild.jsonl that of each piece of evidence.

Prints, for the clauses that the tagger takes to relate the two, the share whose type is right, the share of
the types said that are, and how often a type is said: of the corpus by weights fitted without the pair (pairs
in six groups), the language or the author of an item, of openings of real articles without its pair, of the
others without their source; and accuracy and macro-F1 of five-fold cross-validation on the expert-coded
sentences (a sentence with several pairs stays on one side): of `type_event`, and of what an alert about the
two would say. With --shared-phrases also without the English cue phrases that only sentences of the fold left
out use: those may have been written for just them. One fifth of the corpus, chosen by hash, is left out of
all of it, and scored with --final alone. --write fits on everything and writes weights.json. No text goes
into it.
"""

import argparse
import collections
import csv
import dataclasses
import hashlib
import os
import re
from pathlib import Path

import numpy as np
from labelled import FOLDS, ROOT, best_candidate, read_all, read_watches, write_weights
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from dyadwatch.tagging.events import coder, english_cues
from dyadwatch.tagging.events import features as event_features
from dyadwatch.tagging.events.coder import choose_events, gather_signals
from dyadwatch.tagging.events.context import LABELS, context
from dyadwatch.tagging.events.english_stems import stem
from dyadwatch.tagging.events.features import NONE, features, features_in_news, none_features
from dyadwatch.tagging.events.meant import condolence_of
from dyadwatch.tagging.events.ranker import Weights, rank
from dyadwatch.tagging.events.type_event import marked_clause
from dyadwatch.tagging.lexicons.matcher import Automaton
from dyadwatch.tagging.watches.gazetteer import entries

WEIGHTS = ROOT / "dyadwatch/tagging/events/weights.json"
PENALTY = 6.0
CONTEXT_PENALTY = 15.0  # of the weights of the context, of which each label has one
LEAST = 3  # clauses that must show a feature
SMALL = 0.02  # weights of features below it are left out
GROUPS = 6
EXPERTS = "experts"
YIELD = {"CONCEDE", "RETREAT"}  # which the experts code as one


@dataclasses.dataclass
class Example:
    """A clause to fit or score: its features by label, its context, and the labels that are right."""

    source: str
    id: str
    watch: str
    group: int
    language: str
    author: str
    fold: int
    by_label: dict
    context: list
    gold: set
    certain: str | None = None  # the label that stands without being ranked


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


def expert_examples(rows, folds):
    examples = []
    for (text, actor, recipient, label), fold in zip(rows, folds, strict=True):
        clause, fitting = marked_clause(text, actor, recipient, language="en")
        signals = signals_of(clause, fitting, "a")
        gold = YIELD if label == "YIELD" else {label}
        by_label = features(signals, marked=True)
        examples.append(Example(EXPERTS, "", "", 0, "en", "", fold, by_label, context(signals), gold))
    return examples


def read_examples(shared):
    """All examples; those of experts where $DYADWATCH_SHARED has them."""
    path = shared / "plv_train.tsv"
    rows = read_experts(path) if path.is_file() else []
    return [*expert_examples(rows, [fold_of(row[0]) for row in rows]), *news_examples(shared)]


def signals_of(clause, fitting, actor=None):
    return gather_signals(clause, fitting, choose_events(clause, fitting), actor)


def news_examples(shared):
    """The clauses of labelled items that the tagger takes to relate the two, with NONE for a label."""
    watches = read_watches(shared)
    automata = {name: Automaton(entries(0, watch)) for name, watch in watches.items()}
    groups = {watch: number % GROUPS for number, watch in enumerate(sorted(watches))}
    for item in read_all(shared):
        best = best_candidate(item, watches[item.watch], automata[item.watch]) if item.event_types else None
        if best and best.confidence >= watches[item.watch].threshold:
            gold = {name or NONE for name in item.event_types}
            gold = gold - {"YIELD"} | YIELD if "YIELD" in gold else gold
            signals = signals_of(best.clause, best.events)
            is_certain = condolence_of(best.clause, best.events) or (
                signals and signals.chosen and coder.is_certain(best.clause, best.events, signals.chosen)
            )
            certain = labels_in_alert(best.clause, best.events)[0] if is_certain else None
            language, author = best.clause.document.language, item.id.rpartition("/")[2].partition("-")[0]
            yield Example(
                item.source, item.id, item.watch, groups[item.watch], language, author, item.fold(),
                features_in_news(signals) if signals else {NONE: none_features(best.events)},
                context(signals) if signals else [], gold, certain,
            )  # fmt: skip


def fit(examples):
    """Weights: a softmax over the labels of a clause, with the sum over all that are right."""
    examples = [one for one in examples if right_of(one)]
    columns, rows = columns_of(examples)
    cells, right, starts = [], [], []
    for one in examples:
        starts.append(len(right))
        names_of_context = [rows[name] for name in one.context if name in rows]
        for label, names in one.by_label.items():
            indices = [columns[name] for name in names if name in columns]
            indices += [first + LABELS.index(label) for first in names_of_context]
            cells += [(len(right), index) for index in indices]
            right.append(label in right_of(one))
    penalties = np.full(len(columns) + len(rows) * len(LABELS), CONTEXT_PENALTY)
    penalties[: len(columns)] = PENALTY
    shape = len(right), len(penalties)
    table = csr_matrix((np.ones(len(cells)), tuple(zip(*cells, strict=True))), shape)
    found = minimize_loss(table, np.array(right, dtype=float), np.array(starts), penalties)
    return Weights(
        {name: float(found[index]) for name, index in columns.items()},
        {name: [round(100 * one) for one in found[at : at + len(LABELS)]] for name, at in rows.items()},
    )


def columns_of(examples):
    """The column of each feature, and the first of those of each name of the context, of what enough show."""
    features_seen = collections.Counter(
        name for one in examples for names in one.by_label.values() for name in names
    )
    context_seen = collections.Counter(name for one in examples for name in one.context)
    columns, rows = (
        sorted(name for name, count in seen.items() if count >= LEAST)
        for seen in (features_seen, context_seen)
    )
    return (
        {name: index for index, name in enumerate(columns)},
        {name: len(columns) + index * len(LABELS) for index, name in enumerate(rows)},
    )


def minimize_loss(table, right, starts, penalties):
    of = np.repeat(np.arange(len(starts)), np.diff([*starts, len(right)]))

    def loss(weights):
        sums = table @ weights
        powers = np.exp(sums - np.maximum.reduceat(sums, starts)[of])
        every = np.add.reduceat(powers, starts)
        good = np.add.reduceat(powers * right, starts)
        slope = table.T @ (powers / every[of] - powers * right / good[of])
        value = (np.log(every) - np.log(good)).sum()
        return value + (penalties * weights) @ weights / 2, slope + penalties * weights

    best = minimize(loss, np.zeros(len(penalties)), jac=True, method="L-BFGS-B", options={"maxiter": 400})
    return best.x


def right_of(one):
    """The labels that are right; NONE, if it is one, where nothing in the clause speaks for them."""
    return one.gold & one.by_label.keys() or {NONE} & one.by_label.keys()


def coded(one, weights):
    """The label of a clause that reports an event; NONE where nothing speaks for any."""
    return rank(one.by_label, weights, one.context)[0][0] if one.by_label else NONE


def coded_as_news(one, weights):
    """The label of a clause that may report none."""
    return one.certain or coder.likely_label(rank(one.by_label, weights, one.context), one.by_label) or NONE


def fold_of(text):
    key = re.sub(r"\W+", "", text.lower())[:60]
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % FOLDS


def cross_validated(experts_of, news, clauses):
    """Two labels for each sentence, of type_event and in an alert, by weights that saw none of its fold."""
    typed, in_alerts = [NONE] * len(clauses), [NONE] * len(clauses)
    for number in range(FOLDS):
        examples = experts_of(number)
        weights = fit([one for one in examples if one.fold != number] + news)
        for index, one in enumerate(examples):
            if one.fold == number:
                typed[index] = coded(one, weights)
                in_alerts[index] = coded_in_alert(clauses[index], weights)
    return typed, in_alerts


def coded_in_alert(clause, weights):
    coder.shipped_weights = lambda: weights
    return labels_in_alert(clause)[0]


def labels_in_alert(clause, fitting=None):
    events = coder.code_events(clause, fitting)
    return [event.cue.payload.type or NONE for event in events] or [NONE]


def show_both(name, gold, labels):
    typed, in_alerts = ([as_expert(label) for label in each] for each in labels)
    show(name, gold, typed)
    show(f"{name}, in an alert", gold, in_alerts)


def as_expert(label):
    return "YIELD" if label in YIELD else label


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
        stems = [stem(word) for word in english.tokens.texts]
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


def leave_out(name, examples, target, key):
    """Scores each of `target` by weights that saw none of its `key`."""
    pairs = []
    for value in sorted({key(one) for one in target}):
        weights = fit([one for one in examples if key(one) != value])
        pairs += [(one, coded_as_news(one, weights)) for one in target if key(one) == value]
    show_news(name, pairs)


def show_news(name, pairs):
    right = sum(label in one.gold for one, label in pairs)
    said = [(one, label) for one, label in pairs if label != NONE]
    precision = sum(label in one.gold for one, label in said) / max(1, len(said))
    size = max(1, len(pairs))
    print(
        f"{name:28} n={len(pairs):4}  right {right / size:.3f}  "
        f"precision {precision:.3f} of the {len(said) / size:.3f} typed",
        flush=True,
    )


def write(weights):
    large = {
        name: round(weight, 2) for name, weight in sorted(weights.features.items()) if abs(weight) >= SMALL
    }
    rows = {name: row for name, row in sorted(weights.context.items()) if any(row)}
    write_weights(WEIGHTS, large, version="3", context=rows)


def main():
    parser = argparse.ArgumentParser()
    for option in ("--write", "--final", "--shared-phrases"):
        parser.add_argument(option, action="store_true")
    options = parser.parse_args()
    shared = Path(os.environ["DYADWATCH_SHARED"]) / "tagging"
    rows = read_experts(shared / "plv_train.tsv")
    gold, folds = [row[3] for row in rows], [fold_of(row[0]) for row in rows]
    experts = expert_examples(rows, folds)
    everything = [*experts, *news_examples(shared)]
    seen = [one for one in everything if one.source != "corpus" or one.fold]
    by_source = collections.defaultdict(list)
    for one in seen:
        by_source[one.source].append(one)

    def of_news(field):
        return lambda one: one.source if one.source == EXPERTS else str(getattr(one, field))

    for field in ("group", "language", "author"):
        leave_out(f"corpus without its {field}", seen, by_source["corpus"], of_news(field))
    leave_out("wild without its group", seen, by_source["wild"], of_news("group"))
    for source in ("dev", "dev_articles", "cases"):
        leave_out(f"{source} without itself", seen, by_source[source], lambda one: one.source)
    news = [one for one in seen if one.source != EXPERTS]
    clauses = [marked_clause(text, actor, recipient, language="en")[0] for text, actor, recipient, _ in rows]
    show_both(EXPERTS, gold, cross_validated(lambda _: experts, news, clauses))
    if options.shared_phrases:
        variants = without_own_phrases(rows, folds)

        def by_variant(number):
            coder.english_cues = event_features.english_cues = lambda: variants[number]
            return expert_examples(rows, folds)

        show_both("experts, without phrases of their own", gold, cross_validated(by_variant, news, clauses))
        coder.english_cues = event_features.english_cues = english_cues.english_cues
    if options.final:
        weights = fit(seen)
        left_out = [one for one in everything if one.source == "corpus" and not one.fold]
        show_news("the fifth left out", [(one, coded_as_news(one, weights)) for one in left_out])
    if options.write:
        write(fit(everything))


if __name__ == "__main__":
    main()
