"""The shipped list of sources."""

import re
from urllib.parse import urlsplit

from dyadwatch import feeds, urls

SIDES = {"syrian", "iranian", "arab", "israeli", "turkish", "russian", "western", "think tank"}


def test_every_source_has_every_field():
    """A source that lacks a field would be missing from every filter on it."""
    for source in feeds.starter_sources():
        assert all([source.name, source.feeds, source.homepage, source.side, source.ownership]), source.name
        assert re.fullmatch(r"[A-Z]{2}", source.country), source.name
        assert re.fullmatch(r"[a-z]{2}", source.language), source.name


def test_names_and_feeds_are_unique_and_https():
    """No feed is polled twice, none in the clear."""
    sources = feeds.starter_sources()
    addresses = [feed.url for source in sources for feed in source.feeds]
    assert len({source.name for source in sources}) == len(sources)
    assert len({urls.normalise(address) for address in addresses}) == len(addresses) >= 25
    assert {
        urlsplit(address).scheme for address in [*addresses, *(source.homepage for source in sources)]
    } == {"https"}


def test_all_sides_and_many_languages_are_there():
    """The relationship is reported by those in it, their neighbours and outsiders."""
    sources = feeds.starter_sources()
    assert {source.side for source in sources} >= SIDES
    assert {source.language for source in sources} >= {"ar", "fa", "he", "tr", "ru", "en", "fr", "de"}
