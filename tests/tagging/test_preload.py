"""What is loaded lazily can be loaded at once."""

from dyadwatch.tagging import preload_languages
from dyadwatch.tagging.events.wordings import shipped_wordings
from dyadwatch.tagging.lexicons.lexicon import LANGUAGES, lexicon
from dyadwatch.tagging.lexicons.topics import _automaton, topics
from dyadwatch.text.language import _detector


def test_after_preloading_nothing_is_left_to_load():
    preload_languages()
    before = misses()
    for language in LANGUAGES:
        lexicon(language)
        topics(language)
        shipped_wordings(language)
    _detector()
    assert misses() == before


def misses():
    return [one.cache_info().misses for one in (lexicon, _automaton, shipped_wordings, _detector)]
