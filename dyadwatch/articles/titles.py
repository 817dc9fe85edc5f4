"""The headline as the reader sees it, without the site's name."""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from html import unescape
from itertools import chain, islice

from lxml.html import HtmlElement

from dyadwatch import urls
from dyadwatch.articles import headings, script_values
from dyadwatch.articles.canonical_urls import is_home_page
from dyadwatch.articles.metadata import PageMetadata, element_text, site_keys
from dyadwatch.articles.plain_text import one_line
from dyadwatch.text.words import word_key

# Between a headline and a name; what scripts without blanks write needs none around it.
_WIDE = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_SEPARATOR = re.compile(
    rf"\s+(?:[|·•»«:/–—―-]+|::)\s+|\s*(?:[|｜ㅣ_‖]+|--+)\s*|(?<=[{_WIDE}])\s*[-–—－：]\s*|\s*[-–—－：]\s*(?=[{_WIDE}])"
)
# Also a colon, where what it parts stands elsewhere by itself.
_PART = re.compile(rf"{_SEPARATOR.pattern}|:\s+")
# "Politics | Minister resigns", "Minister resigns | Opinion"; the latter alone where the page states it whole
_KIND = r"\s*\[(?:watch|video|photos?|listen|update[d]?|exclusive)\]$"
_LABELS = re.compile(
    rf"^[^|]{{2,30}}\s\|\s(?=\S+\s+\S+\s+\S)|(?<=\S)\s\|\s[^|]{{2,20}}$|{_KIND}", re.IGNORECASE
)
_LABEL = re.compile(rf"(?<=\S)\s\|\s[^|\s]{{2,20}}$|{_KIND}", re.IGNORECASE)
_HOME = re.compile(r"(?:https?:)?(?://[^/?#]+)?/")
_MAX_LINKS, _MAX_SITE = 100, 60  # links looked at, characters of what one calls the site
_QUOTES = frozenset("\"'")
_MARKS = " |·•–—-:/"
_BETWEEN = " |·•»«–—-:"
_NAVIGATION = re.compile(r"bread-?crumb", re.IGNORECASE)
_MAX_NAVIGATION = 2_000  # characters
_MAX_BETWEEN = 8  # characters beside each of the links of a way
_PARTS = frozenset(("div", "p", "small", "span", "strong"))
_MAX_HEADINGS = 20
_MIN_OVERLAP = 0.3
_LABEL_WORDS = 2
_MAX_LENGTH = 400  # characters
_MIN_SITE, _MIN_REST, _MAX_SECTION = 3, 8, 20  # characters of a site's name, of the rest, of a section


def headline(page: PageMetadata) -> str | None:
    """The title of an article, None where the page names none.

    The first h1 that agrees with what the page states elsewhere is right more often (0.88) than JSON-LD's
    headline (0.82) and og:title (0.68), which are often rewritten for search engines and social networks. A
    choice by fitted weights (sources, agreement, length; folds by publisher) was right no more often.
    Another first h1 counts where it is a text of some words in no link: publishers state other headlines
    than readers see. What is escaped twice, as some systems do, is read as it was meant.
    """
    sites = _site_keys(page)
    titles = _stated_titles(page, sites)
    shown = [
        (_without_site(text, sites), element)
        for element in _heading_elements(page.tree, titles)
        if (text := _unescape(_without_kicker(element, titles))) and not _is_site(text, sites)
    ]
    if (lesser := _lesser_heading(page, titles, [text for text, _ in shown], sites)) is not None:
        return _without_site(element_text(lesser), sites)
    if not titles or not shown:
        return shown[0][0] if shown else _stated_title(titles, page.tree)
    return _best(shown, titles)


def _best(shown: list[tuple[str, HtmlElement]], titles: list[str]) -> str:
    """Of headings the one that agrees with what the page states; the first where none does and it may be a
    headline, else what is stated."""
    best = max((text for text, _ in shown), key=lambda text: _agreement(text, titles))
    if _agreement(best, titles) < _MIN_OVERLAP:
        return next((text for text, element in shown[:1] if _is_headline(text, element)), titles[0])
    return _without_label(best, titles)


def _site_keys(page: PageMetadata) -> set[str]:
    """What a page calls its site, in what it states, in headings and in links that lead to its front page."""
    home = (one for one in islice(page.tree.iter("h1"), _MAX_HEADINGS) if _leads_home(one, page))
    names = chain(map(element_text, home), islice(_names_of_home(page.tree), _MAX_HEADINGS))
    return site_keys(page) | {_site_key(name) for name in names if len(name) <= _MAX_SITE}


