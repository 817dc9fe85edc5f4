"""How a relation is told: negated, hypothetical, historical, reported or asserted, and who says so."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from dyadwatch.model.mentions import Attribution, Mention, Modality
from dyadwatch.tagging.documents.document import Hit, Reading, Sentence
from dyadwatch.tagging.events.cues import Event, Pair
from dyadwatch.tagging.lexicons.lexicon import Group, agencies
from dyadwatch.tagging.lexicons.matcher import Found

_EDGE = re.compile(r"""[,;:.!?"\u2014\n،؛؟()]""")
_STRONG_EDGE = re.compile(r"[;\u061b\u2014]")
_WORD = re.compile(r"[\w'-]+")
_SPEAKER_WORDS = 9
_PARTED = 60  # folded characters
_TALE = 12  # sentences back
_OPENING = 30  # folded characters in which a sentence says when


def modality(
    reading: Reading,
    sentence: Sentence,
    pair: Pair,
    event: Event | None,
    *,
    reported: bool,
    over: date | None,
) -> Modality:
    """The first that fits, in the order of PLOVER's auxiliary modes. `over` is the day on which an actor's last
    office ended: a tie told of later belongs to the past."""
    anchor = event.cue.start if event else pair.last.start
    reach = 60 if reading.lexicon.order == "sov" else 4  # elsewhere such a word precedes the verb
    clause = _clause_start(reading, sentence, anchor)
    denials = [cue for cue in sentence.kind("negation") if cue.start >= clause]
    if _near(denials, anchor, event, reach) or _denied_after(reading, denials, anchor):
        return "negated"
    doubts = _doubts(sentence)
    if _near(doubts, anchor, event, reach) or _asked(reading, sentence):
        return "hypothetical"
    if _past(reading, sentence, event, over):
        return "historical"
    return "reported" if reported or sentence.kind("hearsay") else "asserted"


def _denied_after(reading: Reading, denials: list[Found[Group]], anchor: int) -> bool:
    """Whether, the verb parted (German, Dutch), a denial follows in the same clause."""
    return reading.lexicon.order == "v2" and any(
        anchor < cue.start <= anchor + _PARTED and not _EDGE.search(reading.text, anchor, cue.start)
        for cue in denials
    )


def _clause_start(reading: Reading, sentence: Sentence, anchor: int) -> int:
    """Where the part of a sentence begins in which something stands: behind a semicolon or a dash."""
    ends = [edge.end() for edge in _STRONG_EDGE.finditer(reading.text, sentence.start, anchor)]
    return max(ends, default=sentence.start)


def _doubts(sentence: Sentence) -> list[Found[Group]]:
    """Words for what may be or is to come, but those that only say that something is told."""
    told = sentence.kind("hearsay")
    return [
        cue
        for cue in sentence.kind("hypothetical", "planned")
        if not any(cue.start < other.end and other.start < cue.end for other in told)
    ]


def planned(reading: Reading, sentence: Sentence, event: Event) -> bool:
    """Whether an act is told of as to come, neither denied nor merely possible: PLOVER then codes AGREE."""
    reach = 60 if reading.lexicon.order == "sov" else 4
    doubts = sentence.kind("hypothetical", "negation")
    return (
        _near(sentence.kind("planned"), event.cue.start, event, reach)
        and not _near(doubts, event.cue.start, event, reach)
        and not _asked(reading, sentence)
    )


def _asked(reading: Reading, sentence: Sentence) -> bool:
    return reading.text[sentence.end - 1] in "?؟"


def _near(cues: list[Found[Group]], anchor: int, event: Event | None, reach: int) -> bool:
    return any(
        -70 <= cue.start - anchor <= reach + (event.cue.end - anchor if event else 0)
        and not (event and _inside(cue, event.cue))
        for cue in cues
    )


def _inside(cue: Found[Group], event: Found[Group]) -> bool:
    """Whether a word is but part of an event's; the same word may be both ("visitará")."""
    return event.start <= cue.start and cue.end <= event.end and cue[:2] != event[:2]


