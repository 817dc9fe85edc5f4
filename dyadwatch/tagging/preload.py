"""Preloading what is otherwise loaded on first use."""

from dyadwatch.tagging.events.english_cues import english_cues
from dyadwatch.tagging.events.ranker import shipped_weights
from dyadwatch.tagging.lexicons.lexicon import LANGUAGES, lexicon
from dyadwatch.text.language import identify


def preload_languages() -> None:
    """Loads the language identifier, the lexicons and the data of the event coder before a process forks."""
    identify("load the model")
    for language in LANGUAGES:
        lexicon(language)
    english_cues()
    shipped_weights()
