"""What is loaded lazily can be loaded at once."""

from dyadwatch.tagging import preload_languages
from dyadwatch.tagging.lexicons.lexicon import LANGUAGES, lexicon
from dyadwatch.text.language import _detector


def test_after_preloading_nothing_is_left_to_load():
    preload_languages()
    before = lexicon.cache_info().misses, _detector.cache_info().misses
    for language in LANGUAGES:
        lexicon(language)
    _detector()
    assert (lexicon.cache_info().misses, _detector.cache_info().misses) == before
