# /// script
# dependencies = ["numpy>=2", "scipy>=1.14"]
# ///
"""Fits the weights by which a sentence of a text that relates the two is taken to go on about them, and says
what that is worth on text that they were not fitted on.

    [DYADWATCH_SHARED=...] python benchmarks/train_continuing.py [--write]

Needs scipy. Fits on the labelled texts of several sentences that
train_relations.py reads. What the clauses alone say is by weights of relations that saw no text about the
pair of a text, as it will be in use. Prints F1, precision and recall of evidence with and without the
sentences that go on, all without the pair of the text, in groups of pairs; the fifth of the corpus that
train_relations.py leaves out is in none of it. --write fits on everything and writes continuing.json.
"""

import argparse
import collections
import os
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import train_relations
from labelled import ROOT, SIDES, read_document, read_watches, write_weights

from dyadwatch.tagging.lexicons.matcher import Automaton
from dyadwatch.tagging.relations import scoring
from dyadwatch.tagging.relations.candidates import candidates
from dyadwatch.tagging.relations.continuing import continuations
from dyadwatch.tagging.watches.gazetteer import entries
from dyadwatch.text.sentences import sentences

WEIGHTS = ROOT / "dyadwatch/tagging/relations/continuing.json"
GROUPS = 6  # of pairs
PENALTY = 10.0  # of the square of a weight
# Log-odds above even ones that a sentence needs: with it no kind of text loses that it was tried on.
MARGIN = 0.25


@dataclass
class Text:
    """A text of several sentences: `names` and `right` are the features of those that may go on about the
    two, and which of these are evidence; `certain`: how many are evidence by their clauses, and how many of
    them rightly. Nothing may go on where no clause relates the two."""

    item: train_relations.Item
    names: list
    right: list
    certain: tuple[int, int]

    @property
    def source(self):
        return self.item.source

    @property
    def id(self):
        return self.item.id

    @property
    def language(self):
        return self.item.language

    @property
    def watch(self):
        return self.item.watch

    def fold(self):
        return self.item.fold()


def is_of_several(item):
    """Whether a text is of more than one sentence, as news is."""
    return len(sentences(item.text)) > 1


def is_left_out(one):
    return one.source == "corpus" and one.fold() == 0


def group_of(items):
    """Watch -> its group."""
    return {watch: number % GROUPS for number, watch in enumerate(sorted({one.watch for one in items}))}


def read_texts(items, watches):
    """The texts of several sentences, each read with weights of relations fitted without its group."""
    several = [item for item in items if is_of_several(item)]
    groups = group_of(several)
    fitted_on = [item for item in items if not is_left_out(item)]
    automata = {item.watch: Automaton(entries(0, watches[item.watch])) for item in several}
    texts = []
    for group in range(GROUPS):
        weights = train_relations.fit([one for one in fitted_on if groups.get(one.watch) != group])
        with mock.patch.object(scoring, "shipped_weights", return_value=weights):
            texts += [
                read_text(item, watches[item.watch], automata[item.watch])
                for item in several
                if groups[item.watch] == group
            ]
    return texts


def read_text(item, watch, automaton):
    document, actors, headline = read_document(item.text, item.language, item.published, watch, automaton)
    if len({span.side for span in actors.spans}) < len(SIDES):
        return Text(item, [], [], (0, 0))
    found = candidates(document, actors, headline=len(headline) == len(SIDES))
    certain = [is_evidence(item, one.sentence) for one in found if one.confidence >= watch.threshold]
    going_on = list(continuations(document, actors, found, watch.threshold, headline))
    return Text(
        item,
        [one.features_with_act() for one in going_on],
        [is_evidence(item, one.clause.sentence) for one in going_on],
        (len(certain), sum(certain)),
    )


def is_evidence(item, sentence):
    return any(train_relations.is_same(span, sentence.source) for span in item.evidence)


def fit(texts):
    """Feature -> weight; `goes on`, which each has, has the margin in it."""
    weights = train_relations.fit(texts, penalty=PENALTY, prior={}, shares={})
    return {**weights, "goes on": weights["goes on"] - MARGIN}


def count(texts, weights):
    """Counts of evidence, right, wrong and missed, with those sentences that `weights` say go on."""
    counts = collections.Counter()
    for text in texts:
        size, right = text.certain
        sums = [sum(weights.get(name, 0.0) for name in names) for names in text.names]
        chosen = [good for good, value in zip(text.right, sums, strict=True) if weights and value >= 0]
        right += sum(chosen)
        counts["right"] += right
        counts["wrong"] += size + len(chosen) - right
        counts["missed"] += max(0, len(text.item.evidence) - right)
    return counts


def show(name, counts):
    print(f"{name:40} {train_relations.f1(*(counts[part] for part in ('right', 'wrong', 'missed')))}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    shared = Path(os.environ.get("DYADWATCH_SHARED", "/nowhere")) / "tagging"
    watches = read_watches(shared)
    texts = read_texts(train_relations.read_items(shared, watches), watches)
    seen = [text for text in texts if not is_left_out(text)]
    groups = group_of(texts)
    by_source = collections.defaultdict(collections.Counter)
    for group in range(GROUPS):
        weights = fit([one for one in seen if groups[one.watch] != group])
        for text in seen:
            if groups[text.watch] == group and "\n" in text.item.text:
                by_source[f"{text.source}, by clauses alone"] += count([text], {})
                by_source[f"{text.source}, with what goes on"] += count([text], weights)
    for name, counts in sorted(by_source.items()):
        show(name, counts)
    if options.write:
        weights = fit(texts)
        write_weights(WEIGHTS, {name: round(weights[name], 2) for name in sorted(weights)})


if __name__ == "__main__":
    main()
