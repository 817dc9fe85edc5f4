"""What counts as one host for politeness."""

import pytest

from dyadwatch.politeness import rate_scopes


@pytest.mark.parametrize(
    ("host", "scope", "key"),
    [
        ("feeds.news.example", "host", "feeds.news.example"),
        ("feeds.news.co.uk", "domain", "news.co.uk"),
        ("www.news.com", "domain", "news.com"),
        ("127.0.0.1", "domain", "127.0.0.1"),
        ("2001:db8::1", "domain", "2001:db8::1"),
        ("localhost", "domain", "localhost"),
        ("www.news.com", "group:agency", "group:agency"),
    ],
)
def test_the_name_under_which_requests_are_counted(host, scope, key):
    """The host, its registrable domain by the Public Suffix List, or the operator's group."""
    assert rate_scopes.key(host, scope) == key
