"""Whole pages in several languages, written for these tests: each NAME.html has its expected article in
NAME.json.

Adding a case needs no code. What a JSON does not mention is not checked; `encode` is the charset that the
page is sent in.
"""

import json
from pathlib import Path

import pytest

from dyadwatch import articles
from dyadwatch.model.articles import Origin

PAGES = Path(__file__).parent / "pages"
NAMES = sorted(path.stem for path in PAGES.glob("*.json"))
# Share of all stated facts that come out right. It may only rise: a change that lowers it makes extraction
# worse.
FLOOR = 1.0


def expected(name):
    return json.loads((PAGES / f"{name}.json").read_text("utf-8"))


def extracted(name):
    case = expected(name)
    html = (PAGES / f"{name}.html").read_text("utf-8").encode(case.get("encode", "utf-8"))
    return articles.extract(html, url=case["url"], content_type=case.get("content_type"))


def expected_facts(case):
    facts = {key: value for key, value in case.items() if key not in {"url", "encode", "content_type"}}
    facts["text"] = "\n\n".join(facts["text"])
    facts["authors"] = tuple(facts["authors"])
    facts["origin"] = Origin(**facts["origin"]) if facts["origin"] else None
    return facts


@pytest.mark.parametrize("name", NAMES)
def test_text_is_exactly_the_articles(name):
    """The body comes out whole, in order, and without anything that is not the article's."""
    assert extracted(name).text == expected_facts(expected(name))["text"]


def test_the_floor_only_rises():
    """Of all facts that the pages state, at least the share recorded as the floor is read right."""
    right = total = 0
    wrong = []
    for name in NAMES:
        article = extracted(name)
        for fact, value in expected_facts(expected(name)).items():
            total += 1
            right += getattr(article, fact) == value
            wrong += [] if getattr(article, fact) == value else [(name, fact, getattr(article, fact), value)]
    assert right / total >= FLOOR, wrong
