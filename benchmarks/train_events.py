# /// script
# dependencies = ["scikit-learn>=1.6", "numpy>=2"]
# ///
"""Fits the linear model of event types on sentences coded by experts, and says how well it does on those left out.

    DYADWATCH_SHARED=... python benchmarks/train_events.py [--write] [--curve]

Needs scikit-learn, which nothing else here does. Reads tagging/plv_train.tsv under $DYADWATCH_SHARED (columns
`marked_sentence`, with <s>actor</s> and <t>recipient</t>, and `gold_root`, where YIELD stands for CONCEDE and RETREAT).
Prints accuracy, macro-F1 and quad accuracy of five-fold cross-validation (folds hold whole sentences, so that one
sentence with several pairs is on one side), the rules alone beside it. --curve adds smaller parts of the training folds,
--write refits on everything and writes model.json. No text goes into the model: its features are names of cue classes.
"""

import argparse
import collections
import csv
import hashlib
import json
import math
import os
import re
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from dyadwatch.tagging.events.event_types import features as evidence
from dyadwatch.tagging.events.event_types.cues import english
from dyadwatch.text.folding import fold
from dyadwatch.text.sentences import sentences

MODEL = Path(__file__).parent.parent / "dyadwatch/tagging/events/event_types/model.json"
# Fixed in advance: strength of the penalty, how far rare types are raised (0: not, 1: to the same sum), and the least
# number of sentences that must show a feature.
PENALTY = 0.5
RAISED = 0.3
LEAST = 2
SMALL = 0.01  # weights nearer to nought are left out
QUADS = {
    **dict.fromkeys(("AGREE", "CONSULT", "SUPPORT"), 1),
    **dict.fromkeys(("YIELD", "COOPERATE", "AID"), 2),
    **dict.fromkeys(("REQUEST", "ACCUSE", "REJECT", "THREATEN"), 3),
    **dict.fromkeys(("PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT"), 4),
}
_MARK = re.compile(r"</?[st]>")


def marked(sentence):
    """The text without its marks, and the spans of the actors, None for one that is not marked."""
    text, places, done = "", {}, 0
    for match in _MARK.finditer(sentence):
        text += sentence[done : match.start()]
        done = match.end()
        places.setdefault(match.group(), len(text))
    text += sentence[done:]
    spans = [
        (places[f"<{letter}>"], places[f"</{letter}>"]) if f"</{letter}>" in places else None
        for letter in "st"
    ]
    return text, *spans


def load(path):
    """(text, actor, recipient, gold) of each sentence."""
    with path.open(encoding="utf-8") as file:
        return [
            (*marked(row["marked_sentence"]), row["gold_root"])
            for row in csv.DictReader(file, delimiter="\t")
        ]


def passage(text, actor, recipient):
    """The folded sentences that hold the actors, and their spans in it, as `type_event` cuts them."""
    folded = fold(text)
    spans = [
        (folded.folded(span[0]), folded.folded(span[1])) if span else None for span in (actor, recipient)
    ]
    starts = [(folded.folded(low), folded.folded(high)) for low, high in sentences(text)]
    named = [span for span in spans if span]
    low = max((start for start, _ in starts if start <= min(named)[0]), default=min(named)[0])
    last = max(span[1] for span in named)
    high = min((end for _, end in starts if end >= last), default=last)
    flat = folded.text.replace("\n", " ")[low:high]
    return flat, *[(span[0] - low, span[1] - low) if span else None for span in spans]


def described(data):
    """The features of each sentence, and the type that the rules alone give it."""
    cues = english()
    rows, rules = [], []
    for text, actor, recipient, _ in data:
        read = evidence.mark(*passage(text, actor, recipient), cues)
        judged = evidence.judge(read)
        rows.append(evidence.features(read, judged, cues))
        told = judged.type if judged else "AGREE"
        rules.append("YIELD" if told in {"CONCEDE", "RETREAT"} else told)
    return rows, np.array(rules)


