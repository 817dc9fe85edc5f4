# /// script
# dependencies = ["numpy>=2", "scipy>=1.14"]
# ///
"""Fits the weights by which is told how an event is stated (asserted, reported, hypothetical, negated,
historical), and says how well they do on text that they were not fitted on.

    [DYADWATCH_SHARED=...] python benchmarks/train_modality.py [--write] [--final]

As train_direction.py does, from the same texts; --write writes modality.json.
"""

from labelled import run
from regression import Example, Regression

from dyadwatch.tagging.events.attribution import attribution
from dyadwatch.tagging.events.modality import modality, signs
from dyadwatch.tagging.events.modality_features import features
from dyadwatch.tagging.events.stating import MODALITIES

MODEL = Regression(MODALITIES, prior=2.0, penalty=4.0, shares={"cases": 2.0})


def make_example(reading):
    gold, clause, event = reading.gold, reading.clause, reading.event
    said = attribution(clause) is not None
    telling = signs(clause, event, reported=said, over=reading.watch.left_office)
    return Example(
        gold.source,
        gold.id,
        gold.language,
        gold.watch,
        gold.fold(),
        features(clause, event, telling),
        gold.modalities,
        modality(telling),
        reading.related,
    )


if __name__ == "__main__":
    run(MODEL, make_example, "modality.json")
