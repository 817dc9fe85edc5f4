"""Taking up: sentences that name neither of the two, or the speaker alone, and go on about what was told of
both: an act is named again after a sentence about something else ("The raid ..."), or a quotation goes on."""

import re

from dyadwatch.tagging.actors.memory import other_side
from dyadwatch.tagging.actors.scene import Reference, Scene, referring
from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.documents.document import ActorSpan, Document, Sentence
from dyadwatch.tagging.lexicons.lexicon import Cue
from dyadwatch.tagging.watches.watch import Side

_OPENING = 24  # folded characters from the start within which a noun stands that takes up an act
_LATEST = 2  # sentences since the two were related
_STEM = 5  # letters that words of one stem share
_ENDING = 4  # letters after them
_TAG = 5  # words that say who speaks
_WORD = re.compile(r"[\w'-]+")
_QUOTATION = re.compile(r'"([^\n]+)"')
_SAID = ("speech", "reporting")
_OF_QUOTED = ("object_pronoun", "pronoun", "possessive")
# Types of acts for which one noun may stand ("the measure").
_ALIKE = {"COERCE": "SANCTION", "MOBILIZE": "ASSAULT", "SUPPORT": "AGREE", "COOPERATE": "AGREE"}


def may_take_up(document: Document) -> set[int]:
    """The sentences, by index, that have a quotation or a noun for an act."""
    quotes = re.finditer('"', document.folded_text)
    return {document.sentence_at(match.start()) for match in quotes}.union(
        index
        for index, words in document.words.items()
        if any(word.payload.kind == "act_noun" for word in words)
    )


def take_up(scene: Scene, told: Clause | None) -> Reference | None:
    """The clause of a sentence that goes on; `told` is the one that related the two last."""
    if told is None or scene.others or not 1 <= scene.since_related <= _LATEST:
        return None
    return _by_quotation(scene, told) or _by_act(scene, told)


def _by_act(scene: Scene, told: Clause) -> Reference | None:
    """By a noun at the start for the act that was told."""
    words = scene.references("act_noun", "sequel") if not scene.spans else ()
    for cue in words:
        if cue.start - scene.sentence.start <= _OPENING and _names(cue, scene, told):
            return scene.with_both(cue, "act noun")
    return None


def _names(noun: Cue, scene: Scene, told: Clause) -> bool:
    """Whether a noun is of the type of an act that was told, or of the stem of one of its words."""
    cues = (*scene.references("act_noun"), *scene.sentence.cues_of("event"))
    here = (cue for cue in cues if cue.start < noun.end and noun.start < cue.end)
    types, acts = (
        {_ALIKE.get(cue.payload.type, cue.payload.type) for cue in some if cue.payload.type}
        for some in (here, told.cues_of("event"))
    )
    return not types.isdisjoint(acts) or _shares_stem(noun, told)


def _shares_stem(noun: Cue, told: Clause) -> bool:
    text, sentence = told.folded_text, told.sentence
    last = _WORD.findall(text, noun.start, noun.end)[-1]
    stem = last[: max(_STEM, len(last) - _ENDING)]
    words = _WORD.findall(text, sentence.start, sentence.end)
    return len(stem) >= _STEM and any(word.startswith(stem) for word in words)


def _by_quotation(scene: Scene, told: Clause) -> Reference | None:
    """By what the one says who spoke of the other: with a pronoun for the other in it, or with a word of
    saying beside it."""
    speaker, sentence = _speaker(told), scene.sentence
    if speaker is None or any(span.side != speaker for span in scene.spans):
        return None
    quoted = _quoted(told.folded_text, sentence)
    if quoted is None:
        return None
    other = other_side(speaker)
    low, high = quoted
    pronouns = [cue for cue in scene.references(*_OF_QUOTED, to=(other,)) if low <= cue.start < high]
    if not pronouns and not _is_tagged(sentence, low, high):
        return None
    there = referring(pronouns[0], other) if pronouns else ActorSpan(low, low, other, "pronoun")
    here = scene.spans[0] if scene.spans else ActorSpan(sentence.end, sentence.end, speaker, "pronoun")
    return Reference(scene.clause(here, there), "further quotation")


def _is_tagged(sentence: Sentence, low: int, high: int) -> bool:
    """Whether what stands beside a quotation says who speaks: some words, or one of saying."""
    text = sentence.folded_text
    rest = _WORD.findall(text[: low - sentence.start]) + _WORD.findall(text[high - sentence.start :])
    said = any(not low <= cue.start < high for cue in sentence.cues_of(*_SAID))
    return said or 0 < len(rest) <= _TAG


def _quoted(text: str, sentence: Sentence) -> tuple[int, int] | None:
    quoted = _QUOTATION.search(text, sentence.start, sentence.end)
    return quoted.span(1) if quoted else None


def _speaker(told: Clause) -> Side | None:
    """Whose words a clause quotes: those of the one who is not in the quotation, or who stands first."""
    quoted = _quoted(told.folded_text, told.sentence)
    if quoted is None:
        return told.first.side if told.cues_of(*_SAID) else None
    low, high = quoted
    outside = [span for span in (told.first, told.last) if not low <= span.start < high]
    return outside[0].side if outside else None
