"""Coreference: who is meant where no name stands ("his guest", "the old man", "he ... him", "the two
leaders").

A text is read sentence by sentence with a memory of who was mentioned last, and whether anyone else was
since. A word is resolved by that memory alone (recency, subjects, number), a pronoun also by what the watch
calls an actor: a man, a woman or a body. No gender is guessed.
"""

from collections.abc import Mapping, Sequence

from dyadwatch.tagging.actors import of_two
from dyadwatch.tagging.actors.descriptions import unnamed_bodies
from dyadwatch.tagging.actors.memory import Memory, other_side
from dyadwatch.tagging.actors.scene import Reference, Scene, omitted_other, referring
from dyadwatch.tagging.documents.clause import Clause, closest_clause
from dyadwatch.tagging.documents.document import ActorSpan, Document, Sentence
from dyadwatch.tagging.documents.word_order import word_order_of
from dyadwatch.tagging.lexicons.groups import OF_WOMEN
from dyadwatch.tagging.lexicons.inflection import has_cases
from dyadwatch.tagging.lexicons.lexicon import OF_TWO, PRONOUNS, Cue
from dyadwatch.tagging.lexicons.matcher import SPAN
from dyadwatch.tagging.watches.watch import Side

_NEAR = 2  # sentences in which a pronoun finds an actor
_FAR = 10  # sentences in which a word for what one is to the other does
_SEQUEL = 60  # folded characters from the start within which an act is taken up again
_OPENING_WORDS = 3  # words that leave no room for a subject before them
_NEXT = 24  # folded characters within which an act follows its possessor
_TAG = 12  # folded characters between a quotation and the verb that says whose it is
_OWNERS = frozenset({"pronoun", "sequel"})  # kinds of words that say whose something is
_SUBJECTS = ("office", "pronoun", "descriptor")  # kinds of words for who acts
_OPENING = 16  # folded characters of a sentence in which what it opens with begins
_MAIN_CLAUSE = 48  # folded characters after that in which a subject is named
_COMPLEMENT = 24  # folded characters after an occasion in which its participants are named
# Words that say who or when is meant: what they leave open is not the topic.
_WHO_OR_WHEN = PRONOUNS | {"descriptor", "occasion"}
_WITH_WHOM = frozenset({"with", "to", "of", "between"})
# Without one of these, a sentence that names nobody refers to neither.
_FOR_BOTH = OF_TWO | {
    "joint", "partner", "descriptor", "object_pronoun", OF_WOMEN["object_pronoun"], "sequel"
}  # fmt: skip
_QUOTE_OR_COMMA = frozenset({", ", '" ', ' "'})


def sentences_for_both(words: Mapping[int, Sequence[Cue]]) -> set[int]:
    """The sentences that may refer to both actors where they name nobody, by the `words` of each."""
    return {index for index, some in words.items() for word in some if word.payload.kind in _FOR_BOTH}


def find_reference(
    document: Document,
    memory: Memory,
    sentence: Sentence,
    spans: Sequence[ActorSpan],
    others: Sequence[ActorSpan],
) -> Reference | None:
    """The clause of a sentence that does not name both actors by name or role; `spans` may be descriptions,
    `others` are persons who are neither."""
    if not spans and others:
        return None
    scene = Scene(document, memory, sentence, spans, others)
    if not spans:
        return _for_both(scene)
    if len({span.side for span in spans}) == 2:
        clause = closest_clause(document, sentence, spans, frozenset())
        return Reference(clause, "coreference") if clause else None
    return _for_other(scene)


def resume(clause: Clause, memory: Memory, others: Sequence[ActorSpan]) -> Clause | None:
    """The clause of two who are named, seen from the pronoun that takes up the first, a person, in a clause
    beside his own ("the end of A's trip, during which he met K")."""
    first, last = clause.first, clause.last
    if "," not in clause.gap or first.kind == "pronoun" or memory.pronouns[first.side] == "it":
        return None
    if any(first.end <= other.start < last.start for other in others):
        return None
    taken_up = _taken_up(clause, memory)
    if taken_up is None or "," in clause.folded_text[taken_up.end : last.start]:
        return None
    pronoun = referring(taken_up, first.side)
    one, other = (pronoun, last) if first.side == "a" else (last, pronoun)
    return Clause(clause.document, clause.sentence, one, other, clause.places)


