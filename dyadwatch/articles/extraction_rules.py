"""A publisher's own extraction rules: CSS selectors as data, applied before the general extraction."""

from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag

from dyadwatch.articles.entry_content import fragment_text
from dyadwatch.articles.plain_text import one_line
from dyadwatch.css_selectors import compile_selector
from dyadwatch.model.extraction_rules import ExtractionRules

_MAX_PARTS = 200  # elements that one selector may give to a text


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What the rules select: `html` is the page without what they drop; None and () where no rule matches."""

    html: str
    title: str | None = None
    body: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None


def check(rules: ExtractionRules) -> None:
    """Raises InvalidInput (bad_selector) for the first selector that is not CSS."""
    for selector in (*rules.title, *rules.body, *rules.author, *rules.date, *rules.drop):
        compile_selector(selector)


def apply(html: str, rules: ExtractionRules) -> RuleResult:
    """What `rules` select from the page `html`. Raises InvalidInput (bad_selector)."""
    check(rules)
    soup = BeautifulSoup(html, "lxml")
    for selector in rules.drop:
        for element in soup.select(selector):
            if not element.decomposed:
                element.decompose()
    authors = dict.fromkeys(filter(None, map(_text, _first(soup, rules.author))))
    return RuleResult(
        html=str(soup),
        title=next(filter(None, map(_text, _first(soup, rules.title))), None),
        body="\n\n".join(
            filter(None, (fragment_text(str(part)) for part in _outermost(_first(soup, rules.body))))
        )
        or None,
        authors=tuple(authors),
        date=next(filter(None, map(_date_text, _first(soup, rules.date))), None),
    )


def _first(soup: BeautifulSoup, selectors: tuple[str, ...]) -> list[Tag]:
    """The elements of the first selector that matches."""
    return next(
        (elements for selector in selectors if (elements := soup.select(selector, limit=_MAX_PARTS))), []
    )


def _outermost(elements: list[Tag]) -> list[Tag]:
    """`elements` without those nested in another, whose text would repeat."""
    ids = {id(element) for element in elements}
    return [element for element in elements if not any(id(above) in ids for above in element.parents)]


def _text(element: Tag) -> str:
    return one_line(str(element.get("content") or "") if element.name == "meta" else element.get_text(" "))


def _date_text(element: Tag) -> str:
    """The date of an element, the machine-readable form first."""
    return one_line(str(element.get("datetime") or element.get("content") or element.get_text(" ")))
