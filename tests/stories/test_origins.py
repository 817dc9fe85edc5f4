"""Whose text an article is by its own account."""

import pytest

from dyadwatch.model.articles import Origin
from dyadwatch.model.entries import EntrySource
from dyadwatch.model.sources import SourceRef
from dyadwatch.stories import claim_origin

URL = "https://site.example/1"


def source(name="A Paper", **facts):
    values = dict.fromkeys(("country", "side", "language", "ownership"))
    return SourceRef(**{"id": 7, "name": name, **values, **facts})


KNOWN = source(country="GB")
SANA = source("SANA", publisher="sana", family="sana")


@pytest.mark.parametrize(
    ("publisher", "stated", "key", "basis", "known"),
    [
        (KNOWN, {}, "source:7", "source", True),
        (source(), {}, "source:7", "source", False),
        (source(family="Quay Group"), {}, "family:quay group", "source", True),
        (SANA, {}, "family:sana", "agency", True),
        (None, {}, "site:site.example", "source", False),
        (KNOWN, {"origin": Origin(agency="SANA")}, "family:sana", "credit", True),
        (KNOWN, {"origin": Origin(agency="Northbridge Wire")}, "name:northbridge wire", "credit", False),
        (KNOWN, {"origin": Origin(agency="AFP", publisher="The Guardian")}, "family:afp", "credit", True),
        (KNOWN, {"origin": Origin(publisher="The Atlantic Council")}, "family:atlantic council", "named", True),
        (KNOWN, {"origin": Origin(publisher="Their site", url="https://english.aawsat.com/1")}, "family:srmg", "named", True),
        (KNOWN, {"origin": Origin(publisher="The Quay")}, "name:the quay", "named", False),
        (KNOWN, {"origin": Origin(url="https://tass.com/1")}, "family:tass", "canonical", True),
        (KNOWN, {"origin": Origin(url="https://blog.example/1")}, "site:blog.example", "canonical", False),
        (KNOWN, {"entry_source": EntrySource("Kommersant", None)}, "family:kommersant", "entry", True),
        (KNOWN, {"entry_source": EntrySource(None, "https://www.irna.ir/rss")}, "family:irna", "entry", True),
        (SANA, {"origin": Origin(agency="SANA")}, "family:sana", "agency", True),
        (KNOWN, {"origin": Origin(publisher="A Paper")}, "source:7", "source", True),
        (KNOWN, {"entry_source": EntrySource(None, "https://www.site.example/rss")}, "source:7", "source", True),
        (SANA, {"origin": Origin(agency="SANA", publisher="TASS")}, "family:tass", "named", True),
        (source("AFP"), {}, "source:7", "source", False),
        (source(), {"origin": Origin(agency="AFP")}, "family:afp", "credit", False),
        (source(), {"origin": Origin(url="https://www.bbc.com/news/1")}, "family:bbc", "canonical", False),
        (source(), {"entry_source": EntrySource("Bloomberg", "https://www.bloomberg.com/rss")}, "family:bloomberg", "entry", False),
        (None, {"origin": Origin(agency="AFP")}, "family:afp", "credit", False),
    ],
)  # fmt: skip
def test_what_is_stated_counts_and_else_the_publisher(publisher, stated, key, basis, known):
    """Most of all an agency that is credited; nobody's own name is another origin."""
    claim = claim_origin(URL, publisher, **stated)
    assert (claim.key, claim.basis, claim.known) == (key, basis, known)
    assert claim.carrier_known == claim_origin(URL, publisher).known


@pytest.mark.parametrize("url", ["https://www.irna.ir/news/1", "https://en.irna.ir/news/1"])
def test_editions_of_one_newsroom_are_one_origin(url):
    assert claim_origin(url, None).key == claim_origin(URL, None, Origin(agency="IRNA")).key
