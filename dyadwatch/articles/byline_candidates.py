"""Where a page may name its authors, and what speaks for and against each name: the candidates of
bylines.py."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain, islice

from lxml.html import HtmlElement

from dyadwatch.articles import byline_credits, byline_lines, byline_names, jsonld
from dyadwatch.articles.byline_lines import Line, text_of
from dyadwatch.articles.byline_names import names_in
from dyadwatch.articles.byline_words import words
from dyadwatch.articles.headline_place import NO_TEXT, HeadlinePlace
from dyadwatch.articles.metadata import PageMetadata, site_keys
from dyadwatch.articles.origins import are_agencies, is_agency
from dyadwatch.articles.paths import path
from dyadwatch.articles.scopes import headline_element
from dyadwatch.articles.text_edges import TextEdges
from dyadwatch.dates import without_dates
from dyadwatch.text.words import word_key

# meta elements that name authors, and how features call them
METAS = {
    "author": "author",
    "article:author": "property",
    "article:author_name": "property",
    "article:byline": "property",
    "parsely-author": "other",
    "dc.creator": "other",
    "dcterms.creator": "other",
    "byl": "other",
    "sailthru.author": "other",
    "cxenseparse:author": "other",
    "mediator_author": "other",
    "twitter:creator:name": "other",
}
_NAMES_AUTHOR = re.compile(
    r"auth?or|auteur|autrice|by-?line|byname|redact[eo]u?r|redakt|reporter|journalist|writer|contributor"
    r"|signature|creator|firma\b|yazar|muhabir|(?:^|[\s_-])by(?:$|[\s_-])"
)
_LEADS_TO_AUTHOR = re.compile(
    r"/(?:authors?|aut(?:h?or|eur|rice)(?:e?s|en|es)?|profiles?|people|staff|by|contributors?|reporters?|journalists?"
    r"|writers?|redaktion|redacteur|yazar(?:lar)?|columnists?|team|person|experts?|bios?)(?:/|-)|[?&]author=",
    re.IGNORECASE,
)
_NOT_OF_A_NAME = re.compile(r"[\d:/@#<>{}=\[\]_?!|«»۔।。]")
_NOT_OF_AN_ORGANISATION = re.compile(r"https?:|www\.|[@<>{}=\[\]#\n]|\d{3}|^\d", re.IGNORECASE)
_OF = re.compile(r"\s(?:of|for|and|für|und|pour|et)(?:\s(?:the|die|das|den))?\s", re.IGNORECASE)
_ATTRIBUTES = path(
    "//body//@class | //body//@id | //body//@itemprop | //body//@rel"
    " | //body//@data-component | //body//@data-testid | //body//@data-qa"
)
_MAX_ELEMENTS, _MAX_TEXT = 60, 300  # elements looked at, and characters of one
_MAX_STATED, _MAX_CANDIDATE = 40, 1_000  # values looked at, and characters of each
_MAX_NAMES, _MAX_ADDRESSES = 80, 5
_SOURCES = frozenset(("rel", "itemprop", "marked", "link", "line", "kind", "lone"))
_KINDS = _SOURCES | {"group", "plain"}
_MIN_SITE = 5  # characters
_MAX_ORGANISATION = 5  # words


@dataclass(slots=True)
class Candidate:
    """The names of one statement, and the features that speak for or against it."""

    names: tuple[str, ...]
    keys: frozenset[str]
    features: set[str]


def stated_people(page: PageMetadata) -> tuple[str, ...]:
    """The people that the first statement of JSON-LD or meta elements names, or a fuller one that names them
    too."""
    sites = site_keys(page)
    stated = [one for texts, features in _stated(page) if (one := _candidate(texts, features, sites))]
    first = stated[0] if stated else None
    return next(
        (one.names for one in stated if first and one.keys > first.keys), first.names if first else ()
    )


def people_of(texts: list[str], page: PageMetadata) -> tuple[str, ...]:
    """The people that texts name which are stated as authors."""
    candidate = _candidate([text[:_MAX_CANDIDATE] for text in texts], {"ld"}, site_keys(page))
    return candidate.names if candidate else ()


def stated_organisation(page: PageMetadata) -> str | None:
    """The first stated author, as a whole, where that may be one: an agency, a desk, the publisher, somebody
    by one word."""
    return next(filter(None, (_organisation(value) for value, _ in stated_values(page))), None)


def marked_organisation(page: PageMetadata) -> str | None:
    """The first whole text of an element that is marked as the author, as `stated_organisation`."""
    marked = (
        text_of(element) for element, kind in _marked_elements(page.tree) if kind in {"rel", "itemprop"}
    )
    return next(filter(None, map(_organisation, islice(marked, _MAX_STATED))), None)


def _organisation(text: str) -> str | None:
    name = byline_names.bare(text[:_MAX_CANDIDATE])
    if ":" in name:  # a label that says who else is named
        return None
    if are_agencies(agency := byline_names.before_name().sub("", name)):
        name = agency if is_agency(agency) else agency.split()[0]
    is_any = 1 < len(name) <= byline_names.MAX_NAME and not byline_names.is_nobody(name)
    return name if is_any and not _NOT_OF_AN_ORGANISATION.search(name) else None


def shown_candidates(page: PageMetadata, title: str | None) -> list[Candidate]:
    """What a page with a title shows that may be its byline. What stands after the text in a card, a comment
    or a margin is another's."""
    sites = site_keys(page)
    lines = byline_lines.lines(page.tree)
    edges = TextEdges(lines)
    shown = [
        one
        for texts, features in _shown(page, title, lines, edges)
        if not _is_anothers(features)
        and (one := _candidate(texts, features, sites) or _without_person(texts, features, sites))
    ]
    order: Counter[frozenset[str]] = Counter()
    for number, candidate in enumerate(shown := shown[:_MAX_NAMES]):
        kind = frozenset(candidate.features & _KINDS)
        order[kind] += 1
        candidate.features.add(f"order {min(order[kind], 4)}")
        if edges.tells(candidate.names[0]):
            candidate.features.add("told")
        candidate.features.update(_agreement(candidate, shown[:number] + shown[number + 1 :]))
    return shown