def _past(reading: Reading, sentence: Sentence, event: Event | None, over: date | None) -> bool:
    anchor = event.cue.start if event else sentence.end
    if any(not _in_relative_clause(reading, sentence, cue, anchor) for cue in sentence.kind("historical")):
        return True
    published = reading.published
    if published is None:
        return False
    if sentence.years and sentence.years[-1] < published.year - 1:
        return True
    if not sentence.years and _in_a_tale(reading, sentence, published.year):
        return True
    lasting = event is None or event.cue.payload.kind == "tie" or event.cue.payload.type in {"AID", "SUPPORT"}
    return over is not None and published > over and lasting


def _in_a_tale(reading: Reading, sentence: Sentence, year: int) -> bool:
    """Whether an earlier sentence of this paragraph, or one of the paragraph before, opens with a year long past ("In
    the summer of 2012 ..."), and no later year and no day of the week was named since."""
    first = reading.paragraphs[sentence.index]
    begin = reading.paragraphs[first - 1] if first else 0
    for index in range(sentence.index, max(begin, sentence.index - _TALE) - 1, -1):
        earlier = reading.sentences[index]
        if earlier.years:
            opening = earlier.text[:_OPENING]
            leads = first <= index or reading.paragraphs[index] == index
            return (
                leads and earlier.years[-1] < year - 1 and any(str(told) in opening for told in earlier.years)
            )
        if any(reading.lexicon.knows(word, "day") for word in _WORD.findall(earlier.text)):
            return False
    return False


def _in_relative_clause(reading: Reading, sentence: Sentence, cue: Found[Group], anchor: int) -> bool:
    """Whether a word stands in a clause that only says who someone is, and that ends before the act ("K, who had once
    been president, asked ...")."""
    for relative in sentence.kind("relative"):
        if relative.end <= cue.start and "," not in reading.text[relative.end : cue.start]:
            return reading.text.find(",", cue.end, anchor) >= 0
    return False


def attribution(
    reading: Reading, sentence: Sentence, pair: Pair, hits: tuple[Hit, ...]
) -> Attribution | None:
    """Who says it, where that is neither the narrator nor one of the two."""
    for cue in sentence.kind("according", "attributed"):
        side = _after if cue.payload.kind == "according" else _before
        span = side(reading, sentence, cue.end if side is _after else cue.start)
        if span and side is _after:
            span = _before_actors(reading, span, hits)
        if span and not _holds(sentence, hits, span):
            return _attribution(reading, span, cue)
    for cue in sentence.kind("speech"):
        if pair.first.start < cue.start < pair.last.end and reading.lexicon.order == "svo":
            continue
        if reading.lexicon.order == "sov":
            span = _opening(reading, sentence, cue.start)
            if span and not _continues(reading, span) and not _holds(sentence, hits, span):
                return _attribution(reading, span, cue)
            continue
        before = _before(reading, sentence, cue.start)
        # Where the subject comes first, a speaker follows the verb only after a quote or a comma.
        inverted = reading.lexicon.order == "vso" or _edge_before(reading, cue.start)
        spans = (_after(reading, sentence, cue.end), before) if inverted else (before,)
        for span in spans:
            if span and not _continues(reading, span) and not _holds(sentence, hits, span):
                return _attribution(reading, span, cue)
    return None


def _before_actors(reading: Reading, span: tuple[int, int], hits: tuple[Hit, ...]) -> tuple[int, int] | None:
    """The part of a span before the first of the two, without a verb that stands between ("laut Kreisen hat K ...")."""
    start, end = span
    first = min((hit.start for hit in hits if start < hit.start < end), default=None)
    if first is None:
        return span
    words = list(_WORD.finditer(reading.text, start, first))
    while len(words) > 1 and (
        reading.small(words[-1].start()) or reading.lexicon.knows(words[-1].group(), "title")
    ):
        words.pop()
    return _bounded(reading, start, words[-1].end()) if words else None


def _continues(reading: Reading, span: tuple[int, int]) -> bool:
    """Whether a span begins with "and", "who" or "when": then who says it stands earlier, and is no new source."""
    word = reading.text[slice(*span)].split(maxsplit=1)[0]
    return reading.lexicon.markers.get(word) == "and" or any(
        reading.lexicon.knows(word, kind) for kind in ("relative", "clause", "that")
    )


