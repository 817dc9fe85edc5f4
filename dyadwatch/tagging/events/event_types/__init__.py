"""Event types: which of PLOVER's 16 a sentence tells of between two marked actors, in which mode and modality, and why.

English is typed by cues, frames and a linear model (data beside the code: cues.yaml, model.json), other languages by the
cues of their lexicons. Pure, and needs neither a model from elsewhere nor a library for numbers.
"""

from dyadwatch.tagging.events.event_types.ranking import Ranking, rank_types
from dyadwatch.tagging.events.event_types.typed import TypedEvent, type_event, warm

__all__ = ["Ranking", "TypedEvent", "rank_types", "type_event", "warm"]
