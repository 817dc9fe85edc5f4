"""Where a text first appeared: an agency's credit, "originally published by", a canonical link to another
site."""

import re
from dataclasses import replace
from itertools import islice

from dyadwatch import urls
from dyadwatch.articles.canonical_urls import is_home_page, same_site
from dyadwatch.articles.metadata import PageMetadata, element_text
from dyadwatch.model.articles import Origin
from dyadwatch.text.news_agencies import NEWS_AGENCIES
from dyadwatch.text.words import word_key

_SPELLINGS = {
    spelling: agency.name
    for agency in NEWS_AGENCIES
    for spelling in (*agency.spellings, *agency.credit_spellings)
}
_NAME_OF = {word_key(spelling): name for spelling, name in _SPELLINGS.items()}
_NAMES = "|".join(sorted(map(re.escape, _SPELLINGS), key=len, reverse=True))

# "TEHRAN, March 3 (Reuters) - ...": only agencies write so, which need not be in the table.
_DATELINE = re.compile(
    r"^[^a-z().]{0,60}(?:[A-Z][a-z]{2,8}\.? \d{1,2},?\s?(?:\d{4})?\s?)?\(([^()\d]{2,40})\)\s*[-–—:―ـ]"
)
# "دمشق ـ سانا", "МОСКВА, 3 мая — РИА Новости.", "/TASS/"; "دمشق-سانا" before the sentence;
# "3 марта. /Корр. ТАСС Иван Петров/", "Москва. 3 марта. INTERFAX.RU -"
_OPENING = re.compile(
    rf"^(?:[^.:]{{0,40}}?[-–—ـ/,،(]\s*(?:وكالة |خبرگزاری )?({_NAMES})\s*(?:[-–—ـ:.)/]|$)|\w+(?: \w+)?-({_NAMES})(?=\s)"
    rf"|[^:]{{0,60}}?/(?:корр\. )?({_NAMES})(?!\w)[^/]{{0,40}}/|[^:]{{0,40}}\. ({_NAMES})(?:\.\w+)?\s*[-–—])",
    re.IGNORECASE,
)
_PERSIAN_OPENING = re.compile(
    rf"^به گزارش (?:[^،.]{{0,60}} به نقل از )?(?:(?:[^،.]{{0,40}} )?(?:خبرگزاری|خبرنگار) )?({_NAMES})(?=[\s،])"
)
_SOURCE = "(?:(?:sources?|quelle|fuente|fonte|المصدر|منبع|источник|джерело|kaynak|bron|źródło)\\s*:|نقلاً? عن|به نقل از)"
# "(AFP/Reuters)", "— ТАСС", "Quelle: dpa, AFP", "dpa/tmn", "© 2024 AFP"; the code that an agency gave it
_CLOSING = re.compile(
    rf"(?:[(/\[]\s*({_NAMES})(?:\s*[,/][^()]{{2,30}})?\s*[)/\]]|[–—-]\s*({_NAMES})"
    rf"|^{_SOURCE}\s*(?:خبرگزاری |وكالة )?({_NAMES})(?:\s*[,/].{{2,30}})?|^({_NAMES})/\w{{2,5}}"
    rf"|(?:©|copyright)\s*(?:\d{{4}}\s*)?({_NAMES}))\W*$"
    rf"|^(?=.{{0,60}}(?:کد (?:خبر|مطلب)|شناسه خبر)\W*\d).{{0,60}}?(?<!\w)({_NAMES})(?!\w)",
    re.IGNORECASE,
)
_KIND = "(?:агентство |وكالة (?:الأنباء |أنباء )?|خبرگزاری |the |news agency |haber ajansı )?"
# "передает ТАСС", "بحسب ما ذكرت وكالة سانا", "Reuters reported on Monday": an agency with a word of reporting
_REPORTED = re.compile(
    rf"(?:(?<!\w)و?(?:переда[её]т|сообщает|сообщило|пишет|повідомляє|(?:بحسب|وفق|حسب)(?: ما)?(?: (?:ذكرت|أفادت|نقلت))?"
    rf"|(?:ذكرت|أفادت)|as reported by)\s+{_KIND}({_NAMES})(?!\w)"
    rf"|(?<![\w])({_NAMES})(?: news agency)? reported(?: on)? (?:\w+day|late|early|citing)\b"
    rf"|به گزارش (?:خبرگزاری )?({_NAMES})(?!\w))"
)
_PUBLISHER = re.compile(
    r"(?:(?:originally|first) (?:published|appeared|ran|posted)(?: (?:by|on|in|at))|(?:re-?published"
    r"|reprinted|cross-?posted)(?: with permission)? from|read the original (?:article|story) (?:on|at)"
    r"|(?:erschien|veröffentlicht) (?:zuerst|ursprünglich) (?:bei|auf|in|im)|(?:publié"
    r"|paru)e? (?:initialement|à l'origine|d'abord) (?:par|dans|sur)"
    r"|publicado originalmente (?:en|por)|(?:نشر|نُشر)ت? (?:هذه? )?(?:المقال|المقالة|المادة|الخبر)? ?(?:أولا"
    r"|أولاً|لأول مرة|في الأصل)? ?(?:في|على)|ilk olarak|впервые опубликован[оа]? (?:в|на))"
    r"\s+(?P<name>[^.,;:()\n]{2,60})"
    r"|(?:zuerst|ursprünglich) (?:bei|auf|in|im)\s+(?P<other>[^.,;:()\n]{2,60}?) (?:erschienen"
    r"|veröffentlicht)",
    re.IGNORECASE,
)
_SOURCE_LINE = re.compile(rf"^\W*{_SOURCE}\s*(?P<name>[^.,;:()]{{2,40}})\W*$", re.IGNORECASE)
_AFTER_NAME = re.compile(r"\s+(?:under|with|on|as|and|unter|sous|bajo|in) .*$|\W+$", re.IGNORECASE)
_ANYBODY = re.compile(r"\b(?:news )?agencies|agencias|agenturen|agences|وكالات|خبرگزاری‌ها", re.IGNORECASE)
_QUOTES = " \"'„“”«»‘’"
_MAX_CREDIT = 220  # characters
_MAX_LINKS = 2_000
_LEAD_LINES = 2  # the headline and the lead: further down an agency is cited for a part
_OPENING_LINES = 4  # headline, dek and byline may stand before the dateline