def fit(rows, gold):
    """Vectorizer and model on some sentences."""
    seen = collections.Counter(name for row in rows for name in row)
    kept = {name for name, count in seen.items() if count >= LEAST}
    vectorizer = DictVectorizer()
    table = vectorizer.fit_transform([{name: 1.0 for name in row if name in kept} for row in rows])
    counts = collections.Counter(gold)
    middle = len(gold) / len(counts)
    weights = np.array([(middle / counts[name]) ** RAISED for name in gold])
    model = LogisticRegression(C=PENALTY, max_iter=400)
    model.fit(table, gold, sample_weight=weights)
    return vectorizer, model


def predicted(vectorizer, model, rows):
    return model.predict(vectorizer.transform([dict.fromkeys(row, 1.0) for row in rows]))


def fold_of(text, count):
    key = re.sub(r"\W+", "", text.lower())[:60]
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % count


def cross_validated(rows, gold, folds, share=1.0):
    """A prediction for each sentence by a model that saw none of its fold (and only `share` of the others)."""
    found = np.empty(len(gold), object)
    order = np.random.default_rng(7).permutation(len(gold))
    for number in sorted(set(folds)):
        train = [index for index in order if folds[index] != number]
        train = train[: int(len(train) * share)]
        test = [index for index in range(len(gold)) if folds[index] == number]
        vectorizer, model = fit([rows[index] for index in train], gold[train])
        found[test] = predicted(vectorizer, model, [rows[index] for index in test])
    return found


def scores(gold, found):
    """Accuracy, macro-F1, quad accuracy."""
    each = []
    for name in sorted(set(gold)):
        right = sum((gold == name) & (found == name))
        each.append(2 * right / (sum(gold == name) + sum(found == name)))
    quad = np.mean([QUADS[left] == QUADS[right] for left, right in zip(gold, found, strict=True)])
    return np.mean(gold == found), np.mean(each), quad


def show(name, gold, found):
    accuracy, macro, quad = scores(gold, found)
    half = 1.96 * math.sqrt(accuracy * (1 - accuracy) / len(gold))
    draws = np.random.default_rng(7).integers(0, len(gold), (500, len(gold)))
    macros = np.percentile([scores(gold[draw], found[draw])[1] for draw in draws], (2.5, 97.5))
    print(
        f"{name:24} n={len(gold)}  accuracy {accuracy:.3f} ±{half:.3f}  macro-F1 {macro:.3f} "
        f"[{macros[0]:.3f}, {macros[1]:.3f}]  quad {quad:.3f}"
    )


def write(rows, gold):
    vectorizer, model = fit(rows, gold)
    weights = {}
    for name, column in zip(vectorizer.get_feature_names_out(), model.coef_.T, strict=True):
        row = [round(float(value), 3) if abs(value) >= SMALL else 0 for value in column]
        if any(row):
            weights[str(name)] = row
    for index, value in enumerate(model.intercept_):
        weights["always"][index] = round(weights["always"][index] + float(value), 3)
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(weights[name])}" for name in sorted(weights))
    head = json.dumps({"version": "1", "classes": [str(name) for name in model.classes_]})[:-1]
    MODEL.write_text(f'{head}, "weights": {{\n{lines}\n}}}}\n', encoding="utf-8")
    print(f"{MODEL.name}: {len(weights)} features, {MODEL.stat().st_size / 1e3:.0f} kB")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--curve", action="store_true")
    given = parser.parse_args()
    data = load(Path(os.environ["DYADWATCH_SHARED"]) / "tagging/plv_train.tsv")
    gold = np.array([row[3] for row in data])
    rows, rules = described(data)
    folds = [fold_of(row[0], 5) for row in data]
    show("rules alone", gold, rules)
    for share in (0.25, 0.5, 0.75) if given.curve else ():
        show(f"model, {share:.0%} of training", gold, cross_validated(rows, gold, folds, share))
    show("model", gold, cross_validated(rows, gold, folds))
    if given.write:
        write(rows, gold)


if __name__ == "__main__":
    main()
