"""Attribution: who says so, where that is neither the narrator nor one of the two actors."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from dyadwatch.model.mentions import Attribution, Mention
from dyadwatch.tagging.documents.clause import EDGE, Clause
from dyadwatch.tagging.documents.document import Document
from dyadwatch.tagging.documents.word_order import word_order_of
from dyadwatch.tagging.lexicons.lexicon import Cue, Lexicon, agencies

_WORD = re.compile(r"[\w'-]+")
_MAX_SPEAKER_WORDS = 9
_SUBORDINATORS = ("relative", "clause", "that")
_PARTICLES = (*_SUBORDINATORS, "no_name", "opener", "negation", "break", "both")
_NAME = 3  # letters
_LONGEST_MARKER = 20  # characters
_OF_NOUNS = ("of", "by", "from", "with")  # cases that no marker of verbs gives

Span = tuple[int, int]  # folded offsets


def attribution(clause: Clause) -> Attribution | None:
    """The speaker of the clause, with the word of saying; None where the narrator or an actor says it."""
    for span, cue in chain(_named_sources(clause), _speakers(clause)):
        if span and _names_someone(clause, span) and not _holds_actor_or_act(clause, span, cue):
            return _attribution(clause, span, cue)
    return None


def _named_sources(clause: Clause) -> Iterator[tuple[Span | None, Cue]]:
    """What follows "according to", or stands before "attributed"."""
    for cue in clause.cues_of("according", "attributed"):
        if cue.payload.kind == "attributed":
            yield _before(clause, cue.start), cue
        else:
            span = _after(clause, cue.end)
            yield _before_actors(clause, span) if span else None, cue


def _speakers(clause: Clause) -> Iterator[tuple[Span | None, Cue]]:
    """Who may be the subject of each word of saying, unless that goes on about someone named before."""
    order = word_order_of(clause.lexicon)
    for cue in clause.cues_of("speech"):
        between = clause.first.start < cue.start < clause.last.end
        if between and not order.others_speak_between and not _is_inserted(clause, cue):
            continue
        for span in _subject_spans(clause, cue, order.speaker):
            if span and not _continues(clause, span) and not _is_circumstance(clause, span):
                yield span, cue


def _subject_spans(clause: Clause, cue: Cue, speaker: str) -> Sequence[Span | None]:
    """Where the subject of a word of saying stands. Where the subject
    comes first, it follows the verb only after a quote or a comma."""
    if speaker == "opening":
        return (_opening(clause, cue.start),)
    before = _before(clause, cue.start)
    inverted = speaker == "after" or _follows_edge(clause, cue.start)
    return (_after(clause, cue.end), before) if inverted else (before,)


def _follows_edge(clause: Clause, offset: int) -> bool:
    """Whether a word opens the sentence, or stands directly after a punctuation mark."""
    before = clause.folded_text[clause.sentence.start : offset].rstrip()
    return not before or EDGE.match(before[-1]) is not None


def _is_inserted(clause: Clause, cue: Cue) -> bool:
    """Whether a word of saying stands between punctuation marks with neither of the two ("K, diplomats say,
    met A")."""
    part = _segment(clause, cue.start)
    return not any(part[0] <= actor.start < part[1] for actor in (clause.a, clause.b))


def _segment(clause: Clause, offset: int) -> Span:
    """The part of the sentence between two punctuation marks in which an offset lies."""
    start, end = clause.sentence.start, clause.sentence.end
    for edge in EDGE.finditer(clause.folded_text, start, end):
        if edge.start() >= offset:
            return start, edge.start()
        start = edge.end()
    return start, end


def _names_someone(clause: Clause, span: Span) -> bool:
    """Whether a span has more than particles, conjunctions and the like."""
    lexicon = clause.lexicon
    return any(
        len(word) >= _NAME and word not in lexicon.function_words and not lexicon.knows(word, *_PARTICLES)
        for word in _WORD.findall(clause.folded_text, *span)
    )


def _before_actors(clause: Clause, span: Span) -> Span | None:
    """The part of a span before the first of the two, without a
    verb that stands between ("laut Kreisen hat K ...")."""
    start, end = span
    first = min((actor.start for actor in (clause.a, clause.b) if start < actor.start < end), default=None)
    if first is None:
        return span
    words = list(_WORD.finditer(clause.folded_text, start, first))
    while len(words) > 1 and (
        clause.document.is_lower(words[-1].start()) or clause.lexicon.knows(words[-1].group(), "title")
    ):
        words.pop()
    return _trimmed(clause, start, words[-1].end()) if words else None


def _continues(clause: Clause, span: Span) -> bool:
    """Whether a span begins with "and", "who", "when" or "he": then the speaker stands earlier, and is no new
    source."""
    word = clause.folded_text[slice(*span)].split(maxsplit=1)[0]
    return _opens_clause(clause.lexicon, word) or clause.lexicon.knows(word, "pronoun")


def _is_circumstance(clause: Clause, span: Span) -> bool:
    """Whether a span begins with a preposition and goes on with a clause: "during a visit that neither
    capital" names no speaker of "had announced"."""
    word = clause.folded_text[slice(*span)].split(maxsplit=1)[0]
    return word in clause.lexicon.markers and _noun_phrase(clause, *span) != span


def _opens_clause(lexicon: Lexicon, word: str) -> bool:
    return lexicon.joins(word) or lexicon.knows(word, *_SUBORDINATORS)


def _attribution(clause: Clause, span: Span, cue: Cue) -> Attribution:
    document = clause.document
    start, end = document.folding.source(*_noun_phrase(clause, *span))
    low, high = document.folding.source(cue.start, cue.end)
    return Attribution(document.text[start:end], document.text[low:high], _agency(document, span))


def _agency(document: Document, span: Span) -> str | None:
    """The news agency named in the sentence of a source."""
    sentence = document.sentences[document.sentence_at(span[0])]
    return next((match.payload for match in agencies().find(sentence.folded_text)), None)


def _noun_phrase(clause: Clause, start: int, end: int) -> Span:
    """The first source alone: up to a conjunction, a relative
    pronoun or a word such as "when" after its first word."""
    for match in _WORD.finditer(clause.folded_text, start, end):
        if match.start() > start and _opens_clause(clause.lexicon, match.group()):
            return _trimmed(clause, start, match.start()) or (start, end)
    return start, end


def _holds_actor_or_act(clause: Clause, span: Span, said: Cue) -> bool:
    """Whether a span holds one of the two, or what they did: then it names no speaker. What describes a
    speaker between punctuation marks ("..., people briefed on it said") or after the word of saying ("said
    the secretary of trade") is no act of theirs."""
    start, end = span
    if any(start < actor.end and actor.start < end for actor in (clause.a, clause.b)):
        return True
    acts = [
        cue
        for cue in clause.cues_of("event", "tie")
        if start < cue.end and cue.start < end and not (said.end <= start and _is_open(clause, cue.start))
    ]
    apart = start > clause.sentence.start and _follows_edge(clause, start)
    return any(not apart or cue.start <= start for cue in acts)


def _opening(clause: Clause, offset: int) -> Span | None:
    """The words before the first comma of the sentence; without one, those just before the word of saying."""
    text, begin = clause.folded_text, clause.sentence.start
    edge = EDGE.search(text, begin, offset)
    if edge:
        return _trimmed(clause, begin, edge.start())
    start = text.rfind(" ", begin, max(begin, offset - 1))
    return _trimmed(clause, max(start, begin), offset)


def _before(clause: Clause, offset: int) -> Span | None:
    start = clause.sentence.start
    for edge in EDGE.finditer(clause.folded_text, start, offset):
        start = edge.end()
    return _trimmed(clause, start, offset)


def _after(clause: Clause, offset: int) -> Span | None:
    edge = EDGE.search(clause.folded_text, offset, clause.sentence.end)
    end = edge.start() if edge else clause.sentence.end
    name = _first_name(clause, offset, end)
    ends = (
        cue.start
        for cue in clause.cues_of("that", "speech", "event")
        if name < cue.start < end and not _is_open(clause, cue.start)
    )
    return _trimmed(clause, offset, min(ends, default=end))


def _is_open(clause: Clause, offset: int) -> bool:
    """Whether a determiner or a preposition stands directly before: then a noun follows that is of the same
    phrase ("a statement by the host's office"), whatever else its word may be. A verb may follow "to"."""
    lexicon = clause.lexicon
    words = clause.folded_text[max(clause.sentence.start, offset - _LONGEST_MARKER) : offset].split()
    return bool(words) and (words[-1] in lexicon.determiners or lexicon.markers.get(words[-1]) in _OF_NOUNS)


def _first_name(clause: Clause, start: int, end: int) -> int:
    """Where the first word begins that is no determiner: before it, nobody is named."""
    words = _WORD.finditer(clause.folded_text, start, end)
    return next((word.start() for word in words if word.group() not in clause.lexicon.determiners), end)


def _trimmed(clause: Clause, start: int, end: int) -> Span | None:
    """A span without what is no letter or digit at its ends;
    None for one that is empty, or too long for a speaker."""
    text = clause.folded_text
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    if start == end or len(text[start:end].split()) > _MAX_SPEAKER_WORDS:
        return None
    return start, end


def carry_attribution(document: Document, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions, in order of the text, with a source that goes on: what a paragraph goes on to report,
    without naming the two, comes from the source that it named last."""
    carried: list[Mention] = []
    source: tuple[int, Attribution] | None = None
    for mention in mentions:
        here = document.sentence_at(document.folding.folded(mention.evidence.start))
        paragraph = document.paragraph_starts[here]
        if mention.modality == "reported" and mention.attribution:
            source = paragraph, mention.attribution
        goes_on = mention.modality == "asserted" and "same_sentence" not in mention.features
        if goes_on and source is not None and source[0] == paragraph:
            carried.append(replace(mention, modality="reported", attribution=source[1]))
        else:
            carried.append(mention)
    return carried
