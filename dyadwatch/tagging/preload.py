"""Preloading what is otherwise loaded on first use."""

from dyadwatch.tagging.lexicons.lexicon import LANGUAGES, lexicon
from dyadwatch.text.language import identify


def preload_languages() -> None:
    """Loads the language identifier and every lexicon, so that a process can do so before it forks."""
    identify("load the model")
    for language in LANGUAGES:
        lexicon(language)
