# /// script
# dependencies = ["numpy>=2", "scipy>=1.14"]
# ///
"""Fits the weights by which is told who of the two acts, and says how well they do on text that they were not
fitted on.

    [DYADWATCH_SHARED=...] python benchmarks/train_direction.py [--write] [--final]

Needs scipy. Fits on what labelled.py reads: tests/tagging/corpus, the cases of
tests/tagging and, where DYADWATCH_SHARED is set, the gold files of its folder `tagging`. Prints what
regression.py:Regression.report says. One fifth of the corpus, chosen by hash, is left out of all of it, and
scored with --final alone. --write fits on everything and writes direction.json.
"""

from labelled import run
from regression import Example, Regression

from dyadwatch.tagging.events.acting import ACTORS, actor_of, is_certain
from dyadwatch.tagging.events.direction import direction
from dyadwatch.tagging.events.direction_features import features

MODEL = Regression(ACTORS, prior=1.5, penalty=8.0, shares={"cases": 5.0, "plain": 2.5, "acting": 0.3})


def make_example(reading):
    gold, clause, event = reading.gold, reading.clause, reading.event
    way = direction(clause, event, reading.events)
    rule = actor_of(clause, way)
    return Example(
        gold.source,
        gold.id,
        gold.language,
        gold.watch,
        gold.fold(),
        features(clause, event, rule),
        {actor_of(clause, way) for way in gold.directions},
        rule,
        reading.related,
        is_certain(clause, event, way),
    )


if __name__ == "__main__":
    run(MODEL, make_example, "direction.json")
