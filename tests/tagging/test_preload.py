"""What is loaded lazily can be loaded at once."""

from dyadwatch.tagging import warm
from dyadwatch.tagging.lexicons.lexicon import LANGUAGES, lexicon
from dyadwatch.text.language import _detector


def test_after_warming_nothing_is_left_to_load():
    warm()
    before = lexicon.cache_info().misses, _detector.cache_info().misses
    for language in LANGUAGES:
        lexicon(language)
    _detector()
    assert (lexicon.cache_info().misses, _detector.cache_info().misses) == before
