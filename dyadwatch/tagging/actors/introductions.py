"""Introductions: whose office a text names, beside the name of its holder ("Mayor A", "A, the mayor of X",
"A is mayor")."""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from dyadwatch.tagging.documents.document import ActorSpan, Document, Sentence
from dyadwatch.tagging.lexicons.lexicon import CASED
from dyadwatch.tagging.lexicons.offices import Offices, OfficeWord, offices
from dyadwatch.tagging.watches.watch import SIDES, Side

Holder = Side | Literal["another"]

_TITLE_WORDS = 3  # between an office and the name of its holder
_APPOSITION_WORDS = 4  # between a name and the office that follows it
_REST_WORDS = 6  # of an apposition, after its office
_REACH = 60  # folded characters between the two
_STOP = re.compile(r"[,،;:.!?()\"\u2014\u2013]")
_OPENS = (",", "،", " (", " \u2014", " \u2013")  # an apposition
_WORD = re.compile(r"[\w'-]+")
_WORD_AFTER = re.compile(r" ([\w-]+)")
_TWO_WORDS_BEFORE = re.compile(r"(?:[\w'-]+ ){1,2}$")
_ACTS = ("event", "tie", "speech", "negation")


class Introductions(NamedTuple):
    """The words for offices in a text, in order; who holds those that stand beside a name, by where they
    begin; and, by side, the words with which the text introduced an actor's."""

    offices: Offices
    words: Sequence[OfficeWord]
    holders: Mapping[int, Holder]
    known: Mapping[Side, Collection[str]]

    @property
    def of_others(self) -> set[str]:
        """The offices that somebody else holds as well."""
        return {word.payload.name for word in self.words if self.holders.get(word.start) == "another"}


class _Name(NamedTuple):
    start: int
    end: int
    holder: Holder


class _Place(NamedTuple):
    """A word for an office where it stands: the names before and after it in its sentence."""

    document: Document
    offices: Offices
    sentence: Sentence
    word: OfficeWord
    before: _Name | None
    after: _Name | None

    @property
    def is_beside_name(self) -> bool:
        after = self.after is not None and self.after.start - self.word.end <= _REACH
        return after or (self.before is not None and self.word.start - self.before.end <= _REACH)

    def holder(self) -> tuple[Holder, str] | None:
        """Who is said to hold it, and the words that say of what it is."""
        text = self.document.folded_text
        start, end = self.word.start, self.word.end
        if self.after and self._is_title(gap := text[end : self.after.start]):
            words = _TWO_WORDS_BEFORE.search(text, max(self.sentence.start, start - _REACH), start)
            return self.after.holder, f"{words[0] if words else ''} {gap}"
        if self.names_another():
            return "another", ""
        if self.before and self._is_said_of(gap := text[self.before.end : start]):
            return self.before.holder, f"{gap} {self._rest()}"
        return None

    def _rest(self) -> str:
        """What follows the office, up to a punctuation mark."""
        text, end = self.document.folded_text, self.word.end
        stop = _STOP.search(text, end, self.sentence.end)
        return text[end : stop.start() if stop else self.sentence.end]

    def _is_title(self, gap: str) -> bool:
        """Whether what stands between the office and a name makes it his title ("Mayor A", "the mayor of
        X, A")."""
        if gap == " ":
            return True
        words = gap.strip(" ,،").split()
        if len(words) > _TITLE_WORDS or _STOP.search(gap.rstrip(" ,،")):
            return False
        if gap.endswith((", ", "، ")) and not self._is_definite():
            return False
        if not words:
            return True
        lexicon = self.sentence.lexicon
        if words[-1] in lexicon.function_words:
            return False
        belongs = all(word in lexicon.given_names for word in words) or self._is_of(words[0])
        return belongs and not self._has_act(gap, self.word.end)

    def _is_definite(self) -> bool:
        """Whether an article stands before the office, or in one word with it."""
        if self.offices.article:
            return self.word.payload.known
        text, start = self.document.folded_text, self.word.start
        before = re.split(r"[ ](?=.)", text[max(self.sentence.start, start - _REACH) : start])
        return before[-1].strip() in self.offices.definite

    def _is_of(self, word: str) -> bool:
        """Whether a word after the office says of what it is."""
        markers = self.sentence.lexicon.markers
        elided = word.partition("'")[0] + "'"
        return word in self.offices.of or "of" in {markers.get(word), markers.get(elided)}

    def names_another(self) -> bool:
        """Whether a name follows that is not known, as far as capitals and given names tell. Where no article
        or preposition does, the last word may say of where the one named before is ("A, мэр Y")."""
        text = self.document.folded_text
        match = _WORD_AFTER.match(text, self.word.end, self.sentence.end)
        if match is None or self.document.is_lower(match.start(1)):
            return False
        lexicon = self.sentence.lexicon
        if match[1] in lexicon.given_names:
            return True
        if self.document.language not in CASED or not self.document.is_upper(match.start(1)):
            return False
        if self.offices.has_cases and self.before and text.startswith(_OPENS, self.before.end):
            return len(self._rest().split()) > 1
        return match[1] not in lexicon.function_words and len(match[1]) > 1

    def _is_said_of(self, gap: str) -> bool:
        """Whether the office is said of the name before it: in an apposition, or by a verb."""
        words = _WORD.findall(gap)
        if len(words) > _APPOSITION_WORDS:
            return False
        if gap.startswith(_OPENS):
            return self._is_apposition(gap, words)
        if _STOP.search(gap):
            return False
        if not words:  # "A mayor of X", after another who is the one of Y; or with the verb at the end
            return self._is_gapped()
        copulas, markers = self.offices.copulas, self.sentence.lexicon.markers
        held = next((index for index, word in enumerate(words) if word in copulas), None)
        return (
            held is not None
            and all(markers.get(word, "of") == "of" for word in words[held + 1 :])
            and not self._has_act(gap, self.before.end if self.before else 0)
        )

    def _is_gapped(self) -> bool:
        lower = self.document.language in CASED and self.document.is_lower(self.word.start)
        first = self._rest().split(maxsplit=1)[:1]
        return any(word in self.offices.copulas or (lower and self._is_of(word)) for word in first)

    def _is_apposition(self, gap: str, words: Sequence[str]) -> bool:
        if _STOP.search(gap[2:]) or (words and self.sentence.lexicon.joins(words[0])):
            return False
        rest = self._rest()
        if len(rest.split()) > _REST_WORDS or self._has_act(rest, self.word.end):
            return False
        has_article = not self.offices.definite.isdisjoint(words[:1])
        return has_article or not self._has_act(gap, self.word.start - len(gap))

    def _has_act(self, part: str, start: int) -> bool:
        end = start + len(part)
        return any(start <= cue.start and cue.end <= end for cue in self.sentence.cues_of(*_ACTS))


