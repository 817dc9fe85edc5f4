"""Which URLs may be dialled, and what identifies a page."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dyadwatch import urls
from dyadwatch.errors import WebError


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("http://example.org", "http://example.org/"),
        ("HTTPS://Example.ORG:443/A?b=C#d", "https://example.org/A?b=C"),
        ("http://example.org:80/", "http://example.org/"),
        ("http://example.org:8080/", "http://example.org:8080/"),
        ("http://example.org:/", "http://example.org/"),
        ("http://example.org./feed", "http://example.org/feed"),
        ("http://example.org/a b", "http://example.org/a%20b"),
        ("http://example.org/خبر", "http://example.org/%D8%AE%D8%A8%D8%B1"),
        ("http://example.org/%d8%ae", "http://example.org/%d8%ae"),
        ("http://example.org/?q=http://127.0.0.1/", "http://example.org/?q=http://127.0.0.1/"),
        ("http://bücher.example/", "http://xn--bcher-kva.example/"),
        ("http://مثال.إختبار/", "http://xn--mgbh0fb.xn--kgbechtv/"),
        ("http://under_score.example/", "http://under_score.example/"),
        ("http://10.example.test/", "http://10.example.test/"),
        ("http://8.8.8.8/", "http://8.8.8.8/"),
        ("http://[2001:4860:0:0::8888]:8080/", "http://[2001:4860::8888]:8080/"),
        ("http://example.org/@user/#/@user", "http://example.org/@user/"),
    ],
)
def test_a_plain_url_has_one_form(url, form):
    """Scheme, host, port, fragment and escapes are brought into the form that is dialled."""
    assert urls.strict(url) == form


REFUSED = [
    "",
    "example.org",
    "//example.org/",
    "/path",
    "http:example.org",
    "http:/example.org/",
    "http:///example.org/",
    "ftp://example.org/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "data:text/plain,hi",
    "source:http://example.org/",
    "http://user@example.org/",
    "http://user:secret@example.org/",
    "http://example.org\\@other.test/",
    "http://example.org%00.other.test/",
    "http://%65xample.org/",
    "http://exa mple.org/",
    " http://example.org/",
    "http://example.org\t/",
    "http://example.org/\r\nHost: other.test",
    "ht\ntp://example.org/",
    "http://example.org#@other.test/",
    "http://example.org?@other.test/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0177.0.0.1/",
    "http://127.0.0.1./",
    "http://425.510.425.510/",
    "http://1.2.3.4.5/",
    "http://0/",
    "http://①②⑦.⓪.⓪.①/",
    "http://１２７.０.０.１/",
    "http://127。0。0。1/",
    "http://127.0.0.1․/",
    "http://[127.0.0.1]/",
    "http://[::1%25lo]/",
    "http://[fe80::1%eth0]/",
    "http://[1:2:3]/",
    "http://::1/",
    "http://example..org/",
    "http://.example.org/",
    "http://-example.org/",
    "http://straße.example/",
    "http://\u0627\u200c\u0628.example/",
    "http://" + "a" * 64 + ".example/",
    "http://" + "ü" * 64 + ".example/",
    "http://" + "a." * 130 + "example/",
    "http://example.org:0/",
    "http://example.org:22/",
    "http://example.org:25/",
    "http://example.org:6379/",
    "http://example.org:65536/",
    "http://example.org:99999/",
    "http://example.org:80:80/",
    "http://example.org:٨٠/",
    "http://example.org/" + "a" * 2048,
    "http://example.org/" + "خ" * 1000,
    "http://example.org/\ud800",
]


@pytest.mark.parametrize("url", REFUSED)
def test_what_can_be_read_in_two_ways_is_refused(url):
    """The error is permanent and has one code."""
    with pytest.raises(WebError) as raised:
        urls.strict(url)
    assert (raised.value.code, raised.value.permanent) == ("url_invalid", True)


@pytest.mark.parametrize(
    ("url", "identity"),
    [
        ("http://example.org/?utm_source=x&id=5&UTM_Medium=rss&b=2", "http://example.org/?id=5&b=2"),
        ("http://example.org/a?fbclid=1#top", "http://example.org/a"),
        ("http://example.org/a?gclid=1&yclid=2&mc_cid=3&mc_eid=4&mtm_kwd=5", "http://example.org/a"),
        ("https://www.bbc.co.uk/news/1?at_medium=RSS&at_campaign=rss", "https://www.bbc.co.uk/news/1"),
        ("http://example.org/a?utm%5Fsource=1&c", "http://example.org/a?c"),
        ("http://example.org/a?b=utm_source&utmost=1", "http://example.org/a?b=utm_source&utmost=1"),
        ("http://example.org/%d8%ae?q=%d8", "http://example.org/%D8%AE?q=%D8"),
        ("  http://example.org/a\n/b\r\n ", "http://example.org/a/b"),
        ("http://example.org/a?", "http://example.org/a"),
    ],
)
def test_tracking_does_not_identify_a_page(url, identity):
    """Only parameters known to track are dropped; all others keep their order and spelling."""
    assert urls.normalise(url) == identity


@pytest.mark.parametrize(
    ("url", "identity"),
    [
        ("b?x=1", "https://example.org/a/b?x=1"),
        ("/b", "https://example.org/b"),
        ("//other.test/b", "https://other.test/b"),
        ("?p=2", "https://example.org/a/?p=2"),
        ("../c", "https://example.org/c"),
        ("http://Other.test", "http://other.test/"),
        ("", "https://example.org/a/"),
    ],
)
def test_a_link_is_resolved_against_its_base(url, identity):
    """Relative references become absolute."""
    assert urls.normalise(url, "https://example.org/a/") == identity


@pytest.mark.parametrize("url", ["mailto:a@example.org", "javascript:void(0)", "http://[::1", "//[::1"])
def test_what_is_no_page_has_no_identity(url):
    """Links that lead nowhere raise, resolved or not."""
    for base in (None, "http://example.org/"):
        with pytest.raises(WebError) as raised:
            urls.normalise(url, base)
        assert raised.value.code == "url_invalid"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://Example.ORG:8443/a", "example.org"),
        ("http://[2001:4860::8888]:80/", "2001:4860::8888"),
        ("http://8.8.8.8/", "8.8.8.8"),
    ],
)
def test_the_host_is_the_bare_name(url, name):
    """Without port, brackets or capitals."""
    assert urls.host(url) == name


urls_of_all_kinds = st.one_of(
    st.text(max_size=60),
    st.builds(
        "{}://{}{}{}{}".format,
        st.sampled_from(["http", "https", "HTTP"]),
        st.one_of(
            st.sampled_from(
                ["example.org", "a.b", "EXAMPLE.org.", "8.8.8.8", "[2001:4860::1]", "bücher.example"]
            ),
            st.text(min_size=1, max_size=12),
        ),
        st.sampled_from(["", ":80", ":443", ":8080", ":", ":65536"]),
        st.one_of(st.just(""), st.text(max_size=30).map("/{}".format)),
        st.one_of(st.just(""), st.text("utm_abc=&?%2#/@ é\\", max_size=30).map("?{}".format)),
    ),
)


def _or_none(function, *arguments):
    try:
        return function(*arguments)
    except WebError:
        return None


@settings(deadline=None)
@given(urls_of_all_kinds)
@example("http://h/?a=1&&b")
def test_strict_gives_a_form_it_keeps(url):
    """Whatever comes in, the answer is url_invalid or printable ASCII that strict returns unchanged."""
    form = _or_none(urls.strict, url)
    if form is not None:
        assert urls.strict(form) == form
        assert form.isascii()
        assert form.isprintable()
        assert " " not in form
        assert len(form) <= urls.MAX_LENGTH


@settings(deadline=None)
@given(urls_of_all_kinds, st.one_of(st.none(), urls_of_all_kinds))
def test_normalising_twice_changes_nothing(url, base):
    """The identity of an identity is itself."""
    identity = _or_none(urls.normalise, url, base)
    if identity is not None:
        assert urls.normalise(identity) == identity
        assert urls.normalise(identity, base) == identity
        assert urls.host(identity) == urls.host(urls.strict(identity))


@pytest.mark.parametrize(
    ("reference", "base", "url"),
    [
        ("/a?utm_source=x#top", "https://Example.org/b", "https://example.org/a?utm_source=x"),
        (" //other.example ", "https://example.org/", "https://other.example/"),
        ("https://user@example.org/", "https://example.org/", None),
        ("javascript:void(0)", "https://example.org/", None),
        ("http://[::1", "https://example.org/", None),
        ("/a", "", None),
        ("", "https://example.org/", None),
        (None, "https://example.org/", None),
    ],
)
def test_a_reference_becomes_absolute_or_nothing(reference, base, url):
    """What `strict` refuses is no link, so whatever `absolute` returns can be normalised."""
    assert urls.absolute(reference, base) == url


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("news.bbc.co.uk", "bbc.co.uk"),
        ("example.org", "example.org"),
        ("a.blogspot.com", "a.blogspot.com"),
        ("co.uk", None),
        ("localhost", None),
        ("127.0.0.1", None),
        ("::1", None),
    ],
)
def test_the_registrable_domain_is_the_label_below_the_public_suffix(host, domain):
    """Addresses, single labels and public suffixes have none."""
    assert urls.registrable_domain(host) == domain