def _taken_up(clause: Clause, memory: Memory) -> Cue | None:
    """The last pronoun for the first actor in a clause that begins between the two."""
    opening = clause.cues_between("relative", "clause")
    low, high = opening[0].end if opening else clause.last.start, clause.last.start
    pronouns = memory.references(clause.sentence, "pronoun", to=(clause.first.side,))
    return max((cue for cue in pronouns if low <= cue.start and cue.end < high), key=SPAN, default=None)


def _for_other(scene: Scene) -> Reference | None:
    """One is named: the other is found by what he is to him, by what kind of body it is, by a pronoun, by the
    occasion, or by nothing."""
    if _is_cataphoric(scene):
        return None
    return (
        of_two.by_order(scene)
        or _by_relation(scene)
        or _by_continued_act(scene)
        or _by_kind(scene)
        or _by_quotation(scene)
        or _by_pronoun(scene)
        or _by_topic(scene)
        or _by_possessive(scene)
    )


def _is_cataphoric(scene: Scene) -> bool:
    """Whether the sentence opens with what is someone's who is named after it and is neither of the two ("In
    his letter to A, the minister asked")."""
    sentence, here = scene.sentence, scene.spans[0]
    if len(scene.spans) > 1 or not any(
        word.start < sentence.start + _OPENING and word.end <= here.start and word.payload.kind in _OWNERS
        for word in scene.memory.words.get(sentence.index, ())
    ):
        return False
    low, high = here.end, here.end + _MAIN_CLAUSE
    subjects = [cue for cue in sentence.cues_of(*_SUBJECTS) if low < cue.start < high]
    return bool(subjects) and min(subjects, key=SPAN).payload.kind == "office"


def _by_topic(scene: Scene) -> Reference | None:
    """By nothing but what the text is about: an act that the sentence before tells of the other is named
    again, or the text has just related the two, and the one named acts on nobody else."""
    since_seen = scene.since_seen(other_side(scene.spans[0].side))
    if scene.others or since_seen > _NEAR:
        return None
    if scene.since_related > _NEAR:
        sequel = scene.references("sequel")
        return scene.with_both(sequel[0], "act taken up") if sequel and since_seen == 1 else None
    acts = scene.sentence.cues_of("event")
    if not acts or any(_has_participants(scene.document, act) for act in acts):
        return None
    words = scene.memory.words.get(scene.sentence.index, ())
    if any(word.payload.kind in _WHO_OR_WHEN for word in words):
        return None
    return omitted_other(scene, scene.sentence.end, "topic")


def _by_kind(scene: Scene) -> Reference | None:
    """By a word for a body of its kind ("the company"), which the one named is not."""
    here, document = scene.spans[0], scene.document
    other = other_side(here.side)
    kinds = scene.memory.kinds.get(other, frozenset()) - scene.memory.kinds.get(here.side, frozenset())
    if not kinds or scene.since_seen(other) > _FAR // 2:
        return None
    for start, end in unnamed_bodies(document, scene.sentence, kinds, scene.spans):
        return Reference(scene.clause(here, ActorSpan(start, end, other, "pronoun")), "coreference")
    return None


def _by_relation(scene: Scene) -> Reference | None:
    """By a word for both ("the two leaders"), or for what one is to the other ("his guest")."""
    memory, here = scene.memory, scene.spans[0]
    other = other_side(here.side)
    since = scene.since_related
    forgotten = scene.sentence.index - memory.last_other > _NEAR
    identifiable = memory.is_current(other) or (since <= _FAR and forgotten)
    if not identifiable or scene.since_seen(other) > _FAR:
        return None
    for cue in scene.free_references("joint"):
        if since <= _FAR:
            return scene.with_both(cue, "joint")
    for cue in scene.free_references("partner", "descriptor", to=(other,)):
        if not scene.other_stands_between(here, cue) and not scene.is_named(cue):
            return Reference(scene.clause(here, referring(cue, other)), "partner")
    return None


