"""Tagging: what a text says about the two actors of a watch, with the evidence and the reasons.

Layers: lexicons (language data, matcher) < watches < documents < actors < events < relations < tagger.
Everything that other packages use is imported here. Names, roles, words and weights are data; the code knows
no actor. No database, no network, no clock: the same text, watch and version give the same answer on any
machine.
"""

from dyadwatch.tagging.events.plover import event_code
from dyadwatch.tagging.events.type_event import TypedEvent, type_event
from dyadwatch.tagging.lexicons.lexicon import has_lexicon
from dyadwatch.tagging.preload import preload_languages
from dyadwatch.tagging.relations.rerankers import available_rerankers, open_reranker
from dyadwatch.tagging.report import details, report
from dyadwatch.tagging.silence import REASONS, Silence, explain_silence
from dyadwatch.tagging.tagger import TAGGER_VERSION, Tagger
from dyadwatch.tagging.watches.checks import check_watch
from dyadwatch.tagging.watches.guard_proposals import propose
from dyadwatch.tagging.watches.guards import with_guard
from dyadwatch.tagging.watches.suggestions import Suggestion, suggest
from dyadwatch.tagging.watches.watch import Watch
from dyadwatch.tagging.watches.watch_schema import (
    WatchDocument,
    example_watches,
    parse_watch,
    shipped_watches,
)

__all__ = [
    "REASONS",
    "TAGGER_VERSION",
    "Silence",
    "Suggestion",
    "Tagger",
    "TypedEvent",
    "Watch",
    "WatchDocument",
    "available_rerankers",
    "check_watch",
    "details",
    "event_code",
    "example_watches",
    "explain_silence",
    "has_lexicon",
    "open_reranker",
    "parse_watch",
    "preload_languages",
    "propose",
    "report",
    "shipped_watches",
    "suggest",
    "type_event",
    "with_guard",
]
