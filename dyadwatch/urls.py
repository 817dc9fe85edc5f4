"""URLs as text: which may be requested, what identifies a page, and which site they belong to. No network.

Parsers disagree about odd URLs, and a guard that reads one host while the client
connects to another is no guard (GHSA-rph4-96w6-q594). So `strict` refuses
whatever could be read in two ways and returns the one form that is left.
"""

import re
from functools import cache, lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address, ip_address
from urllib.parse import quote, unquote_plus, urljoin, urlsplit

from publicsuffixlist import PublicSuffixList

from dyadwatch.errors import WebError

MAX_LENGTH = 2048
_DEFAULT_PORTS = {"http": 80, "https": 443}
_PARTS = re.compile(
    r"(?P<scheme>https?)://(?P<authority>[^/?#]+)(?P<path>[^?#]*)(?P<query>\?[^#]*)?(?P<rest>#.*)?",
    re.IGNORECASE,
)
_AUTHORITY = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[^:\[\]]+)(?::(?P<port>[0-9]{0,5}))?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_AUTHORITY_FORBIDS = re.compile(r"[\\%@\s]")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMERIC = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*")
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
# The four characters that IDNA 2003 (the standard library) and IDNA 2008 map to different hosts.
_AMBIGUOUS_IDNA = re.compile("[ßẞς\u200c\u200d]")
# Ports no web server listens on: the Fetch standard's "bad ports", and data stores with line protocols.
# fmt: off
_BAD_PORTS = frozenset({
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103,
    104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514,
    515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723,
    2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
    2375, 2376, 3306, 5432, 6379, 11211, 27017,
})
# Parameters that say where a reader came from and never what is shown: campaigns, click counters, and those
# that broadcasters add in their own feeds (BBC at_*, Al Jazeera traffic_source, DW maca, France 24 xtor).
_TRACKING_PREFIXES = ("utm_", "mtm_", "at_custom", "at_bbc_", "at_link_", "at_ptr_", "_hs", "__hs", "hmb_")
_TRACKING = frozenset({
    "fbclid", "gclid", "dclid", "gbraid", "wbraid", "gclsrc", "srsltid", "yclid", "ysclid", "twclid",
    "msclkid", "ttclid", "igshid", "li_fat_id", "_openstat", "fb_action_ids", "fb_action_types", "fb_ref",
    "fb_source", "pk_campaign", "pk_kwd", "pk_keyword", "pk_source", "pk_medium", "pk_content", "pk_cid",
    "mc_cid", "mc_eid", "mc_tc", "wickedid", "oly_anon_id", "oly_enc_id", "vero_id", "vero_conv", "mkt_tok",
    "hsctatracking", "_branch_match_id", "_branch_referrer", "rb_clickid", "s_cid", "sb_referer_host",
    "at_medium", "at_campaign", "at_format", "traffic_source", "maca", "xtor", "cmpid", "ocid", "ncid",
})
# fmt: on


@lru_cache(maxsize=1024)  # a URL is checked on input, before it is stored and before it is requested
def strict(url: str) -> str:
    """The one form of an absolute http(s) URL that may be requested: ASCII, lower-case scheme and host, no
    default port, no fragment. Raises WebError (url_invalid, permanent) for whatever parsers read differently:
    credentials, backslashes, control characters, escapes or blanks in the authority, IPv4 other than in
    dotted decimal, a bad port, more than 2048 characters."""
    if len(url) > MAX_LENGTH:
        raise _invalid(f"the URL is longer than {MAX_LENGTH} characters")
    if _CONTROL.search(url):
        raise _invalid("the URL contains a control character")
    parts = _PARTS.fullmatch(url)
    if parts is None:
        raise _invalid("the URL is not absolute http or https")
    if not parts["path"] and "@" in (parts["query"] or "") + (parts["rest"] or ""):
        raise _invalid("the URL has an @ where its host could be misread")
    scheme = parts["scheme"].lower()
    authority = _authority(parts["authority"], scheme)
    form = f"{scheme}://{authority}{_escape(parts['path']) or '/'}{_escape(parts['query'] or '')}"
    if len(form) > MAX_LENGTH:
        raise _invalid(f"the URL is longer than {MAX_LENGTH} characters once escaped")
    return form


