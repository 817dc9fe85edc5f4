"""Who wrote an article."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from lxml.html import HtmlElement
from trafilatura.metadata import extract_author

from dyadwatch.articles import jsonld
from dyadwatch.articles.metadata import PageMetadata, element_text
from dyadwatch.articles.origins import is_agency
from dyadwatch.articles.plain_text import one_line
from dyadwatch.text.words import word_key

_META = (
    "author", "article:author", "parsely-author", "dc.creator", "dcterms.creator", "byl", "sailthru.author",
    "article:author_name", "cxenseparse:author", "mediator_author", "twitter:creator:name",
)  # fmt: skip
_BEFORE = re.compile(
    r"^(?:(?:written|posted|reported|published|story|words|text)\s+by|view all posts by|posts by"
    r"|avatar (?:by|of|for)|photo of|by|von|par|por|de la redacción de|redazione di|di|af|av|door|przez"
    r"|текст|автор|بقلم|كتب|كتبت|نویسنده|نوشته)[\s:]+(?=\S)",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\s+(?:link copied|published|updated|posted|follow|view profile|all posts)\b.*$", re.IGNORECASE
)
_BETWEEN = re.compile(r"\s*(?:[;|،\n•·]|\s(?:and|und|et|og|och|&|/|и|و)\s)\s*")
_COMMA = re.compile(r"\s*,\s*")
_NOT_A_NAME = re.compile(
    r"https?:|www\.|\.(?:com|org|net|ru|ir|de|uk)\b|[@<>{}=\[\]\d#]|avatar|\bshares?$"
    r"|^(?:admin|administrator|editors?|staff|author|unknown|null|none|n/a|redaktion|redacción|rédaction"
    r"|redazione|guest|super user|webmaster|contributor|correspondent|by|posted by)$"
    r"|\b(?:staff (?:writer|reporter|report)s?|editorial (?:team|board|staff)|news ?(?:desk|room|staff)"
    r"|redaktion|redacci[oó]n|rédaction|redaction|contributors?|newsroom)\b",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"https?:|www\.|[@<>{}=\[\]#]|avatar|^(?:admin|administrator|editors?|author|unknown|null|none|undefined"
    r"|n/a|guest|super user|webmaster|contributor|by|posted by|site|user|default|\d.*|.*\bshares?)$",
    re.IGNORECASE,
)
# Degrees and a correspondent's place after a name: "Ann Bell, MD, PhD", "Ann Bell in Valencia".
_TITLES = re.compile(
    r"(?:[\s,]+(?:M\.?D|Ph\.?\s?D|M\.?S|M\.?A|M\.?P\.?H|R\.?D\.?N?|R\.?N|L\.?D|J\.?D|D\.?O|D\.?D\.?S|Esq"
    r"|M\.?B\.?A|B\.?A|B\.?Sc|M\.?Sc|LCSW|CPA|DVM|PharmD|MBBS|FACP)\.?)+$"
)
_PLACE = re.compile(
    r"^(\S+ \S.*?) (?:in|en|à) (?:the )?[A-ZÀ-Þ][\w'’-]+(?:(?: and|,)? [A-ZÀ-Þ][\w'’-]+){0,3}$"
)
_ORGANISATION = re.compile(
    r"\b(?:news agency|agencies|agencia|university|magazine|newspaper|network|media|online|times|zeitung"
    r"|press|broadcasting|foundation|institute|inc|ltd|gmbh|llc|wire|tv|radio)$",
    re.IGNORECASE,
)

# "author-bio", "about-the-author", "authorDescription"
_ABOUT_AUTHOR = (
    "//*[self::div or self::section or self::aside or self::p][contains(@class, 'uthor')]"
    "[contains(@class, 'bio') or contains(@class, 'Bio') or contains(@class, 'bout') or contains(@class, 'esc')]"
)
_MIN_NOTE = 40
_MAX_CANDIDATES, _MAX_CANDIDATE = 40, 1_000  # candidates looked at, and characters of each


def authors(page: PageMetadata) -> tuple[str, ...]:
    """Names of the authors, in the page's order; empty where it names none.

    The first source that names a person counts: JSON-LD (right 0.87 where present), meta elements, elements
    marked as author (0.87). Where these name no person but an agency, a desk or the publisher itself, the
    first of them stands; only where they name nobody, links to authors' pages and what looks like a byline
    are read.
    """
    sites = _site_keys(page)
    stated = (
        jsonld.people(page.article.get("author"), page.nodes),
        [value for name in _META for value in page.metas.get(name, ())],
        [element_text(element) for element in _marked_elements(page.tree)],
    )
    if people := _first_names(stated, sites):
        return people
    organisations = next(filter(None, map(_organisations, stated)), ())
    if organisations and word_key(organisations[0]) not in sites:
        return organisations
    guessed = _first_names(_guesses(page), sites)
    return guessed if not organisations or any(" " in name for name in guessed) else organisations


def _site_keys(page: PageMetadata) -> set[str]:
    """What the page calls its site and publisher, as word keys."""
    publishers = jsonld.people(page.article.get("publisher"), page.nodes)
    names = (page.meta("og:site_name"), page.meta("application-name"), *publishers)
    return {word_key(name) for name in names if name}


def _guesses(page: PageMetadata) -> Iterator[Iterable[str]]:
    yield map(element_text, _linked_elements(page.tree))
    yield (extract_author(page.tree) or "").split(";")


def _first_names(candidates: Iterable[Iterable[str]], sites: set[str]) -> tuple[str, ...]:
    """The names of the first candidates that name a person."""
    return next((names for texts in candidates if (names := _names(texts, sites))), ())


def author_note(page: PageMetadata, names: tuple[str, ...]) -> str | None:
    """What the page says about one of its authors (`names`) in an element made for it, None where there is
    none."""
    keys = [word_key(name) for name in names]
    for element in islice(page.tree.xpath(_ABOUT_AUTHOR), _MAX_CANDIDATES):
        text = element_text(element)
        text_key = word_key(text)
        if (
            _MIN_NOTE < len(text) < _MAX_CANDIDATE
            and text[-1] in ".!…"
            and any(name in text_key for name in keys)
        ):
            return text
    return None


def _marked_elements(tree: HtmlElement) -> list[HtmlElement]:
    elements: list[HtmlElement] = tree.xpath(
        "//a[@rel='author'] | //*[@itemprop='author'][not(self::meta)][not(.//*[@itemprop='name'])]"
        " | //*[@itemprop='author']//*[@itemprop='name']"
    )
    return elements[:10]


def _linked_elements(tree: HtmlElement) -> list[HtmlElement]:
    """The first link to an author's page, with the others of the same byline."""
    path = "contains(@href, '/author/') or contains(@href, '/authors/') or contains(@href, '/autor/')"
    first = next(
        iter(
            tree.xpath(
                f"(//main//a[{path}] | //article//a[{path}] | //body//a[{path}])[normalize-space()][1]"
            )
        ),
        None,
    )
    parent = first.getparent() if first is not None else None
    return [] if parent is None else parent.xpath(f".//a[{path}]")[:5]


