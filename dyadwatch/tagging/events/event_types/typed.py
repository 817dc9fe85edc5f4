"""`type_event`: what is done between two marked actors of a text, as `dyadwatch events` tells it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dyadwatch.errors import InvalidInput
from dyadwatch.model.mentions import Modality, QuadClass
from dyadwatch.tagging.documents.clause import Clause, make_clause
from dyadwatch.tagging.documents.document import ActorSpan, Document, Sentence, make_document
from dyadwatch.tagging.events.attribution import attribution
from dyadwatch.tagging.events.cues import Event, code_events
from dyadwatch.tagging.events.event_types.ranking import rank_types
from dyadwatch.tagging.events.modality import modality
from dyadwatch.tagging.events.plover import quad_class
from dyadwatch.tagging.events.selection import select_events
from dyadwatch.tagging.lexicons.lexicon import Group, lexicon, lexicon_language
from dyadwatch.tagging.lexicons.matcher import Match
from dyadwatch.tagging.watches.watch import SIDES, Side
from dyadwatch.text.folding import Folded, fold
from dyadwatch.text.language import identify

# Two of these make a text English, whatever the names in it look like.
_ENGLISH = re.compile(
    r"\b(?:the|of|has|have|was|with|by|and|said|says|to|its|his|their|from|after|for|that|against|between|over)\b"
)
# What puts an act off or denies it is what makes it one of
# these, and says nothing about whether they happened.
_PUT_OFF = {
    "AGREE": "hypothetical",
    "THREATEN": "hypothetical",
    "REQUEST": "hypothetical",
    "REJECT": "negated",
}


@dataclass(frozen=True, slots=True)
class TypedEvent:
    """What is done between two marked actors. `event_type` is one of PLOVER's 16, None where a language other
    than English has no cue for it; `confidence` in [0, 1]; `features` are those that weigh most, with their
    weights, and `rules` the ids of the cues that fired."""

    event_type: str | None
    mode: str | None
    quad_class: QuadClass | None
    modality: Modality
    confidence: float
    language: str
    features: Mapping[str, float]
    rules: tuple[str, ...]


def warm() -> None:
    """Reads the words and weights for English now rather than with the first sentence."""
    type_event("One met the other, and of the two that was the end.", (0, 3), (8, 17), language="en")


def type_event(
    text: str,
    actor: Sequence[int] | None,
    recipient: Sequence[int] | None,
    *,
    language: str | None = None,
    published: datetime | date | None = None,
) -> TypedEvent:
    """The event between two actors marked as [start, end) in code points of `text`.

    None or an empty span stands for an actor that the text does not name; one of the two must be named.
    `language` is BCP 47 and identified where not given; `published` dates what is told of as past. Pure.

    Raises InvalidInput (span_invalid, actors_missing) for spans that are not of this text."""
    marked = [_span(text, "actor", actor), _span(text, "recipient", recipient)]
    if not any(marked):
        raise InvalidInput("neither the actor nor the recipient is marked", code="actors_missing")
    if marked[0] == marked[1]:
        raise InvalidInput("actor and recipient are the same span", code="span_invalid")
    folding = fold(text)
    flat = folding.text.replace("\n", " ")
    day = published.date() if isinstance(published, datetime) else published
    document = make_document(text, folding, flat, lexicon(_language(text, flat, language)), day)
    spans = [_actor_span(folding, span, side) for span, side in zip(marked, SIDES, strict=True)]
    if not any(spans) or not document.sentences:
        raise InvalidInput("the marked spans hold nothing that can be read", code="span_invalid")
    return _english(document, spans) if document.language == "en" else _by_lexicon(document, spans)


def _span(text: str, name: str, offsets: Sequence[int] | None) -> tuple[int, int] | None:
    if offsets is None:
        return None
    if (
        not isinstance(offsets, list | tuple)
        or len(offsets) != 2
        or not all(isinstance(offset, int) and not isinstance(offset, bool) for offset in offsets)
    ):
        raise InvalidInput(f"{name} is not a span of two offsets: {offsets!r}", code="span_invalid")
    start, end = offsets
    if not 0 <= start <= end <= len(text):
        raise InvalidInput(
            f"{name} [{start}, {end}] is no span of a text of {len(text)} characters", code="span_invalid"
        )
    return (start, end) if start < end else None


def _actor_span(folding: Folded, span: tuple[int, int] | None, side: Side) -> ActorSpan | None:
    """An actor in folded offsets; None where all of it folds away."""
    if span is None:
        return None
    start, end = folding.folded(span[0]), folding.folded(span[1])
    return ActorSpan(start, end, side, "name") if start < end else None


def _language(text: str, flat: str, language: str | None) -> str:
    if language is None and len({match.group() for match in _ENGLISH.finditer(flat)}) >= 2:
        return "en"
    return lexicon_language(language or identify(text))


def _english(document: Document, spans: Sequence[ActorSpan | None]) -> TypedEvent:
    named = [span for span in spans if span]
    start, end = min(span.start for span in named), max(span.end for span in named)
    low = min(start, document.sentences[document.sentence_at(start)].start)
    high = max(end, document.sentences[document.sentence_at(end - 1)].end)
    actor, recipient = ((span.start - low, span.end - low) if span else None for span in spans)
    ranking = rank_types(document.folded_text[low:high], actor, recipient)
    event_type, confidence = ranking.types[0]
    begin, stop = ranking.cue or (named[0].start - low, named[0].end - low)
    cue = Match(low + begin, low + stop, Group("typed", "event", event_type, ranking.mode))
    sentence = document.sentences[document.sentence_at(cue.start)]
    return TypedEvent(
        event_type=event_type,
        mode=ranking.mode,
        quad_class=quad_class(event_type),
        modality=_modality(document, sentence, named, Event(cue, "between", 0.0)),
        confidence=round(confidence, 4),
        language=document.language,
        features={name: round(weight, 3) for name, weight in ranking.features.items()},
        rules=(f"en.{ranking.rule}",) if ranking.rule else (),
    )


def _by_lexicon(document: Document, spans: Sequence[ActorSpan | None]) -> TypedEvent:
    """By the cues that the lexicon of another language has for the two; its best fits them at no cost."""
    named = [span for span in spans if span]
    sentence = document.sentences[document.sentence_at(min(named).start)]
    events: list[Event] = []
    actor, recipient = spans
    if actor and recipient and max(actor.end, recipient.end) <= sentence.end:
        events = select_events(code_events(make_clause(document, sentence, actor, recipient)))
    if not events:
        return TypedEvent(None, None, None, "asserted", 0.0, document.language, {}, ())
    event = events[0]
    group = event.cue.payload
    confidence = round(1 / (1 + max(0.0, event.cost)), 4)
    return TypedEvent(
        event_type=group.type,
        mode=group.mode,
        quad_class=quad_class(group.type),
        modality=_modality(document, sentence, named, event),
        confidence=confidence,
        language=document.language,
        features={f"cue {event.place}": confidence},
        rules=(f"{document.language}.{group.id}",),
    )


def _modality(document: Document, sentence: Sentence, named: Sequence[ActorSpan], event: Event) -> Modality:
    clause = Clause(document, sentence, named[0], named[-1])
    attributed = attribution(clause) is not None
    coded = modality(clause, event, reported=attributed, over=None)
    if coded == _PUT_OFF.get(event.cue.payload.type or ""):
        return "reported" if attributed else "asserted"
    return coded