def _names_of_home(tree: HtmlElement) -> Iterator[str]:
    """What links to the front page of a site say: by text, title and picture."""
    for link in islice(tree.iter("a"), _MAX_LINKS):
        if _HOME.fullmatch(link.get("href") or ""):
            pictures = (one.get("alt") or "" for one in link.iter("img"))
            yield from filter(None, (element_text(link), link.get("title") or "", *pictures))


def _lesser_heading(
    page: PageMetadata, titles: list[str], shown: list[str], sites: AbstractSet[str]
) -> HtmlElement | None:
    """The heading of lesser rank that is the headline of a page which names, at the top and in its head, but
    its site and the section."""
    if page.article_stated or page.meta("og:title", "twitter:title"):
        return None
    says_nothing = all(headings.is_label(text) or _is_site(text, sites) for text in (*titles, *shown))
    return headings.lesser(page.tree, page.identity) if says_nothing else None


def _stated_title(titles: list[str], tree: HtmlElement) -> str | None:
    """The title of a page that shows none."""
    return _without_label(_part_in_scripts(titles[0], tree), titles[:1]) if titles else None


def _heading_elements(tree: HtmlElement, titles: list[str]) -> list[HtmlElement]:
    """The h1 elements of a page; before them, where all stand in its navigation, as the last step of the way
    to it, the h2 that shows a title."""
    first = [one for one in islice(tree.iter("h1"), _MAX_HEADINGS) if one.text_content().strip()]
    if not first or not all(map(_is_navigation, first)):
        return first
    keys = set(map(word_key, titles))
    others = islice(tree.iter("h2"), _MAX_HEADINGS)
    return [*(one for one in others if word_key(_without_kicker(one, titles)) in keys), *first]


def _is_navigation(heading: HtmlElement) -> bool:
    """Whether a heading stands in the navigation, or is the way to the page: several links and marks."""
    if any(map(_is_way, (heading, *heading.iterancestors()))):
        return True
    links = [one.text_content().strip() for one in islice(heading.iter("a"), _MAX_HEADINGS)]
    rest = len(heading.text_content()) - sum(map(len, links))
    return len(links) > 1 and rest <= _MAX_BETWEEN * len(links)


def _is_way(element: HtmlElement) -> bool:
    is_named = element.tag == "nav" or _NAVIGATION.search(element.get("class") or "") is not None
    return is_named and len(element.text_content()) <= _MAX_NAVIGATION


def _leads_home(heading: HtmlElement, page: PageMetadata) -> bool:
    """Whether a heading is the name of the site: a link to its front page."""
    link = next(chain(heading.iter("a"), heading.iterancestors("a")), None)
    address = urls.absolute(link.get("href") or "", page.url) if link is not None else None
    return address is not None and is_home_page(address) and not is_home_page(page.url)


def _is_headline(text: str, heading: HtmlElement) -> bool:
    """Whether a heading that agrees with nothing else is a headline rather than a label or the way home."""
    is_link = heading.find(".//a") is not None or next(heading.iterancestors("a"), None) is not None
    return heading.tag == "h1" and not is_link and not headings.is_label(text)


def _without_kicker(heading: HtmlElement, titles: list[str]) -> str:
    """The text of a heading without the element that precedes it there, where a title that the page states
    parts the two; with a colon between them where one joins them so."""
    whole = element_text(heading)[:_MAX_LENGTH]
    kicker = _kicker(heading, whole)
    rest = whole.removeprefix(kicker).lstrip(_MARKS)
    if not kicker or headings.is_label(rest):
        return whole
    before = {title: title.removesuffix(rest).rstrip() for title in titles if title.endswith(rest)}
    joined = (one for one, end in before.items() if end.endswith(":") and word_key(end) == word_key(kicker))
    is_parted = any(end[-1:] in _MARKS for end in before.values())
    return next(joined, rest if is_parted else whole)


def _kicker(heading: HtmlElement, whole: str) -> str:
    """The text of the first element in a heading, "" where other text precedes it."""
    parts = (one for one in islice(heading.iterdescendants(), _MAX_HEADINGS) if one.tag in _PARTS)
    first = next((text for text in map(element_text, parts) if text and text != whole), "")
    return first if whole.startswith(first) else ""


def _agreement(text: str, titles: list[str]) -> float:
    return max(_overlap(text, other) for other in titles)


def _without_label(heading: str, titles: list[str]) -> str:
    """A heading without what stands before a title in it: some words, or more where nothing else states the
    heading with them, as in "Storms at sea Minister resigns"."""
    is_stated = word_key(heading) in map(word_key, titles)
    most = _LABEL_WORDS if is_stated else len(heading)
    bare = (text for text in titles if _is_labelled(heading, text, most))
    title = next(bare, heading)
    labels = _LABEL if is_stated and title == heading else _LABELS
    return labels.sub("", title) or title


