"""The shipped watch, compiled once for all tests (a tagger is immutable)."""

from functools import cache

import pytest

from dyadwatch.tagging import Tagger, parse_watch, shipped_watches


@pytest.fixture(scope="session")
def tagger():
    return Tagger([parse_watch(document) for document in shipped_watches()])


@pytest.fixture(scope="module")
def tagged_once(tagger):
    """What the shipped watch says of a text of a day; of the same text it is asked once in a module."""

    @cache
    def tagged_once(text, published):
        return tagger.tag(text, published=published, watches={"assad-khamenei"})

    return tagged_once
