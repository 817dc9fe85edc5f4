"""Stories: articles that tell of the same event."""

from dyadwatch.model.stories import StoryView
from dyadwatch.store import stories
from service.rest.operations import Call, Operation
from service.rest.responses import Answer


def get_story(call: Call, id: int) -> Answer:  # noqa: A002  (the name in the path)
    """Its articles in the order seen (200 at the most), and the ids of the alerts about it."""
    with call.begin() as db:
        return Answer(stories.get(db, id))


OPERATIONS = (Operation("GET", "/v1/stories/{id}", get_story, "Get a story", "read", StoryView),)
