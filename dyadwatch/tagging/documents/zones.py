"""The parts of a text as given: headline, first paragraph, body, links to other articles."""

import re

from dyadwatch.model.mentions import Zone, ZoneKind
from dyadwatch.tagging.documents.document import Reading
from dyadwatch.text.sentences import first_line

# The first paragraph that is more than a byline or a label.
_LEAD = re.compile(r"[^\n]{80,}")


def zones(reading: Reading) -> tuple[Zone, ...]:
    """The zones in order; each is there only where it is not empty."""
    text = reading.given
    related = len(text)
    if reading.void_from < len(reading.text):
        related = reading.folded.source(reading.void_from, reading.void_from + 1)[0]
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