def _attribution(reading: Reading, span: tuple[int, int], cue: Found[Group]) -> Attribution:
    start, end = reading.folded.source(*_noun_phrase(reading, *span))
    low, high = reading.folded.source(cue.start, cue.end)
    return Attribution(reading.given[start:end], reading.given[low:high], _agency(reading, span))


def _agency(reading: Reading, span: tuple[int, int]) -> str | None:
    """The agency named in the sentence of a source."""
    sentence = reading.sentences[reading.at(span[0])]
    return next((found.payload for found in agencies().find(sentence.text)), None)


def _noun_phrase(reading: Reading, start: int, end: int) -> tuple[int, int]:
    """The first source alone, without what follows its name: up to a conjunction, a relative pronoun or a word such as
    "when", if that is not its first word."""
    lexicon = reading.lexicon
    for match in _WORD.finditer(reading.text, start, end):
        word = match.group()
        if match.start() > start and (
            lexicon.markers.get(word) == "and"
            or any(lexicon.knows(word, kind) for kind in ("relative", "clause", "that"))
        ):
            return _bounded(reading, start, match.start()) or (start, end)
    return start, end


def _holds(sentence: Sentence, hits: tuple[Hit, ...], span: tuple[int, int]) -> bool:
    """Whether a span holds one of the two, or what they did: then it names no speaker."""
    taken = [(hit.start, hit.end) for hit in hits]
    taken += [(cue.start, cue.end) for cue in sentence.kind("event", "tie")]
    return any(start < span[1] and span[0] < end for start, end in taken)


def _edge_before(reading: Reading, offset: int) -> bool:
    return bool(_EDGE.match(reading.text[:offset].rstrip()[-1:]))


def _opening(reading: Reading, sentence: Sentence, offset: int) -> tuple[int, int] | None:
    """In an SOV sentence, the words before its first comma; without one those just before the word of saying."""
    edge = _EDGE.search(reading.text, sentence.start, offset)
    if edge:
        return _bounded(reading, sentence.start, edge.start())
    start = reading.text.rfind(" ", sentence.start, max(sentence.start, offset - 1))
    return _bounded(reading, max(start, sentence.start), offset)


def _before(reading: Reading, sentence: Sentence, offset: int) -> tuple[int, int] | None:
    start = sentence.start
    for edge in _EDGE.finditer(reading.text, sentence.start, offset):
        start = edge.end()
    return _bounded(reading, start, offset)


def _after(reading: Reading, sentence: Sentence, offset: int) -> tuple[int, int] | None:
    edge = _EDGE.search(reading.text, offset, sentence.end)
    end = edge.start() if edge else sentence.end
    that = [
        cue.start
        for cue in sentence.kind("that", "speech", "event")
        if offset < cue.start < end and _names_someone(reading, offset, cue.start)
    ]
    return _bounded(reading, offset, min([end, *that]))


def _names_someone(reading: Reading, start: int, end: int) -> bool:
    """Whether more than articles stand between two offsets."""
    return any(word not in reading.lexicon.determiners for word in _WORD.findall(reading.text, start, end))


def _bounded(reading: Reading, start: int, end: int) -> tuple[int, int] | None:
    while start < end and not reading.text[start].isalnum():
        start += 1
    while end > start and not reading.text[end - 1].isalnum():
        end -= 1
    if start == end or len(reading.text[start:end].split()) > _SPEAKER_WORDS:
        return None
    return start, end


def reported_on(reading: Reading, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions, in order of the text, with a source that goes on: what a paragraph goes on to tell, without naming
    the two, comes from the source that it named last."""
    told: list[Mention] = []
    source: tuple[int, Attribution] | None = None
    for mention in mentions:
        here = reading.at(reading.folded.folded(mention.evidence.start))
        paragraph = reading.paragraphs[here]
        if mention.modality == "reported" and mention.attribution:
            source = paragraph, mention.attribution
        goes_on = mention.modality == "asserted" and "same_sentence" not in mention.features
        if goes_on and source is not None and source[0] == paragraph:
            told.append(replace(mention, modality="reported", attribution=source[1]))
        else:
            told.append(mention)
    return told