def _stated_titles(page: PageMetadata, sites: AbstractSet[str]) -> list[str]:
    titles = (
        page.node_text("headline", "name") if page.article else None,
        page.meta("og:title"),
        page.meta("twitter:title", "title", "dc.title", "parsely-title", "sailthru.title"),
        page.title_element,
    )
    shown = {word_key(one.text_content()) for one in islice(page.tree.iter("h1", "h2", "h3"), _MAX_HEADINGS)}
    stated = [_own_part(_unescape(title), shown, sites) for title in titles if title]
    return [next((whole for whole in stated if _is_cut(title, whole)), title) for title in stated]


def _own_part(title: str, shown: AbstractSet[str], sites: AbstractSet[str]) -> str:
    """The part of a title that a heading shows, else what is left without the name of the site, or a part of
    that."""
    part = _shown_part(title, shown)
    return (
        part
        if part != title and not _is_site(part, sites)
        else _shown_part(_without_site(title, sites), shown)
    )


def _unescape(text: str) -> str:
    return one_line(unescape(text)) if "&" in text else text


def _is_cut(title: str, whole: str) -> bool:
    """Whether a title ends at a quotation mark that its attribute did not escape."""
    return whole.removeprefix(title).lstrip()[:1] in _QUOTES and whole.startswith(title) and whole != title


def _is_labelled(heading: str, title: str, most: int) -> bool:
    """Whether `heading` is `title` after a label of at most so many words: "News Minister resigns"."""
    whole, bare = word_key(heading), word_key(title)
    label = whole.removesuffix(f" {bare}")
    return label != whole and len(label.split()) <= most and len(bare.split()) > 3


def _without_site(title: str, sites: AbstractSet[str]) -> str:
    """`title` without the site's name at its end, and a section before that, or at its beginning."""
    cuts = list(_SEPARATOR.finditer(title)) if len(title) <= _MAX_LENGTH else []
    whole = (cut for cut in cuts if _site_key(title[cut.end() :]) in sites)
    last = next(whole, next((cut for cut in reversed(cuts) if _is_site(title[cut.end() :], sites)), None))
    if last is not None and last.start() >= _MIN_REST:
        return _without_section(title[: last.start()], cuts[: cuts.index(last)])
    if cuts and _is_site(title[: cuts[0].start()], sites):
        return title[cuts[0].end() :].lstrip(_BETWEEN) or title
    return title


def _shown_part(title: str, shown: AbstractSet[str]) -> str:
    """The part of a title that a heading shows, without the name of a site or a section."""
    if word_key(title) in shown:
        return title
    return next((part for part in _parts(title) if word_key(part) in shown), title)


def _part_in_scripts(title: str, tree: HtmlElement) -> str:
    """The part of a title that a script of a page without headings states as a whole."""
    parts = list(_parts(title))
    scripts = script_values.scripts(tree) if parts else []
    stated = (part for part in parts if any(script_values.has_string(script, part) for script in scripts))
    return next(stated, title)


def _parts(title: str) -> Iterator[str]:
    """What stands before and after each separator of a title, if that is more than a label."""
    cuts = list(_PART.finditer(title)) if len(title) <= _MAX_LENGTH else []
    parts = (part for cut in cuts for part in (title[: cut.start()], title[cut.end() :]))
    return (part for part in parts if not headings.is_label(part))


def _without_section(title: str, cuts: list[re.Match[str]]) -> str:
    """`title` without a section at its end: one word, where much more stands before it."""
    if cuts:
        section, rest = title[cuts[-1].end() :].strip(), title[: cuts[-1].start()]
        if (
            " " not in section
            and len(section) <= _MAX_SECTION
            and len(rest) >= max(_MIN_REST, 3 * len(section))
        ):
            title = rest
    return title.rstrip(_BETWEEN)


def _is_site(piece: str, sites: AbstractSet[str]) -> bool:
    """Whether a piece of a title is the site's name, or most of it, or little more."""
    name = _site_key(piece)
    return len(name) >= _MIN_SITE - 1 and any(
        name == site
        or (len(name) >= _MIN_SITE and name in site)
        or (len(site) >= _MIN_SITE and site in name and 2 * len(site) >= len(name))
        for site in sites
    )


def _site_key(name: str) -> str:
    return word_key(name).replace(" ", "")


def _overlap(one: str, other: str) -> float:
    """Share of the words of the longer text that both have; 1 where `other` is `one` after or before a
    label."""
    whole, part = word_key(other), word_key(one)
    if part.count(" ") >= 2 and (whole.endswith(f" {part}") or whole.startswith(f"{part} ")):
        return 1.0
    first, second = set(part.split()), set(whole.split())
    return len(first & second) / max(len(first), len(second), 1)