def credited_origin(
    paragraphs: list[str], authors: tuple[str, ...], *, sites: tuple[str, ...], canonical: str | None
) -> Origin | None:
    """The origin that the text (all paragraphs, credits included), the byline and a canonical link to another
    site state; None where none does. `sites` are the publisher's own names and host, which are no origin."""
    agency = next(
        filter(None, (*(_NAME_OF.get(word_key(name)) for name in authors), _agency(paragraphs))), None
    )
    publisher = _publisher(paragraphs)
    if publisher and word_key(publisher) in _NAME_OF:
        agency, publisher = agency or _NAME_OF[word_key(publisher)], None
    agency, publisher = (None if name and _is_own(name, sites) else name for name in (agency, publisher))
    return Origin(agency, publisher, canonical) if agency or publisher or canonical else None


def with_link(origin: Origin | None, page: PageMetadata) -> Origin | None:
    """`origin` with the address of the original, where the page links the publisher's name to a page of
    another site."""
    if origin is None or origin.publisher is None or origin.url is not None:
        return origin
    name = word_key(origin.publisher).removeprefix("the ")
    for element in islice(page.tree.iter("a"), _MAX_LINKS):
        address = urls.absolute(element.get("href"), page.url)
        if address is None or is_home_page(address) or same_site(address, page.url):
            continue
        if word_key(element_text(element)).removeprefix("the ") == name:
            return replace(origin, url=address)
    return origin


def is_agency(name: str) -> bool:
    """Whether a byline names an agency rather than a person."""
    return word_key(name) in _NAME_OF


def are_agencies(name: str) -> bool:
    """Whether a name is that of an agency, or of nothing but several."""
    return is_agency(name) or (" " in name and all(map(is_agency, name.split())))


def is_credit(paragraph: str) -> bool:
    """Whether a paragraph only says where the text comes from."""
    return len(paragraph) <= _MAX_CREDIT and (
        _PUBLISHER.search(paragraph) is not None or _SOURCE_LINE.match(paragraph) is not None
    )


def _is_own(name: str, sites: tuple[str, ...]) -> bool:
    own = word_key(name).replace(" ", "")
    return (
        not own
        or any(own in word_key(site).replace(" ", "") for site in sites)
        or _ANYBODY.search(name) is not None
    )


def _agency(paragraphs: list[str]) -> str | None:
    for text in paragraphs[:_OPENING_LINES]:
        if match := _DATELINE.match(text):
            name = match.group(1).strip()
            return _NAME_OF.get(word_key(name), name)
        if match := _OPENING.match(text) or _PERSIAN_OPENING.match(text):
            return _NAME_OF[word_key(next(filter(None, match.groups())))]
    for text in paragraphs[:_LEAD_LINES]:
        if match := _REPORTED.search(text):
            return _NAME_OF[word_key(next(filter(None, match.groups())))]
    for text in reversed(paragraphs[-2:]):
        if match := _CLOSING.search(text[-_MAX_CREDIT:]):
            return _NAME_OF[word_key(next(filter(None, match.groups())))]
    return None


def _publisher(paragraphs: list[str]) -> str | None:
    edges = paragraphs[:1] + paragraphs[-3:]
    for text in filter(is_credit, edges):
        match = _PUBLISHER.search(text) or _SOURCE_LINE.match(text)
        name = _AFTER_NAME.sub("", next(filter(None, match.groups()))).strip(_QUOTES) if match else ""
        if name:
            agency = name.removeprefix("خبرگزاری ").removeprefix("وكالة ")
            return agency if word_key(agency) in _NAME_OF else name
    return None
