"""A story: the articles about one event, in the order in which they appeared, and who copied whom."""

from flask import Response

from dyadwatch.store import stories
from service.ui.alert import copy_chains
from service.ui.frame import Page, Visit
from service.ui.rendering import page


def show(visit: Visit, id: int) -> Response:  # noqa: A002  (the name in the path)
    """One story."""
    with visit.begin() as db:
        story = stories.get(db, id)
    return page("story.html", 200, story=story, chains=copy_chains(story.articles))


PAGES = (Page("/stories/<row:id>", "story", show, section="stories"),)
