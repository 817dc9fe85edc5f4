"""Which of the acts that a sentence's cues suggest it tells of: at most two, one of them a meeting."""

from collections.abc import Sequence

from dyadwatch.tagging.documents.document import Sentence
from dyadwatch.tagging.events.cues import Event

_SECOND_COST = 0.75
_NEXT = 12  # folded characters
# Types whose object is often another act ("refused the request", "threatened to withhold").
_HOLDS_ANOTHER = frozenset({"REJECT", "THREATEN", "SANCTION"})
# Cues that are but the way in which another act is done.
_MEANS = frozenset({"letter"})
# Cues of asking whose object is what counts, where that is help ordered for the other.
_ORDERS = frozenset({"order"})


def told(events: Sequence[Event], sentence: Sentence | None = None) -> list[Event]:
    """The typed events that are told of, the main one first; `events` are best first. In `sentence` a pronoun may say
    that an act farther off is done to one of the two."""
    typed = [event for event in events if event.cue.payload.type]
    acts = [event for event in typed if event.cue.payload.id not in _MEANS] if _carries(typed) else typed
    asked = [event.cue.start for event in acts if event.cue.payload.type == "REQUEST"]
    if asked:  # what is asked for is not done: "urged A to talk to his opponents"
        acts = [event for event in acts if event.cue.payload.id != "meet" or event.cue.start < min(asked)]
    if not acts:
        return []
    first = next((event for event in acts if event.cue.payload.type in _HOLDS_ANOTHER), acts[0])
    if first.cue.payload.id in _ORDERS:
        first = next((event for event in acts if event.cue.payload.type == "AID"), first)
    second = next(
        (
            event
            for event in acts
            if _beside(first, event) and (event.cost <= _SECOND_COST or _upon(sentence, event))
        ),
        None,
    )
    return [first] if second is None else [first, second]


def _upon(sentence: Sentence | None, event: Event) -> bool:
    """Whether a pronoun beside the cue says that it is done to one of the two ("received A and called him a hero")."""
    return (
        sentence is not None
        and event.place == "after"
        and any(
            word.start - event.cue.end >= -_NEXT and word.end - event.cue.start <= _NEXT
            for word in sentence.kind("object_pronoun")
        )
    )


def _carries(typed: Sequence[Event]) -> bool:
    """Whether a letter says something that is an act of its own."""
    return any(event.cue.payload.type != "CONSULT" for event in typed)


def _beside(first: Event, second: Event) -> bool:
    """Whether the second event stands for itself, not for what is asked, refused, threatened or thanked for."""
    types = (first.cue.payload.type, second.cue.payload.type)
    return types[0] != types[1] and "CONSULT" in types and not set(types) & _HOLDS_ANOTHER
