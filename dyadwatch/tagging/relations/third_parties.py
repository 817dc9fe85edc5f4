"""Whose act a cue is: whether a third subject, not the first of the two, does what stands between or before them."""

import re
from collections.abc import Sequence

from dyadwatch.tagging.documents.document import Hit, Reading, Sentence
from dyadwatch.tagging.events.cues import Event, Pair, fused, marker

_WORD = re.compile(r"[\w'-]+")
_LAST_WORD = re.compile(r"([\w'-]+)([^\w'-]*)$")
_FIRST_WORD = re.compile(r"\s*([\w'-]+)")
_EDGE = re.compile(r"""[,;:.!?()"\u2014،؛؟]""")
_SET_OFF = re.compile(r"(?:'s?(?: [\w-]+){1,3})?,")
_CLAUSE_END = re.compile(r"\w, ")
_POSSESSIVE = re.compile(r"'s?\b")
# Kinds of words after which an actor is the subject of what follows.
_OPENERS = ("that", "speech", "break", "clause", "opener", "relative")
# Cues whose object is a person, named directly after them.
_TRANSITIVE = frozenset({"host", "praise", "criticise", "threaten", "meet", "urge", "phone"})
_STEPS = 6
_ADVERBIAL = 3  # words
_SUBJECT = 3  # words of a subject


def other_subject(reading: Reading, sentence: Sentence, pair: Pair, event: Event) -> bool:
    """Whether the cue between the two belongs to another subject: the first actor stands as the object of another
    verb or of a preposition, and a comma or conjunction leads from there to the cue ("X, elected under K, thanked A";
    "X thanked K and accused A"); or a third person begins a clause of his own before the cue ("K said X would ...")."""
    if reading.lexicon.order == "vso":
        return _second_verb(reading, sentence, pair)
    if reading.lexicon.order == "v2" and event.place == "before":
        return _verb_of_another(reading, sentence, event)
    if reading.lexicon.order == "sov":
        return _both_marked(reading, sentence, pair)
    if event.place != "between" or marker(reading, pair.last, event.cue) == "by":
        return False  # "X, elected under K, met A", but "A was received by K"
    return (
        _third_person(reading, sentence, pair, event)
        or _object_before(reading, sentence, pair, event)
        or _in_relative_clause(reading, sentence, pair, event)
    )


def _object_before(reading: Reading, sentence: Sentence, pair: Pair, event: Event) -> bool:
    """Whether the first actor is an object, and the sentence goes on from there to the cue with its own subject."""
    if pair.first.kind == "pronoun":
        return False
    set_off = _SET_OFF.match(reading.text, pair.first.end)
    if marker(reading, pair.first) in {"from", "by"} and not set_off:
        return False  # "a call by K to A"; but "X, received by K, met A"
    if any(
        cue.end <= pair.first.start or 0 <= cue.start - pair.last.end <= 4 for cue in sentence.kind("message")
    ):
        return False  # what K's letter says; "X met A and gave him K's greetings"
    gap = reading.text[pair.first.end : event.cue.start]
    goes_on = (
        any(pair.first.end <= cue.start < event.cue.start for cue in sentence.kind("clause"))
        or any(reading.lexicon.knows(word, "opener") for word in gap.split())
        or _led_on(reading, gap)
        or marker(reading, pair.first) == "with"
    )
    return goes_on and stands_as_object(reading, sentence, pair.first)


def _in_relative_clause(reading: Reading, sentence: Sentence, pair: Pair, event: Event) -> bool:
    """Whether the first actor stands in a relative clause that ends before the cue ("X, whom K trusts, met A")."""
    if not _CLAUSE_END.search(reading.text, pair.first.end, event.cue.start):
        return False
    return any(
        cue.end <= pair.first.start
        and _only_titles(reading, cue.end, pair.first.start)
        and reading.text[sentence.start : cue.start].rstrip().endswith(",")
        for cue in sentence.kind("relative")
    )


