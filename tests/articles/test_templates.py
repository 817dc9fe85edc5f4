"""Floors for extraction: every template of a page, filled with every story.

templates/NAME.html holds a page with slots, its first line what to expect of it beside the story itself;
stories.json holds invented stories in several languages. Adding either needs no code.
"""

import json
import re
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from dyadwatch import articles

TEMPLATES = Path(__file__).parent / "templates"
NAMES = sorted(path.stem for path in TEMPLATES.glob("*.html"))
STORIES = json.loads((TEMPLATES / "stories.json").read_text("utf-8"))
# Measured; they may only rise.
FLOORS = {"text": 0.999, "title": 1.0, "day": 1.0, "authors": 1.0}


def template(name):
    first, page = (TEMPLATES / f"{name}.html").read_text("utf-8").split("\n", 1)
    return json.loads(re.search(r"\{.*\}", first).group()), page


@cache
def read(name, number):
    """(what the template expects, story, article)."""
    expect, page = template(name)
    story = STORIES[number]
    slots = {f"p{place}": text for place, text in enumerate(story["text"], start=1)} | story
    slots["utc"] = datetime.fromtimestamp(
        datetime.fromisoformat(story["date"]).timestamp(), tz=UTC
    ).isoformat()
    html = re.sub(r"\{\{(\w+)\}\}", lambda slot: slots[slot.group(1)], page)
    day = story["date"][:10].replace("-", "/")
    url = f"https://ledger.example/{day if expect.get('dated_address') else 'news'}/{name.replace('_', '-')}-story"
    return expect, story, articles.extract(html, url=url)


def expected_paragraphs(expect, story):
    text = story["text"][: expect.get("paragraphs")]
    if expect.get("dek") == 2:
        return [f"{story['dek']} {text[-1]}", *text[:-1]]
    return [story["dek"], *text] if expect.get("dek") else text


def f1(extracted, gold):
    one, other = (
        Counter(zip(*(text.split()[n:] for n in range(4)), strict=False)) for text in (extracted, gold)
    )
    shared = (one & other).total()
    return 2 * shared / (one.total() + other.total()) if shared else 0.0


CASES = [(name, number) for name in NAMES for number in range(len(STORIES))]


def test_there_are_many_kinds_of_pages():
    """Templates differ in structure, not in wording, so their number is what the floors rest on."""
    assert len(NAMES) >= 40


@pytest.mark.no_cover
def test_the_floors_only_rise():
    """Over all pages, text, title, day and authors are right at least as often as recorded."""
    right = Counter()
    wrong = []
    for name, number in CASES:
        expect, story, article = read(name, number)
        names = (story["author"], story["second"])[: expect.get("authors", 1)]
        marks = {
            "text": f1(article.text, "\n\n".join(expected_paragraphs(expect, story))),
            "title": article.title == story["title"],
            "day": (article.published or "")[:10] == story["date"][:10],
            "authors": article.authors == names,
        }
        right.update(marks)
        wrong += [
            (name, story["lang"], measure, round(float(mark), 2))
            for measure, mark in marks.items()
            if mark < 0.99
        ]
    measured = {measure: right[measure] / len(CASES) for measure in FLOORS}
    assert all(measured[measure] >= floor for measure, floor in FLOORS.items()), (measured, wrong)


@pytest.mark.parametrize("name", NAMES)
def test_what_a_template_sets_apart_comes_out_apart(name):
    """Captions, notes, origins and the kind of page are recognised in every language, and stay out of the
    text."""
    for number in range(len(STORIES)):
        expect, story, article = read(name, number)
        assert article.not_article == expect.get("not_article")
        if "caption" in expect:
            assert article.image_caption == expect["caption"]
            assert expect["caption"] not in article.text
        if "origin" in expect:
            assert article.origin.publisher == expect["origin"]
        if "note" in expect:
            assert article.author_note.startswith(story["author"])
        for leftover in (
            "contact-form",
            "avatar",
            "All rights reserved",
            "newsletter",
            "Tammuz",
            "opinions expressed",
        ):
            assert leftover not in article.text


def test_the_same_page_gives_the_same_article():
    """Extraction depends on nothing but the page."""
    for name in NAMES[::5]:
        page = template(name)[1]
        one, other = (articles.extract(page, url="https://ledger.example/x") for _ in range(2))
        assert one == other
