"""The day of publication is the publisher's, also where the page states the moment in UTC alone."""

import pytest

from dyadwatch.articles import extract

PAGE = """<!doctype html><html><head><title>Harbour reopens</title>
<meta property="article:published_time" content="{stated}"></head><body><article><h1>Harbour reopens</h1>
<p class="published-date">{shown}</p><p>The harbour of the old town reopened on the day before after two years of work.</p>
<p>Boats of every size came in from the islands, and the fishermen sold their catch on the quay.</p></article></body></html>"""


@pytest.mark.parametrize(
    ("stated", "shown", "path", "published"),
    [
        ("2023-12-23T03:22:07Z", "Published Dec. 22, 2023", "/a", "2023-12-22"),
        ("2023-12-22T18:30:00Z", "23 December 2023", "/a", "2023-12-23"),
        ("2023-12-23T01:48:19Z", "this morning", "/2023/12/22/a", "2023-12-22"),
        ("2023-12-23T01:48:19Z", "Updated December 23, 2023", "/2023/12/22/a", "2023-12-23T01:48:19+00:00"),
        ("2023-12-22T18:30:00Z", "22 December 2023", "/a", "2023-12-22T18:30:00+00:00"),
        ("2023-12-22T18:30:00Z", "24 December 2023", "/a", "2023-12-22T18:30:00+00:00"),
        ("2023-12-22T18:30:00Z", "21 December 2023 to 23 December 2023", "/a", "2023-12-22T18:30:00+00:00"),
        ("2023-12-22T18:30:00Z", "31 February 2023", "/2023/13/45/a", "2023-12-22T18:30:00+00:00"),
        ("2023-12-22T18:30:00+05:30", "23 December 2023", "/a", "2023-12-22T18:30:00+05:30"),
        ("2023-12-22T18:30:0Z", "yesterday", "/a", "2023-12-22T18:30:00+00:00"),
    ],
)
def test_the_day_that_the_page_shows_counts_beside_a_moment_in_utc(stated, shown, path, published):
    """In the address or in a dated element, and only where it is the day before or after."""
    page = PAGE.format(stated=stated, shown=shown)
    assert extract(page, url=f"https://paper.example{path}").published == published