def other_object(reading: Reading, pair: Pair, event: Event) -> bool:
    """Whether the cue between the two names someone else as its object ("K thanked X for defending A")."""
    if event.place != "between" or event.cue.payload.id not in _TRANSITIVE or event.cue.payload.type is None:
        return False
    word = _FIRST_WORD.match(reading.text, event.cue.end, pair.last.start)
    if word is None or not _stranger(reading, pair, word.start(1), word.group(1)):
        return False
    rest = reading.text[word.end() : pair.last.start]
    return len(rest.split()) > 1 and not any(
        reading.lexicon.markers.get(part) == "and" for part in rest.split()
    )


def with_another(reading: Reading, pair: Pair, event: Event) -> bool:
    """Whether what is done together is done with someone else, of whom the second actor is but the topic ("K and the
    premier disagreed about A")."""
    if event.place != "between" or event.cue.payload.direction != "mutual":
        return False
    words = reading.text[pair.first.end : event.cue.start].split()
    return len(words) > 1 and reading.lexicon.markers.get(words[0]) == "and"


def apposed(reading: Reading, pair: Pair, strangers: Sequence[Hit]) -> bool:
    """Whether the first actor only says who the subject is ("X, named as a successor to K, spent a day with A")."""
    if _SET_OFF.match(reading.text, pair.first.end) is None or pair.first.kind == "pronoun":
        return False
    return any(
        hit.end <= pair.first.start and reading.text[hit.end : hit.end + 2] == ", " for hit in strangers
    )


def aside(reading: Reading, sentence: Sentence, pair: Pair) -> bool:
    """Whether the second actor is the subject of a clause that only says when or why ("..., a day after A spoke")."""
    if pair.last.kind == "pronoun" or _POSSESSIVE.match(reading.text, pair.last.end):
        return False
    if any(cue.start >= pair.last.end for cue in sentence.kind("object_pronoun")):
        return False
    return any(
        pair.first.end <= cue.start
        and cue.end <= pair.last.start
        and _only_titles(reading, cue.end, pair.last.start)
        for cue in sentence.kind("clause")
    )


def _both_marked(reading: Reading, sentence: Sentence, pair: Pair) -> bool:
    """Whether, verbs last, both actors are marked as objects: neither is the subject, unless a message goes between."""
    if not {marker(reading, pair.first), marker(reading, pair.last)} <= {"object", "to", "with"}:
        return False
    joined = len(reading.text[pair.first.end : pair.last.start].split()) < 2
    by_name = not joined and "pronoun" not in {pair.a.kind, pair.b.kind}
    return by_name and not sentence.kind("message")


def _second_verb(reading: Reading, sentence: Sentence, pair: Pair) -> bool:
    """Whether, verbs first, a verb with its subject stands before the first actor and another word with "and" between."""
    if marker(reading, pair.first) in {"from", "to", "with"} and _only_titles(
        reading, pair.first.end, pair.last.start
    ):
        return marker(reading, pair.last) is None  # "met X, close to K, A"
    verbs = sentence.kind("event", "speech")
    words = _WORD.findall(reading.text, pair.first.end, pair.last.start)
    conjunctions = tuple(letters for letters, part in reading.lexicon.prefixes.items() if part == "and")
    if not any(len(word) > 2 and word.startswith(conjunctions) for word in words):
        return False
    for verb in verbs:
        subject = list(_WORD.finditer(reading.text, verb.end, pair.first.start))
        if verb.end <= pair.first.start and 0 < len(subject) <= _SUBJECT:
            return all(_in_subject(reading, pair, word) for word in subject)
    return False


def _in_subject(reading: Reading, pair: Pair, word: re.Match[str]) -> bool:
    """Whether a word between a verb and an actor names a subject of its own."""
    plain = word.group() not in reading.lexicon.markers and word.start() not in pair.places
    return plain and not any(
        reading.lexicon.knows(word.group(), kind) for kind in ("title", "event", "speech", "opener")
    )


def _verb_of_another(reading: Reading, sentence: Sentence, event: Event) -> bool:
    """Whether, the verb second, a subject of its own stands before the verb (a cue written small) and both actors."""
    start = event.cue.start
    if not reading.small(start):
        return False
    clause = max(
        (edge.end() for edge in _EDGE.finditer(reading.text, sentence.start, start)), default=sentence.start
    )
    words = _WORD.findall(reading.text, clause, start)
    if not words or words[0] in reading.lexicon.fronted:
        return False
    return reading.lexicon.markers.get(words[0], "of") == "of"


