"""Clauses of marked sentences: `{a:..}` and `{b:..}` are the actors."""

from datetime import date

from tagging.marked import unmarked

from dyadwatch.tagging.documents.clause import make_clause
from dyadwatch.tagging.documents.document import ActorSpan, make_document
from dyadwatch.tagging.lexicons.lexicon import lexicon
from dyadwatch.text.folding import fold


def clause(language, sentence, kind="name"):
    """The clause of a marked sentence, in its language; `kind` is that of both actors."""
    text, spans, _ = unmarked(sentence)
    folding = fold(text)
    document = make_document(
        text, folding, folding.text.replace("\n", " "), lexicon(language), date(2019, 2, 25)
    )
    a, b = (
        ActorSpan(folding.folded(start), folding.folded(end), side, kind)
        for side in ("a", "b")
        for start, end, _ in spans[side]
    )
    return make_clause(document, document.sentences[document.sentence_at(min(a.start, b.start))], a, b)


def cue(marked, words):
    """The event cue of a clause that begins with `words`."""
    start = marked.folded_text.index(words)
    return next(one for one in marked.cues_of("event", "tie") if one.start == start)
