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
    links = [document.folding.source(start, end) for start, end in document.related]
    first = links[0][0] if links else len(text)
    headline = min(len(first_line(text)), first)
    lead = _LEAD.search(text, headline, first)
    low, high = lead.span() if lead else (headline, headline)
    spans: list[tuple[ZoneKind, int, int]] = [("headline", 0, headline), ("lead", low, high)]
    for start, end in links:
        spans += (("body", high, start), ("related", start, end))
        high = end
    spans.append(("body", high, len(text)))
    return tuple(Zone(kind, start, end) for kind, start, end in spans if text[start:end].strip())