def _by_continued_act(scene: Scene) -> Reference | None:
    """By what the sentence before said of both: an act referred to again ("the demand"), or answered."""
    if scene.since_related != 1 or scene.others:
        return None
    sequel = scene.references("sequel")
    if sequel:
        return scene.with_both(sequel[0], "sequel")
    if scene.references("answer"):
        return omitted_other(scene, scene.sentence.end, "implied")
    return None


def _by_quotation(scene: Scene) -> Reference | None:
    """By who says what is quoted of the one named and of what passes between them: the last subject, a
    person, whom no name stands for after the quotation ("I called A," he said)."""
    here, sentence = scene.spans[-1], scene.sentence
    if scene.others or not _may_speak(scene, other_side(here.side)):
        return None
    text = scene.document.folded_text
    end = text.find('"', here.end, sentence.end)
    if end < 0 or not any(0 <= cue.start - end <= _TAG for cue in sentence.cues_of("speech")):
        return None
    start = max(text.rfind('"', sentence.start, here.start) + 1, sentence.start)
    acts = [cue for cue in sentence.cues_of("event", "tie") if start <= cue.start and cue.end <= end]
    return omitted_other(scene, start, "implied") if acts and not sentence.cues_of("fate") else None


def _may_speak(scene: Scene, side: Side) -> bool:
    """Whether what is said next is most likely said by an actor."""
    memory = scene.memory
    recent = scene.since_seen(side) <= _NEAR and memory.is_current(side)
    return recent and memory.pronouns[side] != "it" and memory.topic == side


def _by_pronoun(scene: Scene) -> Reference | None:
    """By a pronoun, by the occasion, or by nothing."""
    here = scene.spans[0]
    other = other_side(here.side)
    expected = _is_expected(scene, other)
    if scene.since_seen(other) > _NEAR and not expected:
        return None
    word = _word_for(scene, other)
    if word:
        how = "occasion" if word.payload.kind == "occasion" else "coreference"
        return Reference(scene.clause(here, referring(word, other)), how)
    if not expected or scene.others or _has_office_as_subject(scene):
        return None
    if not word_order_of(scene.document.lexicon).drops_subject(scene.document, scene.sentence, here):
        return None
    return omitted_other(scene, scene.sentence.start, "implied")


def _has_office_as_subject(scene: Scene) -> bool:
    """Whether a word for an office, in the form of a subject, leaves none to be understood."""
    offices = scene.sentence.cues_of("office") if has_cases(scene.document.language) else ()
    return any(scene.spans[0].end <= cue.start for cue in offices)


def _by_possessive(scene: Scene) -> Reference | None:
    """By a possessive before what is acted on, just after the other was mentioned ("A seized two of its
    ships")."""
    here = scene.spans[0]
    other = other_side(here.side)
    words = scene.references("possessive", to=(other,)) if scene.since_seen(other) == 1 else ()
    acts = [act for act in scene.sentence.cues_of("event") if here.end <= act.start] if words else ()
    for word in words:
        if any(0 <= word.start - act.end <= _NEXT for act in acts):
            return Reference(scene.clause(here, referring(word, other)), "possessive pronoun")
    return None


def _is_expected(scene: Scene, side: Side) -> bool:
    """Whether an actor is the last subject, or the one whom the text is about, and nobody else came
    between."""
    memory = scene.memory
    if memory.topic == side and memory.is_current(side) and scene.since_seen(side) <= _FAR // 2:
        return True
    return memory.main == side and scene.sentence.index - memory.last_other > _NEAR


def _word_for(scene: Scene, other: Side) -> Cue | None:
    """The word for the other: "him", "at the meeting", or "he" before the one named."""
    memory, here = scene.memory, scene.spans[0]
    for cue in scene.free_references("object_pronoun", to=(other,)):
        if not scene.other_stands_between(here, cue) and _is_object(scene, cue):
            return cue
    for cue in scene.references("occasion"):
        if not _has_participants(scene.document, cue):
            return cue
    for cue in scene.references("pronoun", to=(other,)):
        if (
            cue.start <= here.start
            and _refers_back(scene.document, scene.sentence, cue, here)
            and (memory.topic != here.side or memory.is_current(other))
        ):
            return cue
    return None


