"""A story shows its articles in the order seen, and its alerts."""

import pytest

from dyadwatch.errors import NotFound
from dyadwatch.store import stories, watches


def test_a_story_shows_its_articles_and_alerts(db, rows):
    watches.create(db, "a-b", "A – B", {})
    story = rows.story("Talks")
    first, second = (rows.article(f"https://a.test/{number}", story=story) for number in range(2))
    rows.article("https://a.test/other")
    alert = rows.alert("a-b", story_id=story)
    view = stories.get(db, story)
    assert (view.title, view.alerts) == ("Talks", (alert,))
    assert [article.id for article in view.articles] == [first, second]


def test_a_story_that_is_not_there_is_not_found(db):
    with pytest.raises(NotFound):
        stories.get(db, 1)
