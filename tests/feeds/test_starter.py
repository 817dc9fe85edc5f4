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


def test_each_pack_has_sources_of_its_own_with_all_facts():
    """What stands in two lists is the same source, and no feed is another source's."""
    packs = feeds.starter_packs()
    assert len({pack.id for pack in packs}) == len(packs) >= 10
    by_name = {source.name: source for source in feeds.starter_sources()}
    by_feed = {feed.url: source.name for source in by_name.values() for feed in source.feeds}
    for source in (source for pack in packs for source in pack.sources):
        assert by_name.setdefault(source.name, source) == source
        assert all(by_feed.setdefault(feed.url, source.name) == source.name for feed in source.feeds)
        assert all([source.homepage, source.side, source.country, source.language]), source.name
        addresses = [source.homepage, *(feed.url for feed in source.feeds)]
        assert all(address.startswith("https://") for address in addresses)
