"""A publisher's own rules: CSS selectors as data."""

import pytest

from dyadwatch import articles
from dyadwatch.errors import InvalidInput
from dyadwatch.model.extraction_rules import ExtractionRules

SENTENCE = "The council has met for the third time this week and could not agree on the new timetable of the ferries."
PAGE = (
    "<html lang=en><head><title>Wrong</title></head><body><h1>Wrong</h1><div class=real>Ferries run again</div>"
    f"<span class=who>Ann Bell</span><span class=who>Carl Dee</span><time class=when datetime='2022-05-30T10:10:00+02:00'>May</time>"
    f"<div class=x><div class=y><p>{SENTENCE} One.</p><p class=promo>Buy our mugs.</p><p>{SENTENCE} Two.</p></div></div>"
    f"<main><p>{SENTENCE} Three.</p><p>{SENTENCE} Four.</p><p>{SENTENCE} Five.</p></main></body></html>"
)
URL = "https://news.example/a"


def read(**rules):
    return articles.extract(PAGE, url=URL, rules=ExtractionRules(**rules))


def test_rules_come_before_the_general_way():
    """Title, authors, date and body are taken where the rules say, without what they drop."""
    article = read(
        title=(".none", ".real"), author=(".who",), date=(".when",), body=(".x, .y",), drop=(".promo",)
    )
    assert article.title == "Ferries run again"
    assert article.authors == ("Ann Bell", "Carl Dee")
    assert article.published == "2022-05-30T10:10:00+02:00"
    assert article.text == f"{SENTENCE} One.\n\n{SENTENCE} Two."


def test_what_finds_nothing_leaves_the_general_way():
    """A rule that no longer fits the pages costs nothing."""
    assert read(
        title=(".gone",), body=(".gone",), author=(".gone",), date=(".gone", "h1")
    ) == articles.extract(PAGE, url=URL)


def test_dropped_parts_leave_the_general_text_too():
    """`drop` works without a rule for the body."""
    assert "Five" not in read(drop=("main p:last-child", "main p:last-child", ".x .y")).text


def test_the_type_of_a_page_is_judged_without_its_footer_whether_a_rule_selects_the_body_or_not():
    """A footer of headlines makes a short article no listing."""
    footer = "".join(f"<a href=/{number}>A headline of the other news {number}</a>" for number in range(20))
    page = PAGE.replace("</body>", f"<footer>{footer}</footer></body>")
    for rules in (None, ExtractionRules(body=(".x",))):
        assert articles.extract(page, url=URL, rules=rules).not_article is None


@pytest.mark.parametrize("selector", ["p[", ">>", "", "p:unknown-thing(", "p::before", "a" * 501])
@pytest.mark.parametrize("part", ["title", "body", "author", "date", "drop"])
def test_a_bad_selector_is_refused_by_name(part, selector):
    """It is named before a page is read, in every place."""
    for act in (
        lambda: articles.check_rules(ExtractionRules(**{part: (selector,)})),
        lambda: read(**{part: (selector,)}),
    ):
        with pytest.raises(InvalidInput) as caught:
            act()
        assert caught.value.code == "bad_selector"
