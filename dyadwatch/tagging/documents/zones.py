"""The zones of a text: headline, lead (first paragraph), body, links to other articles."""

import re

from dyadwatch.model.mentions import Zone, ZoneKind
from dyadwatch.tagging.documents.document import Document
from dyadwatch.text.sentences import first_line

# A paragraph that is more than a byline or a label.
_LEAD = re.compile(r"^[^\n]{80,}", re.MULTILINE)


def zones(document: Document) -> tuple[Zone, ...]:
    """The zones that are not empty, in order, as spans of the original text."""
    text = document.text
    related = len(text)
    if document.related_from < len(document.folded_text):
        related = document.folding.source(document.related_from, document.related_from + 1)[0]
    headline = min(len(first_line(text)), related)
    lead = _LEAD.search(text, headline, related)
    low, high = lead.span() if lead else (headline, headline)
    spans: tuple[tuple[ZoneKind, int, int], ...] = (
        ("headline", 0, headline),
        ("lead", low, high),
        ("body", high, related),
        ("related", related, len(text)),
    )
    return tuple(Zone(kind, start, end) for kind, start, end in spans if text[start:end].strip())
