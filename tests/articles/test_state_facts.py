"""Authors and dates that only the state of a page's scripts names."""

import json
from datetime import UTC, datetime

import pytest

from dyadwatch import articles

TITLE = "Harbour talks resume after a long silence"
TEXT = "Envoys of the two islands met in the old customs house on Monday and spoke for six hours about the harbour."
OTHER = {
    "title": "Bakers count their loaves",
    "author": {"name": "Tess Orrin"},
    "publishedAt": "2024-06-02T08:00:00Z",
}


def read(article, *, shown="", **around):
    state = {
        "article": {"title": TITLE, "body": f"<p>{TEXT}</p>" * 4, **article},
        "popular": [OTHER],
        **around,
    }
    page = (
        f"<html lang=en><head><title>{TITLE} | Ledger</title></head><body><h1>{TITLE}</h1>{shown}{f'<p>{TEXT}</p>' * 4}"
        f"<script>window.__INITIAL_STATE__ = {json.dumps(state)};</script></body></html>"
    )
    found = articles.extract(
        page, url="https://ledger.example/harbour", fetched_at=datetime(2024, 6, 20, tzinfo=UTC)
    )
    return found.authors, (found.published or "")[:10]


MARA, BOTH = ("Mara Lind",), ("Mara Lind", "Tobias Byrd")
AUTHORS = [
    ({"author": {"id": 3, "name": "Mara Lind"}}, MARA),
    ({"author": "Mara Lind"}, MARA),
    ({"authors": ["Mara Lind", "Tobias Byrd"]}, BOTH),
    ({"authors": [{"firstName": "Mara", "lastName": "Lind"}, {"displayName": "Tobias Byrd"}]}, BOTH),
    ({"byline": "By Mara Lind and Tobias Byrd"}, BOTH),
    ({"bylines": [{"text": "Mara Lind"}]}, MARA),
    ({"authorName": "Mara Lind"}, MARA),
    ({"author": {"node": {"name": "Mara Lind", "slug": "ml"}}}, MARA),
    ({"credits": {"by": [{"type": "author", "name": "Mara Lind"}]}}, MARA),
    ({"contributors": [{"role": "photographer", "name": "Tess Orrin"}, {"role": "author", "name": "Mara Lind"}]}, MARA),
]  # fmt: skip
NO_AUTHORS = [
    {},
    {"comments": [{"author": {"name": "Tess Orrin"}}]},
    {"image": {"title": TITLE, "width": 9, "height": 9, "credits": "Tess Orrin"}},
    {"author": {"name": "admin"}},
]


@pytest.mark.parametrize(("article", "authors"), AUTHORS)
def test_the_object_of_the_headline_names_the_authors(article, authors):
    """In whatever form software writes them; a photographer is none."""
    assert read(article)[0] == authors


@pytest.mark.parametrize("article", NO_AUTHORS)
def test_other_objects_name_others(article):
    """Those of other stories, of comments and of images."""
    assert read(article) == ((), "")


DATES = [
    {"publishedAt": "2024-06-14T08:20:00.000Z", "updatedAt": "2024-06-18T08:00:00Z"},
    {"publish_time": "2024-06-14 08:20:00"},
    {"datePublished": "2024-06-14T08:20:00+02:00"},
    {"firstPublishDate": 1718353200000},
    {"pubDate": "Fri, 14 Jun 2024 08:20:00 GMT"},
    {"publication_date": "2024-06-14", "modified": "2024-06-18"},
    {"publishDate": {"iso": "2024-06-14T08:20:00Z"}},
    {"created_at": "2024-06-14T08:20:00Z", "updated_at": "2024-06-18T08:20:00Z"},
    {"created_at": "2024-06-02T08:20:00Z", "published": "2024-06-14T08:20:00Z"},
]
NO_DATES = [
    {"updatedAt": "2024-06-18T08:00:00Z"},
    {"publishedAt": "2024-07-14T08:00:00Z"},
    {"expires_at": "2024-06-18T08:00:00Z"},
    {"comments": [{"publishedAt": "2024-06-18T08:00:00Z"}]},
]


@pytest.mark.parametrize("article", DATES)
def test_the_object_of_the_headline_is_dated(article):
    """By the first publication, else by what made it."""
    assert read(article)[1] == "2024-06-14"


@pytest.mark.parametrize("article", NO_DATES)
def test_other_dates_in_a_state_are_none_of_the_article(article):
    """Of changes, of comments, of the build, later than the fetch."""
    assert read(article, build={"date": "2024-06-18"}, date="2024-06-18")[1] == ""


def test_a_state_counts_before_what_is_only_shown():
    """As a statement does; it is none where no object has the headline."""
    line = "<p>By Tess Orrin, 18 June 2024</p>"
    stated = {"author": "Mara Lind", "publishedAt": "2024-06-14"}
    assert read(stated, shown=line) == (MARA, "2024-06-14")
    assert read({"title": "Another", **stated}, shown=line) == (("Tess Orrin",), "2024-06-18")