def _led_on(reading: Reading, gap: str) -> bool:
    """Whether a comma or a conjunction, not a relative pronoun directly after the actor, leads to the cue."""
    if "," in gap or "\u2014" in gap:
        after = gap.lstrip().lstrip(",").split()
        return not (after and gap.lstrip().startswith(",") and reading.lexicon.knows(after[0], "relative"))
    return any(reading.lexicon.markers.get(word) == "and" for word in gap.split()[-4:])


def stands_as_object(reading: Reading, sentence: Sentence, hit: Hit) -> bool:
    """Whether the words before an actor make it the object of a verb or preposition, not a subject."""
    if fused(reading, hit) in {"to", "with", "object"}:
        return True
    lexicon, offset, toppled = reading.lexicon, hit.start, False
    for _ in range(_STEPS):
        found = _LAST_WORD.search(reading.text, max(sentence.start, offset - 40), offset)
        if found is None or _EDGE.search(found.group(2)):
            return False
        offset, word = found.start(1), found.group(1)
        part = lexicon.markers.get(word)
        if part:
            # "For K, losing A ..." speaks of K; "with K, Putin ..." does not.
            topic = offset == sentence.start and reading.text[hit.end : hit.end + 2] == ", "
            return part != "and" and not topic
        if any(lexicon.knows(word, kind) for kind in _OPENERS):
            return toppled and lexicon.knows(word, "relative")  # "X, who toppled A"
        toppled = lexicon.knows(word, "late")
        if lexicon.knows(word, "event") or (
            word not in lexicon.determiners and _plain(reading, offset, word)
        ):
            return not _inverted(reading, sentence, offset) and not _adverbial(
                reading, sentence, found.end(1)
            )
    return False


def _adverbial(reading: Reading, sentence: Sentence, end: int) -> bool:
    """Whether what stands before an actor is but a phrase that opens the sentence ("In private K ..."): a preposition
    with a word or two, none of them an act."""
    words = reading.text[sentence.start : end].split()
    return (
        reading.lexicon.order == "svo"
        and 1 < len(words) <= _ADVERBIAL
        and words[0] in reading.lexicon.markers
        and not any(sentence.start <= cue.start < end for cue in sentence.kind("event"))
    )


def _plain(reading: Reading, offset: int, word: str) -> bool:
    """Whether a word is written small and is no title: a verb or a preposition."""
    return reading.small(offset) and not reading.lexicon.knows(word, "title")


def _inverted(reading: Reading, sentence: Sentence, offset: int) -> bool:
    """Whether the subject follows the verb, because something else stands first (German)."""
    if reading.lexicon.order != "v2":
        return False
    word = _FIRST_WORD.match(reading.text, sentence.start, offset)
    return word is None or word.group(1) in reading.lexicon.fronted


def _third_person(reading: Reading, sentence: Sentence, pair: Pair, event: Event) -> bool:
    """Whether someone else is named directly after a word of saying, or "that", between the first actor and the cue."""
    for cue in sentence.kind("speech", "that"):
        if pair.first.end <= cue.start and cue.end < event.cue.start:
            word = _FIRST_WORD.match(reading.text, cue.end, event.cue.start)
            if word and _stranger(reading, pair, word.start(1), word.group(1)):
                return True
    return False


def _stranger(reading: Reading, pair: Pair, offset: int, word: str) -> bool:
    """Whether a capitalised word is a name that is neither the actors', nor their countries', nor a title or day."""
    return (
        reading.lexicon.order == "svo"
        and reading.capital(offset)
        and offset not in pair.places
        and not any(hit.start <= offset < hit.end for hit in (pair.a, pair.b))
        and not any(reading.lexicon.knows(word, kind) for kind in ("title", "after_name"))
    )


def _only_titles(reading: Reading, start: int, end: int) -> bool:
    words = [match.group() for match in _WORD.finditer(reading.text, start, end)]
    return len(words) <= 3 and all(
        word not in reading.lexicon.markers
        and (reading.lexicon.knows(word, "title") or word in reading.lexicon.determiners)
        for word in words
    )
