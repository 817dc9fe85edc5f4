"""Descriptions: by what a text calls its actors once it has introduced them: by an office ("Mayor A ... the
mayor"), or by what kind of body they are ("the union ... the company")."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from dyadwatch.tagging.actors.introductions import Introductions, introductions
from dyadwatch.tagging.actors.memory import other_side
from dyadwatch.tagging.documents.document import ActorSpan, Document, Sentence, within
from dyadwatch.tagging.lexicons.bodies import body_words
from dyadwatch.tagging.lexicons.lexicon import CASED
from dyadwatch.tagging.lexicons.offices import Offices, OfficeWord
from dyadwatch.tagging.watches.watch import SIDES, Side

_REMEMBERED = 6  # sentences after its holder was mentioned in which an office means him
_NEAR = 3  # the same of two bodies and their kinds
_AHEAD = 2  # sentences before the name of a body in which its kind may stand for it
_MODIFIERS = 3  # words between an article and an office
_OWNER = 24  # folded characters in which it is said whose something is
_ACCUSED = 24  # folded characters between an accusation and who is accused
_BEFORE = 40  # folded characters in which a word before another is looked for
_WORD_BEFORE = re.compile(r"([\w-]+(?:'s|')?) ?$")
_TWO_WORDS_AFTER = re.compile(r" ([\w-]+'?)(?: ?([\w'-]+))?")
_NEVER = -(10**6)


def described_by_office(
    document: Document, spans: Sequence[ActorSpan], others: Sequence[ActorSpan], persons: Collection[Side]
) -> list[ActorSpan]:
    """Where a text that names both actors, in `spans`, means those who are `persons` by an office with which
    it introduced them; `others` are persons who are neither."""
    if not persons or not _has_both(spans):
        return []
    introduced = introductions(document, spans, others, persons)
    found = _by_office(document, introduced, _Seen(document, spans)) if introduced else ()
    return list({span.start: span for span in found}.values())  # one form may be that of two offices


def described_by_kind(
    document: Document, spans: Sequence[ActorSpan], kinds: Mapping[Side, frozenset[str]]
) -> list[ActorSpan]:
    """Where a text that names both actors means bodies by their kinds: both, which it has just named, or one
    that it is about to name."""
    own = {side: kinds[side] - kinds[other_side(side)] for side in SIDES}
    if not any(own.values()) or not _has_both(spans):
        return []
    seen = _Seen(document, spans)
    both = _both_by_kind(document, seen, own) if all(own.values()) else ()
    return [*both, *(span for side in SIDES if own[side] for span in _ahead(document, seen, side, own[side]))]


def _has_both(spans: Sequence[ActorSpan]) -> bool:
    return len({span.side for span in spans}) == len(SIDES)


def unnamed_bodies(
    document: Document, sentence: Sentence, kinds: Collection[str], spans: Sequence[ActorSpan]
) -> Iterator[tuple[int, int]]:
    """Where a sentence has words for a body of some kinds that is not said to be someone's; none beside
    `spans`."""
    for word in body_words(document.language, document.folded_text, sentence.start, sentence.end):
        beside = any(word.start < span.end and span.start <= word.end + 1 for span in spans)
        if not word.kinds.isdisjoint(kinds) and not beside and not _is_of(document, word.start, word.end):
            yield word.start, word.end


def _is_of(document: Document, start: int, end: int) -> bool:
    """Whether what follows a word says whose it is ("the government of X"), not what it did ("they accused
    the company of lying")."""
    after = document.folded_text[end : end + _OWNER].split(maxsplit=1)
    if not after or document.lexicon.markers.get(after[0]) != "of":
        return False
    sentence = document.sentences[document.sentence_at(start)]
    return not any(
        cue.payload.type == "ACCUSE" and 0 <= start - cue.end <= _ACCUSED for cue in sentence.cues_of("event")
    )


class _Seen:
    """In which sentences the actors are mentioned."""

    def __init__(self, document: Document, spans: Sequence[ActorSpan]) -> None:
        self._spans = spans
        self._sentences: dict[Side, list[int]] = {side: [] for side in SIDES}
        for span in spans:
            self._sentences[span.side].append(document.sentence_at(span.start))
        self._described: dict[Side, int] = dict.fromkeys(SIDES, _NEVER)

    def add(self, side: Side, sentence: int) -> None:
        self._described[side] = sentence

    def last(self, side: Side, sentence: int) -> int:
        """The last sentence up to one in which an actor is mentioned."""
        sentences = self._sentences[side]
        index = bisect_left(sentences, sentence + 1)
        return max(self._described[side], sentences[index - 1] if index else _NEVER)

    def first(self, side: Side) -> int:
        return self._sentences[side][0]

    def names(self, side: Side, sentence: int) -> bool:
        """Whether a sentence names an actor."""
        sentences = self._sentences[side]
        index = bisect_left(sentences, sentence)
        return sentences[index : index + 1] == [sentence]

    def spans_of(self, sentence: Sentence) -> Sequence[ActorSpan]:
        return within(self._spans, sentence)

    def is_named(self, word: OfficeWord) -> bool:
        """Whether a word is part of the mention of an actor."""
        index = bisect_left(self._spans, (word.end,))
        return index > 0 and self._spans[index - 1].end > word.start


def _by_office(document: Document, introduced: Introductions, seen: _Seen) -> Iterator[ActorSpan]:
    """The offices by which the text means who was introduced with them, as long as it has mentioned him
    lately, and since then nobody who may hold the same."""
    modified: dict[str, int] = {}  # by office, the sentence in which another's was named last
    holders: dict[str, set[str]] = defaultdict(set)  # so far
    for word in introduced.words:
        name, sentence = word.payload.name, document.sentence_at(word.start)
        holder = introduced.holders.get(word.start)
        if holder:
            holders[name].add(holder)
            continue
        if len(holders[name]) != 1 or name in introduced.of_others or seen.is_named(word):
            continue
        side: Side = "a" if "a" in holders[name] else "b"
        last = seen.last(side, sentence)
        form = _Phrase(document, introduced.offices, word, introduced.known[side]).form()
        if form == "modified":
            modified[name] = sentence
        elif form == "definite" and sentence - last <= _REMEMBERED and modified.get(name, _NEVER) < last:
            seen.add(side, sentence)
            yield ActorSpan(word.start, word.end, side, "role")


class _Phrase(NamedTuple):
    """An office with the words around it, of which those `known` introduced its holder."""

    document: Document
    offices: Offices
    word: OfficeWord
    known: Collection[str]

    def form(self) -> Literal["definite", "indefinite", "modified"]:
        """Whether it refers to somebody known, by an article or where the language has none, or words beside
        it tell it from the one that was introduced ("the Polish minister")."""
        modifiers = self._modifiers()
        if modifiers is None:
            return "indefinite"
        special = self.word.payload.special
        if modifiers or (special and special not in self.known) or self._has_complement():
            return "modified"
        return "definite"

    def _modifiers(self) -> list[str] | None:
        """The words between its article, if the language has one, and itself that introduced nobody; None
        without the article."""
        if self.offices.article:
            return [] if self.word.payload.known else None
        before = self._words_before()
        if not self.offices.definite:
            return [word for word, start in before[:1] if self._modifies(word, start)]
        for index, (word, _) in enumerate(before):
            if word in self.offices.definite:
                return [word for word, _ in before[:index] if word not in self.known]
        return None

    def _words_before(self) -> list[tuple[str, int]]:
        """The words before it and where they begin, nearest first."""
        offset, before = self.word.start, []
        low = self.document.sentences[self.document.sentence_at(offset)].start
        for _ in range(_MODIFIERS + 1):
            match = _WORD_BEFORE.search(self.document.folded_text, max(low, offset - _BEFORE), offset)
            if match is None:
                break
            offset = match.start()
            before.append((match[1], offset))
        return before

    def _modifies(self, word: str, start: int) -> bool:
        """Whether a word before it does, in a language without articles."""
        if word in self.known:
            return False
        language = self.document.language
        if language == "zh":
            return word not in self.document.lexicon.function_words
        if self.offices.adjectives and word.endswith(self.offices.adjectives):
            return True
        return language in CASED and self.document.is_upper(start)

    def _has_complement(self) -> bool:
        """Whether what follows says of what, or of where, another is ("the minister of Y")."""
        match = _TWO_WORDS_AFTER.match(self.document.folded_text, self.word.end)
        if match is None or match[1] in self.known:
            return False
        word, following = match[1], match[2]
        if self.document.lexicon.markers.get(word) == "of":
            return following not in self.known and _is_of(self.document, self.word.start, self.word.end)
        if word in self.offices.of:
            return True
        if self.offices.article:
            return word.startswith(self.offices.article) and word.endswith(self.offices.adjectives)
        if self.offices.definite:
            return bool(self.offices.adjectives) and word.endswith(self.offices.adjectives)
        return self.document.language in CASED and self.document.is_upper(match.start(1))


def _both_by_kind(document: Document, seen: _Seen, own: Mapping[Side, frozenset[str]]) -> Iterator[ActorSpan]:
    """The kinds in sentences that name neither, soon after those that did."""
    for index in range(max(map(seen.first, SIDES)) + 1, len(document.sentences)):
        if max(index - seen.last(side, index) for side in SIDES) > _NEAR:
            continue
        if any(seen.names(side, index) for side in SIDES):
            continue
        sentence = document.sentences[index]
        found = [next(unnamed_bodies(document, sentence, own[side], ()), None) for side in SIDES]
        for side, span in zip(SIDES, found if all(found) else (), strict=False):
            if span:
                seen.add(side, index)
                yield ActorSpan(*span, side, "pronoun")


def _ahead(document: Document, seen: _Seen, side: Side, kinds: Collection[str]) -> Iterator[ActorSpan]:
    """The kind of a body in a sentence that names the other actor, shortly before the text names it."""
    first = seen.first(side)
    for index in range(max(0, first - _AHEAD), first):
        if seen.names(other_side(side), index):
            sentence = document.sentences[index]
            named = seen.spans_of(sentence)
            span = next(unnamed_bodies(document, sentence, kinds, named), None)
            if span:
                yield ActorSpan(*span, side, "pronoun")
                return
