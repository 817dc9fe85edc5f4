"""The address under which a page wants its article known, and whose site an address belongs to."""

from urllib.parse import urlsplit

from dyadwatch import urls
from dyadwatch.articles.metadata import PageMetadata, canonical_links

# Hosts under which every subdomain is another publisher, and which are no public suffix.
_SHARED_HOSTS = (".medium.com", ".substack.com", ".wordpress.com")


def canonical_url(page: PageMetadata) -> tuple[str | None, str | None]:
    """(address of the article on its own site, address of its original on another site), None where not
    stated.

    rel=canonical counts first, then og:url. A canonical link to another registrable domain says where a copy
    comes from (2.7 % of pages) and is never the article's own address; one to a home page says nothing.
    """
    for reference in (*canonical_links(page.tree), page.meta("og:url")):
        address = urls.absolute(reference, page.url)
        if address is None or (is_home_page(address) and not is_home_page(page.url)):
            continue
        if not page.url or same_site(address, page.url):
            return address, None
        return None, address
    return None, None


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
