"""Loading at once what is loaded lazily."""

from dyadwatch.tagging.lexicons.lexicon import LANGUAGES, lexicon
from dyadwatch.text.language import identify


def warm() -> None:
    """Loads the language identifier and every lexicon, so that a process can do it before it forks."""
    identify("warm")
    for language in LANGUAGES:
        lexicon(language)