def introductions(
    document: Document, spans: Sequence[ActorSpan], others: Sequence[ActorSpan], persons: Collection[Side]
) -> Introductions | None:
    """Whose offices a text names, of the actors who are `persons` and of others; None where it has words for
    none."""
    known_offices = offices(document.language)
    words = known_offices.find(document.folded_text) if known_offices else []
    if known_offices is None or not words:
        return None
    names = _names(spans, others, persons)
    near = _places(document, known_offices, [word for word in words if _is_near(word, names)], names)
    held = {place.word.start: held for place in near if place.is_beside_name and (held := place.holder())}
    known = _known(words, held)
    if not any(known.values()):
        return None
    places = list(_places(document, known_offices, words, names))
    return Introductions(known_offices, words, _holders(places, held), known)


def _is_near(word: OfficeWord, names: Sequence[_Name]) -> bool:
    """Whether a name may stand beside a word for an office."""
    index = bisect_left(names, (word.start,))
    before = index > 0 and word.start - names[index - 1].end <= _REACH
    return before or (index < len(names) and names[index].start - word.end <= _REACH)


def _holders(places: Sequence[_Place], held: Mapping[int, tuple[Holder, str]]) -> dict[int, Holder]:
    """Who holds the offices beside names, with those who are named but not known where an actor holds the
    same."""
    holders = {start: holder for start, (holder, _) in held.items()}
    of_actors = {one.word.payload.name for one in places if holders.get(one.word.start) in SIDES}
    for place in places:
        if place.word.payload.name in of_actors and place.names_another():
            holders.setdefault(place.word.start, "another")
    return holders


def _names(spans: Sequence[ActorSpan], others: Sequence[ActorSpan], persons: Collection[Side]) -> list[_Name]:
    """The names of persons, in order."""
    actors = [span for span in spans if span.kind == "name" and span.side in persons]
    return sorted(
        [
            *[_Name(span.start, span.end, span.side) for span in actors],
            *[_Name(span.start, span.end, "another") for span in others],
        ]
    )


def _known(words: Sequence[OfficeWord], held: Mapping[int, tuple[Holder, str]]) -> dict[Side, set[str]]:
    """By side, the words with which the offices of actors were introduced."""
    known: dict[Side, set[str]] = {"a": set(), "b": set()}
    for word in words:
        holder, said = held.get(word.start, ("another", ""))
        if holder != "another":
            known[holder].update(_WORD.findall(said), [word.payload.special])
    return known


def _places(
    document: Document, known: Offices, words: Sequence[OfficeWord], names: Sequence[_Name]
) -> Iterator[_Place]:
    for word in words:
        sentence = document.sentences[document.sentence_at(word.start)]
        index = bisect_left(names, (word.start,))
        before = names[index - 1] if index and names[index - 1].start >= sentence.start else None
        if before and before.end > word.start:
            continue
        after = names[index] if index < len(names) and names[index].end <= sentence.end else None
        yield _Place(document, known, sentence, word, before, after)
