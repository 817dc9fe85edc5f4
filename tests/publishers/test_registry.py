"""The shipped publishers: unambiguous, with a reference for each fact, and found by any of their names."""

import re
from collections import Counter
from urllib.parse import urlsplit

import pytest

from dyadwatch import feeds, publishers
from dyadwatch.text.news_agencies import NEWS_AGENCIES
from dyadwatch.text.words import word_key

OWNERSHIP = {
    "state", "public", "private", "cooperative", "nonprofit", "foundation", "trust", "party",
}  # fmt: skip


def test_there_are_many_and_each_is_one():
    """No slug, name or domain belongs to two."""
    everybody = publishers.all_publishers()
    names = Counter(
        key for one in everybody for key in {word_key(name).removeprefix("the ") for name in one.names}
    )
    domains = Counter(domain for one in everybody for domain in one.domains)
    assert len({one.slug for one in everybody}) == len(everybody) >= 120
    assert [name for name, count in names.items() if count > 1] == []
    assert [domain for domain, count in domains.items() if count > 1] == []


def test_every_fact_has_a_reference():
    for publisher in publishers.all_publishers():
        facts = {
            name for name in ("country", "ownership", "state_control") if getattr(publisher, name) is not None
        } | ({"family"} if publisher.family != publisher.slug else set())
        assert facts <= publisher.references.keys(), publisher.slug
        assert all(urlsplit(url).scheme == "https" for url in publisher.references.values()), publisher.slug
        assert publisher.country is None or re.fullmatch(r"[A-Z]{2}", publisher.country), publisher.slug
        assert publisher.ownership in OWNERSHIP | {None}, publisher.slug
        assert publisher.state_control in {"editorial", "funding", "none", None}, publisher.slug


def test_every_agency_that_texts_credit_is_known():
    assert [agency.name for agency in NEWS_AGENCIES if not publishers.by_name(agency.name)] == []


def test_every_starter_source_has_its_publisher():
    for source in feeds.starter_sources():
        assert publishers.at(source.homepage) == publishers.by_slug(source.publisher), source.name


def test_a_source_is_of_a_publisher_by_its_site():
    slugs = {
        publisher and publisher.slug
        for publisher in (
            publishers.of_source("bbc", "https://blog.example/"),
            publishers.of_source(None, "https://feeds.bbc.com/rss"),
        )
    }
    assert slugs == {"bbc"}
    assert publishers.of_source(None, "https://bbc.com.blog.example/") is None


@pytest.mark.parametrize(
    ("name", "slug"),
    [("guardian", "the-guardian"), ("THE GUARDIAN", "the-guardian"), ("سانا", "sana"), ("Nobody", None), (None, None)],
)  # fmt: skip
def test_a_publisher_is_found_by_its_names(name, slug):
    publisher = publishers.by_name(name)
    assert (publisher and publisher.slug) == slug


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        ("https://www.bbc.com/persian/articles/1", "bbc"),
        ("https://feeds.bbci.co.uk/", None),
        ("https://english.enabbaladi.net/archives/1", "enab-baladi"),
        ("https://notreuters.com/", None),
        ("https://com/", None),
        ("not an address", None),
        (None, None),
    ],
)
def test_a_publisher_is_found_by_its_sites(url, slug):
    publisher = publishers.at(url)
    assert (publisher and publisher.slug) == slug
