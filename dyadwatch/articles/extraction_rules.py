"""Reading by a publisher's own rules: CSS selectors as data, applied before the general way."""

from dataclasses import dataclass

import soupsieve
from bs4 import BeautifulSoup, Tag
from soupsieve import SelectorSyntaxError

from dyadwatch.articles.entry_content import fragment_text
from dyadwatch.articles.plain_text import one_line
from dyadwatch.errors import InvalidInput
from dyadwatch.model.extraction_rules import ExtractionRules

_LONGEST_SELECTOR = 500
_MOST_PARTS = 200  # elements that one selector may give to a text


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What the rules found: `html` is the page without what they
    drop; None and () where a rule is missing or finds nothing."""

    html: str
    title: str | None = None
    body: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None


def check(rules: ExtractionRules) -> None:
    """Raises InvalidInput (bad_selector) for the first selector that is none."""
    for selector in (*rules.title, *rules.body, *rules.author, *rules.date, *rules.drop):
        if len(selector) > _LONGEST_SELECTOR:
            raise InvalidInput(
                f"a selector has at most {_LONGEST_SELECTOR} characters: {selector[:60]}...",
                code="bad_selector",
            )
        try:
            soupsieve.compile(selector)
        except (SelectorSyntaxError, ValueError) as error:
            raise InvalidInput(f"{selector!r} is not a CSS selector: {error}", code="bad_selector") from error


def apply(html: str, rules: ExtractionRules) -> RuleResult:
    """The page `html` as `rules` read it. Raises InvalidInput (bad_selector)."""
    check(rules)
    soup = BeautifulSoup(html, "lxml")
    for selector in rules.drop:
        for element in soup.select(selector):
            if not element.decomposed:
                element.decompose()
    authors = dict.fromkeys(filter(None, map(_words, _first(soup, rules.author))))
    return RuleResult(
        html=str(soup),
        title=next(filter(None, map(_words, _first(soup, rules.title))), None),
        body="\n\n".join(
            filter(None, (fragment_text(str(part)) for part in _outermost(_first(soup, rules.body))))
        )
        or None,
        authors=tuple(authors),
        date=next(filter(None, map(_moment, _first(soup, rules.date))), None),
    )


def _first(soup: BeautifulSoup, selectors: tuple[str, ...]) -> list[Tag]:
    """What the first selector that finds something finds."""
    return next((found for selector in selectors if (found := soup.select(selector, limit=_MOST_PARTS))), [])


def _outermost(elements: list[Tag]) -> list[Tag]:
    """`elements` without those inside another, whose text would come twice."""
    chosen = {id(element) for element in elements}
    return [element for element in elements if not any(id(above) in chosen for above in element.parents)]


def _words(element: Tag) -> str:
    return one_line(str(element.get("content") or "") if element.name == "meta" else element.get_text(" "))


def _moment(element: Tag) -> str:
    """A date as an element states it: for machines first."""
    return one_line(str(element.get("datetime") or element.get("content") or element.get_text(" ")))
