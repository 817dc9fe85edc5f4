"""How an event is stated, weighed over what the rules say (modality) and the other features of the clause
(modality_features). The weights come from benchmarks/train_modality.py."""

import functools
from datetime import date
from typing import get_args

from dyadwatch.model.mentions import Modality
from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.events.fitting import Event
from dyadwatch.tagging.events.modality import signs
from dyadwatch.tagging.events.modality_features import features
from dyadwatch.tagging.events.weighing import Weights, likeliest, read_weights

# Signs beside which a meeting that is called off is not certainly so.
_UNCERTAIN = frozenset({"doubted", "question"})
MODALITIES: tuple[Modality, ...] = get_args(Modality)  # in the order of their weights


@functools.cache
def shipped_weights() -> Weights:
    return read_weights("modality.json")


def weighed_modality(clause: Clause, event: Event | None, *, reported: bool, over: date | None) -> Modality:
    """How the event is most likely stated. `reported`: someone else says so; `over`: the day on which an
    actor's last office ended."""
    telling = signs(clause, event, reported=reported, over=over)
    if "called off" in telling and not _UNCERTAIN.intersection(telling):
        return "negated"
    names = features(clause, event, telling)
    return likeliest(names, shipped_weights(), MODALITIES)