def normalise(url: str, base: str | None = None) -> str:
    """The identity of a page: `url` resolved against `base` and `strict`, without tracking parameters,
    escapes in upper case. Like browsers it ignores surrounding blanks and inner line breaks; other parameters
    keep their order. Raises WebError (url_invalid) where no page can be meant. Idempotent."""
    text = re.sub(r"[\t\r\n]", "", url.strip())
    try:
        resolved = urljoin(base, text) if base is not None else text
    except ValueError as error:
        raise _invalid("the URL cannot be resolved") from error
    address, _, query = strict(resolved).partition("?")
    remaining = "&".join(pair for pair in query.split("&") if pair and not _tracks(pair))
    return _ESCAPE.sub(lambda escape: escape[0].upper(), f"{address}?{remaining}" if remaining else address)


def absolute(reference: str | None, base: str) -> str | None:
    """`reference` resolved against `base` in its strict form,
    all parameters kept; None where `strict` refuses it."""
    try:
        return strict(urljoin(base, (reference or "").strip())) if reference else None
    except (WebError, ValueError):
        return None


def registrable_domain(host: str) -> str | None:
    """The domain under which `host` is registered, by the Public Suffix List: "news.bbc.co.uk" ->
    "bbc.co.uk". None for an address, a single label or a public suffix."""
    try:
        ip_address(host)
    except ValueError:
        return _public_suffixes().privatesuffix(host)
    return None


@cache
def _public_suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def host(url: str) -> str:
    """The host name or address that a URL names, lower-case, without port and without the brackets of IPv6.
    Raises WebError (url_invalid)."""
    return urlsplit(strict(url)).hostname or ""


def _authority(text: str, scheme: str) -> str:
    if _AUTHORITY_FORBIDS.search(text):
        raise _invalid(
            "the URL has credentials, or a backslash, an escape or a blank, where only a host may stand"
        )
    match = _AUTHORITY.fullmatch(text)
    if match is None:
        raise _invalid("the URL's host or port is malformed")
    name = _host(match["host"])
    if not match["port"]:
        return name
    port = int(match["port"])
    if port > 65535 or port in _BAD_PORTS:
        raise _invalid(f"port {port} is not one that web servers use")
    return name if port == _DEFAULT_PORTS[scheme] else f"{name}:{port}"


def _host(text: str) -> str:
    if text.startswith("["):
        try:
            return f"[{IPv6Address(text[1:-1])}]"
        except AddressValueError as error:
            raise _invalid("the URL's IPv6 address is malformed") from error
    name = text.lower() if text.isascii() else _idna(text)
    name = name.removesuffix(".")
    labels = name.split(".")
    if _NUMERIC.fullmatch(labels[-1]):
        return _ipv4(name, text)
    if len(name) > 253 or not all(map(_LABEL.fullmatch, labels)):
        raise _invalid("the URL's host is not a host name")
    return name


def _ipv4(name: str, text: str) -> str:
    try:
        address = str(IPv4Address(name))
    except AddressValueError as error:
        raise _invalid("the URL's host ends in a number but is no IPv4 address in dotted decimal") from error
    if text != address:
        raise _invalid("the URL's IPv4 address is not written in plain dotted decimal")
    return address


def _idna(text: str) -> str:
    if _AMBIGUOUS_IDNA.search(text):
        raise _invalid("the URL's host has a character that IDNA versions disagree on; give its xn-- form")
    try:
        return text.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise _invalid("the URL's host is not a valid international name") from error


def _escape(text: str) -> str:
    try:
        return quote(text, safe="/%:@!$&'()*+,;=~?[]|")
    except UnicodeEncodeError as error:
        raise _invalid("the URL contains a character that UTF-8 cannot write") from error


def _tracks(pair: str) -> bool:
    name = unquote_plus(pair.partition("=")[0]).lower()
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)


def _invalid(detail: str) -> WebError:
    return WebError(detail, code="url_invalid", permanent=True)