def _organisations(candidates: Iterable[str]) -> tuple[str, ...]:
    """The first stated author that is no person: an agency, a desk, the publisher."""
    for candidate in islice(candidates, _MAX_CANDIDATES):
        name = _bare(_BEFORE.sub("", one_line(candidate[:_MAX_CANDIDATE])))
        if 2 < len(name) < 60 and not _NOBODY.search(name):
            return (name,)
    return ()


def _names(candidates: Iterable[str], sites: set[str]) -> tuple[str, ...]:
    names: dict[str, str] = {}
    for candidate in islice(candidates, _MAX_CANDIDATES):
        for name in islice(_parts(_BEFORE.sub("", one_line(candidate[:_MAX_CANDIDATE]))), _MAX_CANDIDATES):
            plausible = 2 < len(name) < 50 and not _NOT_A_NAME.search(name) and not _ORGANISATION.search(name)
            if plausible and word_key(name) not in sites and not is_agency(name):
                names.setdefault(word_key(name), name)
    return tuple(names.values())


def _parts(text: str) -> Iterator[str]:
    """The names in a byline. After a comma stands another name only if it has two words and the first part
    has too: "Ann Bell, Carl Dee" are two, "Ann Bell, Reuters", "Ann Bell, PhD" and "Bell, Ann" one."""
    for piece in _BETWEEN.split(text):
        first, *others = _COMMA.split(piece)
        if others and " " not in first:
            yield _bare(piece) if len(others) > 1 else _bare(f"{others[0]} {first}")
            continue
        yield _bare(first)
        yield from (_bare(other) for other in others if " " in other)


def _bare(name: str) -> str:
    name = _TITLES.sub("", _AFTER.sub("", name).strip(' ,.;:-–—|"“”()'))
    return _BEFORE.sub("", _PLACE.sub(r"\1", name))
