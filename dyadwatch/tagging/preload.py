"""Preloading what is otherwise loaded on first use."""

from dyadwatch.tagging.events import acting, ranker, stating
from dyadwatch.tagging.events.english_cues import english_cues
from dyadwatch.tagging.events.wordings import shipped_wordings
from dyadwatch.tagging.lexicons.lexicon import LANGUAGES, lexicon
from dyadwatch.tagging.lexicons.topics import topics
from dyadwatch.tagging.relations import scoring
from dyadwatch.text import language as language_identification


def preload_languages() -> None:
    """Loads the language identifier, the lexicons and all weights before a process forks."""
    language_identification.preload()
    for language in LANGUAGES:
        lexicon(language)
        topics(language)
        shipped_wordings(language)
    english_cues()
    ranker.shipped_weights()
    acting.shipped_weights()
    stating.shipped_weights()
    scoring.shipped_weights()
