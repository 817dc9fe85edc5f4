"""Attribution: who says so, where that is neither the narrator nor one of the two actors."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from dyadwatch.model.mentions import Attribution, Mention
from dyadwatch.tagging.documents.clause import EDGE, Clause
from dyadwatch.tagging.documents.document import Document
from dyadwatch.tagging.documents.word_order import word_order_of
from dyadwatch.tagging.events.sources import (
    WORD,
    Span,
    is_pronoun,
    opens_clause,
    source_in,
    trimmed,
    without_days,
)
from dyadwatch.tagging.events.turns import turn_speaker
from dyadwatch.tagging.lexicons.lexicon import Cue, agencies

_QUOTED_NAME = re.compile(r' "[^"]{2,40}"')  # after the words that it belongs to
_LONGEST_MARKER = 20  # characters
_OF_NOUNS = ("of", "by", "from", "with")  # cases that no marker of verbs gives


def attribution(clause: Clause) -> Attribution | None:
    """The speaker of the clause, with the word of saying, or the colon after the name of whose turn it is;
    None where the narrator or an actor says it."""
    for span, cue in chain(_named_sources(clause), _speakers(clause)):
        source = source_in(clause, span) if span else None
        if source and not _holds_actor_or_act(clause, source, cue):
            return _attribution(clause, source, cue)
    return turn_speaker(clause)


def _named_sources(clause: Clause) -> Iterator[tuple[Span | None, Cue]]:
    """What follows "according to", or stands before a postposition of that meaning; after "so" and the like
    only where that opens an inserted part (German ", so der Minister,")."""
    for cue in clause.cues_of("according", "attributed", "inserted"):
        if cue.payload.kind == "attributed":
            yield _after_acts(clause, cue.start), cue
        elif (
            _opens_insertion(clause, cue)
            if cue.payload.kind == "inserted"
            else not _follows_article(clause, cue)
        ):
            span = _after(clause, cue.end)
            source = _before_actors(clause, span) if span else None
            opening = clause.folded_text[slice(*source)].split(maxsplit=1)[0] if source else ""
            if source and opening not in clause.lexicon.markers:
                source = _without_circumstance(clause, source)
            if source:
                yield _with_quoted_name(clause, source), cue


def _follows_article(clause: Clause, cue: Cue) -> bool:
    """Whether an article stands before a word for "according to", which then means something else (Portuguese
    "no segundo turno")."""
    words = clause.folded_text[clause.sentence.start : cue.start].split()
    before = words[-1] if words else ""
    return before in clause.lexicon.determiners or before in clause.lexicon.subjects.circumstances


def _opens_insertion(clause: Clause, cue: Cue) -> bool:
    """Whether a word for "so" follows a punctuation mark, and no word of saying it."""
    verbs = clause.cues_of("speech", "reporting")
    return _follows_edge(clause, cue.start) and not any(verb.start == cue.end + 1 for verb in verbs)


def _speakers(clause: Clause) -> Iterator[tuple[Span | None, Cue]]:
    """Who may be the subject of each word of saying, unless that goes on about someone named before."""
    order = word_order_of(clause.lexicon)
    for cue in clause.cues_of("speech", "reporting"):
        between = clause.first.start < cue.start < clause.last.end
        if between and not order.others_speak_between and not _is_inserted(clause, cue):
            continue
        for span in _subject_spans(clause, cue, order.speaker):
            dayless = without_days(clause, span) if span else None
            if dayless is None or _is_noun_after(clause, cue, dayless):
                continue
            if (subject := _without_circumstance(clause, dayless)) and not _continues(clause, subject):
                yield subject, cue


def _is_noun_after(clause: Clause, cue: Cue, span: Span) -> bool:
    """Whether a word of saying is a noun, for the words before it are no subject of it: of what as a verb is
    a plural, they hold none ("analysts at a bank estimate", but "the firm's annual report")."""
    subjects, words = clause.lexicon.subjects, clause.folded_text[slice(*span)].split()
    if cue.start < span[1] or clause.folded_text[cue.start : cue.end] not in subjects.plural_verbs:
        return False
    return not any(
        word in subjects.plurals
        or clause.lexicon.joins(word)
        or (word.endswith(subjects.plural_ending) and word[-2:-1] != "'")
        for word in words
    )


def _subject_spans(clause: Clause, cue: Cue, speaker: str) -> Sequence[Span | None]:
    """Where the subject of a word of saying may stand. Where the subject comes first, it follows the verb
    only after a quote or a comma; where the verb ends the sentence, it opens that, or stands next to the verb
    if what is said comes before."""
    if speaker == "opening":
        inserted = _after(clause, cue.end) if _follows_edge(clause, cue.start) else None
        opening = _opening(clause, cue.start) or _before_embedded(clause, cue.start)
        return (inserted, opening, _after_acts(clause, cue.start))
    before = _without_auxiliaries(clause, _before(clause, cue.start))
    inverted = speaker == "after" or _follows_edge(clause, cue.start) or _follows_relative(clause, cue.start)
    return (_after(clause, cue.end), before) if inverted else (before,)


def _without_auxiliaries(clause: Clause, span: Span | None) -> Span | None:
    """A span without what stands between a subject and its verb; None where that makes the verb passive."""
    lexicon = clause.lexicon
    words = list(WORD.finditer(clause.folded_text, *span)) if span else []
    while words and words[-1].group() in lexicon.subjects.auxiliaries:
        words.pop()
    if not words or words[-1].group() in lexicon.subjects.copulas:
        return None
    return words[0].start(), words[-1].end()


def _follows_edge(clause: Clause, offset: int) -> bool:
    """Whether a word opens the sentence, or stands directly after a punctuation mark, at most with a word for
    "so" between (", so bestätigen Zeugen")."""
    before = clause.folded_text[clause.sentence.start : offset].rstrip()
    if not before or EDGE.match(before[-1]):
        return True
    bare = _without_auxiliary(clause, before)
    if bare != before and _ends_with_edge(bare):
        return True
    start = max(before.rfind(" "), 0)
    return clause.lexicon.knows(before[start:].strip(), "inserted") and _ends_with_edge(before[:start])


def _without_auxiliary(clause: Clause, text: str) -> str:
    """A text without the auxiliary of a verb that ends it (", ha riferito X")."""
    head, _, word = text.rpartition(" ")
    return head.rstrip() if word in clause.lexicon.subjects.auxiliaries else text


def _follows_relative(clause: Clause, offset: int) -> bool:
    """Whether a preposition and a relative pronoun stand directly before a word: then the subject follows
    (Polish "o których donosi X")."""
    lexicon, words = clause.lexicon, clause.folded_text[clause.sentence.start : offset].split()
    return (
        len(words) > 1
        and lexicon.knows(words[-1], "relative")
        and (words[-2] in lexicon.subjects.circumstances or words[-2] in lexicon.markers)
    )


def _ends_with_edge(text: str) -> bool:
    return not text.strip() or EDGE.match(text.rstrip()[-1]) is not None


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


def _before_actors(clause: Clause, span: Span) -> Span | None:
    """The part of a span before the first of the two, without a
    verb that stands between ("laut Kreisen hat K ...")."""
    start, end = span
    first = min((actor.start for actor in (clause.a, clause.b) if start < actor.start < end), default=None)
    if first is None:
        return span
    words = list(WORD.finditer(clause.folded_text, start, first))
    while len(words) > 1 and (
        clause.document.is_lower(words[-1].start()) or clause.lexicon.knows(words[-1].group(), "title")
    ):
        words.pop()
    return trimmed(clause, start, words[-1].end()) if words else None


def _continues(clause: Clause, span: Span) -> bool:
    """Whether a span begins with "and", "who", "when" or "he": then the speaker stands earlier, and is no new
    source."""
    word = clause.folded_text[slice(*span)].split(maxsplit=1)[0]
    return is_pronoun(clause.lexicon, word) or opens_clause(clause.lexicon, word)


def _without_circumstance(clause: Clause, span: Span) -> Span | None:
    """A span without a phrase for where, when or how that opens it ("in a statement the ministry"); None
    where nothing else is there ("during a visit that neither capital", "at a press conference")."""
    determiners, markers = clause.lexicon.determiners, clause.lexicon.markers
    circumstances = clause.lexicon.subjects.circumstances
    words = list(WORD.finditer(clause.folded_text, *span))
    opening = words[0].group()
    if opening in determiners or (opening not in circumstances and opening not in markers):
        return span
    for before, word in itertools.pairwise(words[1:]):
        if word.group() not in determiners or word.group() in markers:
            continue
        if before.group() not in markers and before.group() not in circumstances:
            return word.start(), span[1]
    return None


def _attribution(clause: Clause, span: Span, cue: Cue) -> Attribution:
    document = clause.document
    start, end = document.folding.source(*_noun_phrase(clause, *span))
    low, high = document.folding.source(cue.start, cue.end)
    return Attribution(document.text[start:end], document.text[low:high], _agency(document, span))


def _with_quoted_name(clause: Clause, span: Span) -> Span:
    """A span, with a name in quotation marks that ends it ("a report by the 'Times'"): the mark parts no
    phrase."""
    quoted = _QUOTED_NAME.match(clause.folded_text, span[1])
    return (span[0], quoted.end() - 1) if quoted else span


def _agency(document: Document, span: Span) -> str | None:
    """The news agency named in the sentence of a source."""
    sentence = document.sentences[document.sentence_at(span[0])]
    return next((match.payload for match in agencies().find(sentence.folded_text)), None)


def _noun_phrase(clause: Clause, start: int, end: int) -> Span:
    """The first source alone: up to a conjunction, a relative
    pronoun or a word such as "when" after its first word."""
    for match in WORD.finditer(clause.folded_text, start, end):
        if match.start() > start and opens_clause(clause.lexicon, match.group()):
            return trimmed(clause, start, match.start()) or (start, end)
    return start, end


def _holds_actor_or_act(clause: Clause, span: Span, said: Cue) -> bool:
    """Whether a span holds one of the two, or what they did: then it names no speaker. What describes a
    speaker between punctuation marks ("..., people briefed on it said") or after the word of saying ("said
    the secretary of trade") is no act of theirs."""
    follows = said.end <= span[0]
    span = _noun_phrase(clause, *span) if follows else span
    if any(_overlaps(span, actor[:2]) for actor in (clause.a, clause.b)):
        return True
    acts = _acts_in(clause, span)
    if follows:
        acts = [cue for cue in acts if not _is_open(clause, cue.start)]
    start = span[0]
    if start > clause.sentence.start and _follows_edge(clause, start):
        return any(cue.start <= start and cue.payload.kind == "event" for cue in acts)
    return bool(acts)


def _acts_in(clause: Clause, span: Span) -> list[Cue]:
    return [cue for cue in clause.cues_of("event", "tie") if _overlaps(span, (cue.start, cue.end))]


def _overlaps(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _opening(clause: Clause, offset: int) -> Span | None:
    """The words before the first comma of the sentence, if a word of saying stands later."""
    edge = EDGE.search(clause.folded_text, clause.sentence.start, offset)
    return trimmed(clause, clause.sentence.start, edge.start()) if edge else None


def _before_embedded(clause: Clause, offset: int) -> Span | None:
    """The words before the two, if the clause that names them ends as one within another does (Turkish "X
    A'nın K'yi övdüğünü söyledi")."""
    endings = clause.lexicon.subjects.clause_endings
    words = clause.folded_text[clause.last.end : offset].split()
    embedded = bool(endings and words) and words[-1].endswith(endings)
    return trimmed(clause, clause.sentence.start, clause.first.start) if embedded else None


def _after_acts(clause: Clause, offset: int) -> Span | None:
    """The words before an offset, since the last punctuation mark, actor or act before it; of an actor's or
    an act's own phrase, or of a verb that goes on with "and", there are none."""
    start = _acts_end(clause, offset)
    edges = [edge.end() for edge in EDGE.finditer(clause.folded_text, start, offset)]
    span = trimmed(clause, edges[-1] if edges else start, offset)
    words = clause.folded_text[slice(*span)].split() if span else ()
    if not words or clause.lexicon.joins(words[-1]):
        return None
    goes_on = not edges and start > clause.sentence.start
    return None if goes_on and (len(words) == 1 or words[0] in clause.lexicon.markers) else span


def _acts_end(clause: Clause, offset: int) -> int:
    """Where the last actor, act or clause within the sentence ends before an offset; else where that
    begins."""
    endings = clause.lexicon.subjects.clause_endings
    ends = [clause.sentence.start]
    ends += [cue.end for cue in clause.cues_of("event", "tie") if cue.end <= offset]
    ends += [_word_end(clause, actor.end) for actor in (clause.a, clause.b) if actor.end <= offset]
    for word in WORD.finditer(clause.folded_text, clause.sentence.start, offset) if endings else ():
        if word.group().endswith(endings):
            ends.append(word.end())
    return min(offset, max(ends))


def _word_end(clause: Clause, offset: int) -> int:
    """Where a word ends that goes on at an offset, with a suffix."""
    match = WORD.match(clause.folded_text, offset)
    return match.end() if match else offset


def _before(clause: Clause, offset: int) -> Span | None:
    start = clause.sentence.start
    for edge in EDGE.finditer(clause.folded_text, start, offset):
        start = edge.end()
    return trimmed(clause, start, offset)


def _after(clause: Clause, offset: int) -> Span | None:
    edge = EDGE.search(clause.folded_text, offset, clause.sentence.end)
    end = edge.start() if edge else clause.sentence.end
    name = _first_name(clause, offset, end)
    ends = (
        cue.start
        for cue in clause.cues_of("that", "speech", "event")
        if name < cue.start < end and not _is_open(clause, cue.start)
    )
    end = min(ends, default=end)
    return trimmed(clause, offset, end) or trimmed(clause, offset, _circumstance_after(clause, name, end))


def _circumstance_after(clause: Clause, name: int, end: int) -> int:
    """Where a phrase for where, when or how begins after a name ("said the head of the agency in a report
    that ..."); `end` where there is none."""
    circumstances = clause.lexicon.subjects.circumstances
    words = WORD.finditer(clause.folded_text, name, end)
    later = (word for word in words if word.start() > name)
    return next((word.start() for word in later if word.group() in circumstances), end)


def _is_open(clause: Clause, offset: int) -> bool:
    """Whether a determiner or a preposition stands directly before: then a noun follows that is of the same
    phrase ("a statement by the host's office"), whatever else its word may be. A verb may follow "to"."""
    lexicon = clause.lexicon
    words = clause.folded_text[max(clause.sentence.start, offset - _LONGEST_MARKER) : offset].split()
    return bool(words) and (words[-1] in lexicon.determiners or lexicon.markers.get(words[-1]) in _OF_NOUNS)


def _first_name(clause: Clause, start: int, end: int) -> int:
    """Where the first word begins that is no determiner: before it, nobody is named."""
    words = WORD.finditer(clause.folded_text, start, end)
    return next((word.start() for word in words if word.group() not in clause.lexicon.determiners), end)


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
