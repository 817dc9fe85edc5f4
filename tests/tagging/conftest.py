"""The shipped watch, compiled once for all tests (a tagger is immutable)."""

import pytest

from dyadwatch.tagging import Tagger, parse_watch, shipped_watches


@pytest.fixture(scope="session")
def tagger():
    return Tagger([parse_watch(document) for document in shipped_watches()])