def is_near_person(candidate: Candidate) -> bool:
    """Whether a candidate names people, and near the headline or alone before or after the text."""
    features = candidate.features
    is_away = not features.isdisjoint(("far", "closing")) and "lone" not in features
    is_above = "before" in features and features.isdisjoint(("lone", "line"))
    return not ("no person" in features or is_away or is_above)


def is_beside(one: Candidate, other: Candidate) -> bool:
    """Whether a candidate that names nobody but people stands as near to the headline as another."""
    place = next((name for name in other.features if name.startswith("near")), "far")
    return {place, "rest 0"} <= one.features and one.features.isdisjoint(("plain", "away"))


def _candidate(texts: Iterable[str], features: set[str], sites: set[str]) -> Candidate | None:
    lines = map(byline_names.without_sentences, texts)
    names = [name for text in lines for name in names_in(text, keep_particles="ld" in features)]
    people = {word_key(one.name): one.name for one in names if is_person(one.name, sites)}
    if not people:
        return None
    others = sum(not is_agency(one.name) for one in names) - len(people)
    features = features | {f"names {min(len(people), 4)}", f"rest {min(max(others, 0), 3)}"}
    features.update(chain.from_iterable(one.beside for one in names))
    if any(map(byline_names.names_editor, texts)):
        features.add("editor")
    return Candidate(
        tuple(people.values()), frozenset(people), features | set(_shape(next(iter(people.values()))))
    )


def _without_person(texts: Iterable[str], features: set[str], sites: set[str]) -> Candidate | None:
    """A byline that names no person: an agency, a desk, somebody by one word. A line that nothing marks is
    none."""
    named = [name for text in texts if (name := _organisation(text)) and _is_named(name)]
    if not named or not features.isdisjoint(("plain", "lone", "kind")):
        return None
    name, others = named[0], len(named) - 1
    features = features | {"no person", *(f"no person {kind}" for kind in features & _SOURCES)}
    features |= {f"rest {min(others, 3)}", *_shape(name)}
    if byline_names.before_name().match(next(iter(texts))):
        features.add("by")
    if is_agency(name):
        features.add("agency")
    if byline_names.is_organisation(name):
        features.add("organisation")
    if word_key(name).replace(" ", "") in sites:
        features.add("site")
    return Candidate((name,), frozenset((word_key(name),)), features)


def _is_named(name: str) -> bool:
    """Whether a text is written as the name of anybody who is no person: "University of the Sea" too."""
    return (
        (is_agency(name) or byline_names.is_written_as_name(_OF.sub(" ", name)))
        and name.count(" ") < _MAX_ORGANISATION
        and is_author(name)
        and not byline_names.is_label(name)
    )


def is_person(name: str, sites: set[str]) -> bool:
    """Whether a name can be a person's."""
    return (
        is_author(name)
        and byline_names.has_length_of_name(name)
        and byline_names.is_written_as_name(name)
        and not _is_of_site(name, sites)
        and not are_agencies(name)
        and not byline_names.is_role(name)
        and not byline_names.is_organisation(name)
    )


def _is_of_site(name: str, sites: set[str]) -> bool:
    """Whether a name is the site's or has it in it: "MDR SACHSEN" of mdr.example."""
    key = word_key(name).replace(" ", "")
    return (
        key in sites
        or any(len(word) > 2 and word_key(word) in sites for word in name.split())
        or (name.count(" ") > 1 and any(len(site) >= _MIN_SITE and site in key for site in sites))
    )


def is_author(name: str) -> bool:
    """Whether a name can be anybody's."""
    return _NOT_OF_A_NAME.search(name) is None and not byline_names.is_nobody(name)


