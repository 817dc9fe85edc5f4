"""Candidates: the clauses of a document that may relate the two actors, by name, by reference, or by
metonym."""

from collections.abc import Iterable, Sequence
from operator import attrgetter

from dyadwatch.tagging.actors.coreference import find_reference, resume, sentences_for_both
from dyadwatch.tagging.actors.memory import Memory
from dyadwatch.tagging.actors.resolution import Actors
from dyadwatch.tagging.actors.scene import Scene
from dyadwatch.tagging.documents.clause import Clause, closest_clause
from dyadwatch.tagging.documents.document import ActorSpan, Document, within
from dyadwatch.tagging.relations.features import Context
from dyadwatch.tagging.relations.scoring import Candidate, score_clause, score_state_clause
from dyadwatch.tagging.relations.taking_up import may_take_up, take_up
from dyadwatch.tagging.watches.watch import Side

_RELATED = 0.5  # confidence from which the next sentences may go on about the two


def candidates(document: Document, actors: Actors, *, headline: bool) -> list[Candidate]:
    """A candidate per sentence that has both actors, each named or referred to. `headline`: whether it names
    both."""
    scored = []
    memory = Memory(words=document.words, pronouns=actors.pronouns, kinds=actors.kinds)
    by_name = document.by_sentence(actors.spans)
    mentioned = document.by_sentence(sorted(actors.spans + actors.descriptions))
    others = document.by_sentence(actors.others)
    referring = sentences_for_both(document.words)
    taking_up = may_take_up(document)
    told: Clause | None = None  # the clause that related the two last
    for index in sorted(mentioned.keys() | others.keys() | referring | taking_up):
        sentence = document.sentences[index]
        if document.is_related(sentence):
            continue
        local = document.localized(sentence)
        spans, strangers = mentioned.get(index, ()), others.get(index, ())
        names = by_name.get(index)
        clause = closest_clause(local, sentence, names, actors.places) if names else None
        reference, related = None, False
        if clause is None:
            clause, reference = _refer(Scene(local, memory, sentence, spans, strangers), told)
        if clause is not None:
            since = sentence.index - memory.last_related
            candidate = _score(clause, Context(actors, headline, reference, since), memory, strangers)
            scored.append(candidate)
            related = candidate.confidence >= _RELATED
            told = clause if related else told
        if related or spans or strangers:
            memory.add(local, sentence, spans, strangers, related=related)
    return scored


def _refer(scene: Scene, told: Clause | None) -> tuple[Clause | None, str | None]:
    """The clause of a sentence that does not name both, if it refers to both, and how it does; `told` is the
    clause that related the two last."""
    reference = find_reference(*scene) or take_up(scene, told)
    return (reference.clause, reference.how) if reference else (None, None)


def _score(clause: Clause, context: Context, memory: Memory, others: Sequence[ActorSpan]) -> Candidate:
    """The candidate of a clause or, where that relates nobody, of the clause beside it that takes up its
    first actor, if that is likelier to."""
    candidate = score_clause(clause, context)
    beside = resume(clause, memory, others) if candidate.confidence < _RELATED else None
    return (
        max(candidate, score_clause(beside, context), key=attrgetter("confidence")) if beside else candidate
    )


def state_candidates(document: Document, actors: Actors) -> list[Candidate]:
    """A candidate per sentence that has the actors' metonyms ("Damascus and Tehran"), or one actor and the
    other's metonym, but does not name both."""
    scored = []
    context = Context(actors)
    spans = sorted(actors.spans + actors.metonyms) if actors.metonyms else ()
    for index in _sentences_with_both(document, spans):
        sentence = document.sentences[index]
        if document.is_related(sentence):
            continue
        if len({span.side for span in within(actors.spans, sentence)}) == 2:
            continue
        local = document.localized(sentence)
        clause = closest_clause(local, sentence, within(spans, sentence), actors.places)
        if clause is not None:
            scored.append(score_state_clause(clause, context))
    return scored


def _sentences_with_both(document: Document, spans: Iterable[ActorSpan]) -> list[int]:
    """The sentences, in order, in which spans of both sides stand."""
    sides: dict[int, set[Side]] = {}
    for span in spans:
        sides.setdefault(document.sentence_at(span.start), set()).add(span.side)
    return [index for index, both in sides.items() if len(both) == 2]
