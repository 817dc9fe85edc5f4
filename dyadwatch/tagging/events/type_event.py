"""`type_event`: the event between two marked actors of a text, as `dyadwatch events` prints it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dyadwatch.errors import InvalidInput
from dyadwatch.model.mentions import Modality, QuadClass
from dyadwatch.tagging.documents.clause import Clause, make_clause
from dyadwatch.tagging.documents.document import ActorSpan, Document, make_document
from dyadwatch.tagging.events.attribution import attribution
from dyadwatch.tagging.events.coder import choose_events, likeliest_event
from dyadwatch.tagging.events.fitting import Event, fitting_events
from dyadwatch.tagging.events.plover import quad_class
from dyadwatch.tagging.events.stating import weighed_modality
from dyadwatch.tagging.lexicons.lexicon import lexicon, lexicon_language
from dyadwatch.tagging.watches.watch import SIDES, Side
from dyadwatch.text.folding import Folded, fold
from dyadwatch.text.language import identify

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
    """The event between two marked actors. `event_type` is one of PLOVER's 16, None where nothing speaks for
    one; `confidence` in [0, 1]; `features` are those that weigh most, with their weights, and `rules` the ids
    of the cues that it rests on."""

    event_type: str | None
    mode: str | None
    quad_class: QuadClass | None
    modality: Modality
    confidence: float
    language: str
    features: Mapping[str, float]
    rules: tuple[str, ...]


def warm() -> None:
    """Loads the words and weights for English now rather than with the first sentence."""
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
    `language` is BCP 47 and identified where not given; `published` dates what is reported as past. Pure.

    Raises InvalidInput (span_invalid, actors_missing) for spans that are not of this text."""
    clause, fitting = marked_clause(text, actor, recipient, language=language, published=published)
    likeliest = likeliest_event(clause, fitting, choose_events(clause, fitting), actor="a")
    if likeliest is None:
        return TypedEvent(None, None, None, "asserted", 0.0, clause.document.language, {}, ())
    group = likeliest.event.cue.payload
    return TypedEvent(
        event_type=group.type,
        mode=group.mode,
        quad_class=quad_class(group.type),
        modality=_modality(clause, likeliest.event),
        confidence=round(likeliest.confidence, 4),
        language=clause.document.language,
        features={name: round(weight, 3) for name, weight in likeliest.reasons.items()},
        rules=(f"{clause.document.language}.{group.id}",),
    )


def marked_clause(
    text: str,
    actor: Sequence[int] | None,
    recipient: Sequence[int] | None,
    *,
    language: str | None = None,
    published: datetime | date | None = None,
) -> tuple[Clause, list[Event]]:
    """The clause of an actor (a) and a recipient (b), with its fitting events, of which there are none
    where one is not named or stands in another sentence. Arguments and errors are those of `type_event`."""
    offsets = [_span(text, "actor", actor), _span(text, "recipient", recipient)]
    if not any(offsets):
        raise InvalidInput("neither the actor nor the recipient is marked", code="actors_missing")
    if offsets[0] == offsets[1]:
        raise InvalidInput("actor and recipient are the same span", code="span_invalid")
    folding = fold(text)
    flat = folding.text.replace("\n", " ")
    day = published.date() if isinstance(published, datetime) else published
    document = make_document(text, folding, flat, lexicon(lexicon_language(language or identify(text))), day)
    spans = [_actor_span(folding, span, side) for span, side in zip(offsets, SIDES, strict=True)]
    if not any(spans) or not document.sentences:
        raise InvalidInput("the marked spans hold nothing that can be read", code="span_invalid")
    clause = _clause(document, spans)
    within = all(spans) and clause.last.end <= clause.sentence.end
    return clause, fitting_events(clause) if within else []


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


def _clause(document: Document, spans: Sequence[ActorSpan | None]) -> Clause:
    """The clause of two spans; an actor that is not named has an empty one, behind the other."""
    present = [span for span in spans if span]
    first = min(present)
    sentence = document.sentences[document.sentence_at(first.start)]
    a, b = (
        span or ActorSpan(first.end, first.end, side, "name") for span, side in zip(spans, SIDES, strict=True)
    )
    return make_clause(document, sentence, a, b)


def _modality(clause: Clause, event: Event) -> Modality:
    document = clause.document
    present = [span for span in (clause.a, clause.b) if span.start < span.end]
    sentence = document.sentences[document.sentence_at(event.cue.start)]
    around = Clause(document, sentence, present[0], present[-1])
    attributed = attribution(around) is not None
    stated = weighed_modality(around, event, reported=attributed, over=None)
    if stated == _PUT_OFF.get(event.cue.payload.type or ""):
        return "reported" if attributed else "asserted"
    return stated