def _is_anothers(features: set[str]) -> bool:
    return "away" in features and "near 0" not in features


def stated_values(page: PageMetadata) -> Iterator[tuple[str, str]]:
    """What JSON-LD and meta elements state as author, each with its feature."""
    for value in islice(jsonld.people(page.article.get("author"), page.nodes), _MAX_STATED):
        yield value, "ld"
    for name, kind in METAS.items():
        for value in islice(page.metas.get(name, ()), _MAX_STATED):
            yield value, f"meta {kind}"
    for number in "12":
        label = page.meta(f"twitter:label{number}")
        if label and label.casefold() in words()["by"]:
            yield page.meta(f"twitter:data{number}") or "", "meta other"


def _stated(page: PageMetadata) -> Iterator[tuple[list[str], set[str]]]:
    by_feature: dict[str, list[str]] = {}
    for value, feature in stated_values(page):
        by_feature.setdefault(feature, []).append(value[:_MAX_CANDIDATE])
    for feature, values in by_feature.items():
        yield values, {feature}


def _shown(
    page: PageMetadata, title: str | None, lines: list[Line], edges: TextEdges
) -> Iterator[tuple[list[str], set[str]]]:
    header = HeadlinePlace(headline_element(page.tree, title), edges.closing)
    groups: dict[tuple[HtmlElement, str], list[tuple[HtmlElement, str]]] = {}
    read: set[HtmlElement] = set()
    for element, feature in chain(_marked_elements(page.tree), _links(page.tree)):
        if element.tag in NO_TEXT or element.tag == "body":
            continue
        text = text_of(element)
        if 1 < len(text) <= _MAX_TEXT:
            yield [text], {feature, *header.place(element)}
            read.update((element, *element.iterdescendants()))
            for above in islice(element.iterancestors(), 2):
                groups.setdefault((above, feature), []).append((element, text))
    for (above, feature), members in groups.items():
        if 1 < len(members) < 8:
            place = header.place_of_all([element for element, _ in members], above)
            yield [text for _, text in members], {feature, "group", *place}
    yield from _unmarked(lines, edges, header, read)


def _unmarked(
    shown: list[Line], edges: TextEdges, header: HeadlinePlace, read: AbstractSet[HtmlElement]
) -> Iterator[tuple[list[str], set[str]]]:
    for element, text, how in byline_lines.after_by(shown):
        source = "kind" if how == "kind" else "line"
        yield [text], {source, how, *header.place(element)}
    for element, text, edge, form in edges.alone():
        if edge == "last" or element not in read:
            place = header.place(element, is_closing=edge == "last")
            yield [byline_credits.signature(text) or text], {"lone", form, *place}
    for line in header.lines(shown, read):
        rest = without_dates(line.text).strip(" \n,|·•–—-/")
        is_dated = rest != line.text
        kind = "beside date" if is_dated and byline_names.is_name_alone(rest) else "plain"
        yield [line.text], {kind, "near 0", *(("dated",) if is_dated else ())}


def _marked_elements(tree: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    elements: dict[HtmlElement, str] = {}
    marks: dict[str, bool] = {}
    for value in _ATTRIBUTES(tree):
        if value not in marks:
            marks[str(value)] = _NAMES_AUTHOR.search(value.lower()) is not None
        if marks[value]:
            kind = value.attrname if value.attrname in {"rel", "itemprop"} else "marked"
            element = value.getparent()
            if elements.get(element, "marked") == "marked":
                elements[element] = kind
            if len(elements) >= _MAX_ELEMENTS:
                break
    for address in islice(tree.iter("address"), _MAX_ADDRESSES):
        if elements.keys().isdisjoint((address, *address.iterdescendants())):
            elements[address] = "marked"
    yield from elements.items()


def _links(tree: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    links = (
        (element, "link") for element in tree.iter("a") if _LEADS_TO_AUTHOR.search(element.get("href") or "")
    )
    yield from islice(links, _MAX_ELEMENTS)


def _shape(name: str) -> Iterator[str]:
    words = name.split()
    yield f"words {len(words)}"
    cased = [word for word in words if word[0].upper() != word[0].lower()]
    capitals = sum(word[0].isupper() for word in cased)
    if not cased:
        yield "no case"
    elif capitals < len(cased):
        yield "particle" if capitals > 1 and words[-1][0].isupper() else "lower"
    if name.isupper():
        yield "upper"


def _agreement(candidate: Candidate, others: list[Candidate]) -> Iterator[str]:
    """How other statements agree with one."""
    sources = {
        name for one in others if one.keys & candidate.keys for name in one.features & _SOURCES
    } - candidate.features
    yield f"shown by {min(len(sources), 3)}"
    if any(one.keys > candidate.keys for one in others if "away" not in one.features):
        yield "part"
    if any(one.keys < candidate.keys for one in others):
        yield "whole"
