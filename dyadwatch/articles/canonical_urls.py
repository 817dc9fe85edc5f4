"""The address under which a page wants its article known, and whose site an address belongs to."""

import re
from urllib.parse import unquote, urlsplit

from dyadwatch import urls
from dyadwatch.articles.metadata import PageMetadata, canonical_links
from dyadwatch.text.words import word_key

# An address of an article rather than of a section: a number, a slug of words, a file, a parameter.
ARTICLE_PATH = re.compile(r"\d{3,}|(?:[^/-]+-){3,}|\.s?html?$|\.php$|=")
# What follows the address of an article in another form of it: "/amp", "/2", "/print".
_VARIANT = re.compile(
    r"/(?:amp|print|mobile|comments?|full|all|single|index\.\w+|page/\d+|\d{1,2}|m)", re.IGNORECASE
)
_SECTION = re.compile(r"(?:/[a-z]+(?:-[a-z]+)?){1,3}")
_MIN_SHARED, _MIN_WORD = 2, 4  # words that an address and a headline share, and characters of one
# Hosts under which every subdomain is another publisher, and which are no public suffix.
_SHARED_HOSTS = (".medium.com", ".substack.com", ".wordpress.com")


def canonical_url(page: PageMetadata, title: str | None = None) -> tuple[str | None, str | None]:
    """(address of the article on its own site, address of its original on another site), None where not
    stated.

    rel=canonical counts first, then og:url. A canonical link to another registrable domain says where a copy
    comes from (2.7 % of pages) and is never the article's own address; one to a home page, to a section or to
    another article says nothing (RFC 6596: it is for the same content).
    """
    for reference in (*canonical_links(page.tree), page.meta("og:url")):
        address = urls.absolute(reference, page.url)
        if address is None or (is_home_page(address) and not is_home_page(page.url)):
            continue
        if page.url and not same_site(address, page.url):
            return None, address
        if not page.url or not (names_section(address, page.url) or _is_another(address, page.url, title)):
            return address, None
    return None, None


def names_section(address: str, page_url: str) -> bool:
    """Whether `address` names no article although the page's own does."""
    path, own = (urlsplit(url).path.rstrip("/") for url in (address, page_url))
    if urlsplit(address).query or _names_article(path) or path == own:
        return False
    if own.startswith(f"{path}/"):
        return _VARIANT.fullmatch(own[len(path) :]) is None
    return _SECTION.fullmatch(path) is not None and _names_article(own)


def _is_another(address: str, page_url: str, title: str | None) -> bool:
    """Whether the page's address has words of its headline, and `address` has words but none of these."""
    headline = _words(title or "")
    own, other = (_words(unquote(urlsplit(url).path)) for url in (page_url, address))
    return len(headline & own) >= _MIN_SHARED <= len(other) and not headline & other


def _names_article(path: str) -> bool:
    return ARTICLE_PATH.search(path) is not None


def _words(text: str) -> frozenset[str]:
    return frozenset(
        word for word in word_key(text.replace("_", " ")).split() if len(word) >= _MIN_WORD and word.isalpha()
    )


def same_site(url: str, other: str) -> bool:
    """Whether two addresses belong to one publisher: to one registrable domain."""
    return _site(url) == _site(other)


def is_home_page(url: str) -> bool:
    """Whether an address is the root of a site."""
    parts = urlsplit(url)
    return parts.path in {"", "/"} and not parts.query


def _site(url: str) -> str:
    """The registrable domain; host and port where there is none, as of an IP address."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if host.endswith(_SHARED_HOSTS):
        return host.removeprefix("www.")
    return urls.registrable_domain(host) or parts.netloc.rsplit("@", 1)[-1]
