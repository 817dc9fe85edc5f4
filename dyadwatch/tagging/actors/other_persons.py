"""Other persons: whom a text names beside the actors, so that a pronoun is not taken for an actor.

They are namesakes, aides and public figures, and, in languages that write names alone with a capital, whoever
is introduced by a given name or says something.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from dyadwatch.tagging.documents.document import ActorSpan, Document, actor_span
from dyadwatch.tagging.lexicons.lexicon import CASED

# What a sentence follows: nothing, a line's end, another's, or a quotation mark.
_SENTENCE_START = re.compile(r"""(?:^|\n|[.?!…]["”»)]*\s+|["“„«”»][ \u00a0\u202f]?)\Z""")
_WORD_BOUNDARY = re.compile(r"\b")
_BEFORE = 4  # characters before a sentence that tell that it begins
_MAX_SURNAMES = 60  # looked for in a text
_CAPITALISED_WORD = r"([A-Z\u00c0-\u00de\u0130\u015e\u0410-\u042f]\w{2,})"
# One or two of them, and the word that follows.
_NAME_AND_WORD = re.compile(f"{_CAPITALISED_WORD}(?: {_CAPITALISED_WORD})?(?=(?: (\\w+))?)")


def other_persons(
    document: Document, actors: Sequence[ActorSpan], resolved: Iterable[ActorSpan]
) -> tuple[ActorSpan, ...]:
    """Everyone named but the actors, in order; the side of a span means nothing. `actors` are in order,
    `resolved` are the namesakes and aides of the watch."""
    text = document.folded_text
    words = [word for some in document.words.values() for word in some if word.payload.kind == "person"]
    spans = {*resolved, *[actor_span((word.start, word.end, "a", "name")) for word in words]}
    if document.language in CASED:
        for surname in sorted(_introduced_surnames(document))[:_MAX_SURNAMES]:
            spans.update(_occurrences(surname, text))
    starts = [span.start for span in actors]

    def is_part_of_actor(span: ActorSpan) -> bool:
        index = bisect_right(starts, span.start)
        return bool(index) and span.start < actors[index - 1].end

    return tuple(
        sorted(span for span in spans if not is_part_of_actor(span) and not document.is_lower(span.start))
    )


def _occurrences(surname: str, folded_text: str) -> Iterator[ActorSpan]:
    """Where a surname stands as a whole word."""
    start = folded_text.find(surname)
    while start >= 0:
        end = start + len(surname)
        if _WORD_BOUNDARY.match(folded_text, start) and _WORD_BOUNDARY.match(folded_text, end):
            yield ActorSpan(start, end, "a", "name")
        start = folded_text.find(surname, end)


def _introduced_surnames(document: Document) -> frozenset[str]:
    """The surnames that stand after a given name or, within a sentence, before a word of saying."""
    surnames = set()
    lexicon, text = document.lexicon, document.text
    kinds = lexicon.kinds_by_word
    for match in _NAME_AND_WORD.finditer(text):
        first, second, following = match.groups()
        if second and first.lower() in lexicon.given_names:
            surnames.add(second.lower())
        elif (
            following
            and following.islower()
            and "speech" in kinds[following]
            and not _SENTENCE_START.search(text[max(0, match.start() - _BEFORE) : match.start()])
        ):
            surnames.add((second or first).lower())
    return frozenset(name for name in surnames if not lexicon.knows(name, "after_name"))