def _is_object(scene: Scene, cue: Cue) -> bool:
    """Whether what may be a pronoun for an object is one: a body's may be its subject ("A said it ...")."""
    if all(SPAN(word) != SPAN(cue) for word in scene.references("pronoun")):
        return True
    order, span = word_order_of(scene.document.lexicon), referring(cue, scene.spans[0].side)
    return order.stands_as_object(scene.document, scene.sentence, span)


def _has_participants(document: Document, occasion: Cue) -> bool:
    """Whether an occasion or act ends with whose it is, or that follows ("at a meeting with ministers")."""
    text, words = document.folded_text, document.lexicon.markers
    last = text[occasion.start : occasion.end].rsplit(maxsplit=1)[-1]
    after = text[occasion.end : occasion.end + _COMPLEMENT].split(maxsplit=1)
    return any(words.get(word) in _WITH_WHOM for word in (last, *after[:1]))


def _refers_back(document: Document, sentence: Sentence, cue: Cue, named: ActorSpan) -> bool:
    """Whether a pronoun stands where a subject does, or goes with an act ("his visit to"), or has the one
    named for its object, and so means someone named before, not the one about to be ("members of his circle,
    K said")."""
    text = document.folded_text
    before = text[sentence.start : cue.start].split()
    if len(before) < _OPENING_WORDS or text[max(0, cue.start - 2) : cue.start] in _QUOTE_OR_COMMA:
        return True
    if document.lexicon.knows(before[-1], "that", "clause"):
        return True
    acts = sentence.cues_of("event")
    if any(0 <= act.start - cue.end <= _NEXT for act in acts):
        return True
    order = word_order_of(document.lexicon)
    inverted = order.verb_before_subject and any(act.end + 1 == cue.start for act in acts)
    return inverted or order.stands_as_object(document, sentence, named)


def _for_both(scene: Scene) -> Reference | None:
    """Nobody is named: both by one word, one by what he is to the other, both by pronouns, or an act taken
    up."""
    since_seen, since = scene.since_both, scene.since_related
    if (since_seen > _NEAR and since > _FAR) or (since > _NEAR and not scene.memory.both_are_current()):
        return None
    for cue in scene.references("joint"):
        return scene.with_both(cue, "joint")
    return (
        of_two.by_order(scene)
        or of_two.as_subject(scene)
        or _by_relation_to_subject(scene)
        or _by_two_pronouns(scene)
        or _by_sequel(scene)
    )


def _subject_side(memory: Memory) -> Side:
    """Who a subject pronoun means: the last subject, else the actor mentioned last."""
    return memory.topic or ("a" if memory.last_seen["a"] > memory.last_seen["b"] else "b")


def _by_relation_to_subject(scene: Scene) -> Reference | None:
    """By a word for what one is to the other, and a pronoun for the latter ("he thanked his guest")."""
    subject = _subject_side(scene.memory)
    for cue in scene.references("partner", "descriptor"):
        if scene.is_named(cue) or scene.names_stranger_before(cue):
            continue
        pronouns = sorted(scene.references("pronoun", "object_pronoun", to=(subject,)), key=SPAN)
        rest = [word for word in pronouns if word.end <= cue.start or word.start >= cue.end]
        if rest or scene.since_related <= _NEAR:
            holder = referring(rest[0] if rest else cue, subject)
            return Reference(scene.clause(holder, referring(cue, other_side(subject))), "partner")
    return None


def _by_two_pronouns(scene: Scene) -> Reference | None:
    """By pronouns for subject and object ("he told him")."""
    if scene.since_both > _NEAR:
        return None
    subject = _subject_side(scene.memory)
    subjects = scene.references("pronoun", to=(subject,))
    objects = scene.references("object_pronoun", to=(other_side(subject),))
    if not (subjects and objects and subjects[0].start < objects[0].start):
        return None
    clause = scene.clause(referring(subjects[0], subject), referring(objects[0], other_side(subject)))
    return Reference(clause, "exchange" if scene.since_related == 1 else "coreference")


def _by_sequel(scene: Scene) -> Reference | None:
    """By an act of the sentence before, referred to at the start of this one ("the demand")."""
    for cue in scene.references("sequel") if scene.since_related == 1 else ():
        if cue.start - scene.sentence.start <= _SEQUEL:
            return scene.with_both(cue, "sequel")
    return None
