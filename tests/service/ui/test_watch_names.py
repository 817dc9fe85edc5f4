"""Readers see the actors by their names in the language of the page, where a watch has such names."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from service.ui import watch_names


@pytest.fixture
def label():
    """What a watch is called in a language."""
    app = Flask(__name__)

    def label(language, title="Iran – Iran Air", names=("Iran", "Iran Air"), forms=("{إيران|ايران}", None)):
        actors = {
            side: {"name": name, "names": {"ar": [form]} if form else {}}
            for side, name, form in zip(("a", "b"), names, forms, strict=True)
        }
        with app.test_request_context(headers={"Accept-Language": language}):
            return watch_names.of_document({"id": "i-a", "title": title, "actors": actors})

    return label


def test_an_actor_has_the_first_spelling_in_the_language_or_its_name(label):
    assert label("ar").actors == {"a": "إيران", "b": "Iran Air"}
    assert label("fa").actors == label("en").actors == {"a": "Iran", "b": "Iran Air"}


@pytest.mark.parametrize(
    ("title", "shown"),
    [("Iran – Iran Air", "إيران – طيران إيران"), ("Iranian flights", "Iranian flights"), ("", "")],
)
def test_a_title_is_translated_where_it_has_the_names_themselves(label, title, shown):
    both = label("ar", title=title, forms=("{إيران|ايران}", "{طيران {إيران|ايران}|خطوط}"))
    assert both.title == shown


def test_pages_name_the_actors_in_their_language(signed_in, archive):
    browser = signed_in("curate")
    paths = (
        "/", "/alerts", "/alerts/1", f"/articles/{archive['first']}", "/stories", "/watches",
        "/watches/assad-khamenei/guards", "/watches/assad-khamenei/check",
    )  # fmt: skip
    for path in paths:
        main = BeautifulSoup(browser.get(path, headers={"Accept-Language": "ar"}).data, "lxml").main
        for patterns in main("dl"):  # all that the watch looks for
            patterns.decompose()
        assert "بشار الأسد" in main.text, path
        assert "Bashar al-Assad" not in main.text, path
