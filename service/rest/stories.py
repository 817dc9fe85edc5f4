"""Stories: articles about the same event."""

from dyadwatch.model.stories import StoryView
from dyadwatch.store import stories
from service.rest.operations import Call, Operation
from service.rest.responses import ApiResponse


def get_story(call: Call, id: int) -> ApiResponse:  # noqa: A002  (the name in the path)
    """With at most 200 of its articles, in the order first seen, and the ids of its alerts."""
    with call.begin() as db:
        return ApiResponse(stories.get(db, id))


OPERATIONS = (Operation("GET", "/v1/stories/{id}", get_story, "Get a story", "read", StoryView),)
