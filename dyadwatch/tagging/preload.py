"""Loading at once what is loaded lazily."""

from dyadwatch.tagging.lexicons.language import identify
from dyadwatch.tagging.lexicons.lexicon import LANGUAGES, lexicon


def warm() -> None:
    """Loads the language identifier and every lexicon, so that a process can do it before it forks."""
    identify("warm")
    for language in LANGUAGES:
        lexicon(language)
