"""What the page of a story changes: it is merged into another one, or articles are split off it."""

from flask import Response, request

from dyadwatch.errors import DyadwatchError
from service.rest import stories as operations
from service.ui import forms, stories
from service.ui.frame import Page, Visit
from service.ui.languages import gettext as _


def merge(visit: Visit, id: int) -> Response:  # noqa: A002  (the name in the path)
    """Merges a story into another one, and shows that."""
    into = _number(forms.text("into"))
    body = {"into": into, "reason": forms.text("merge_reason")}
    try:
        view = visit.api(operations.OPERATIONS).run(operations.merge_story, id=id, body=body)
    except DyadwatchError as error:
        return stories.render(visit, id, forms.problem(error))
    text = _("The story was merged into this one, and its alerts were withdrawn.")
    return forms.done(visit, text, "page.story", id=view.id)


def split(visit: Visit, id: int) -> Response:  # noqa: A002
    """Splits articles off a story, and shows the new one."""
    articles = [_number(text) for text in request.form.getlist("article")]
    body = {"articles": articles, "reason": forms.text("split_reason")}
    try:
        view = visit.api(operations.OPERATIONS).run(operations.split_story, id=id, body=body)
    except DyadwatchError as error:
        return stories.render(visit, id, forms.problem(error))
    return forms.done(
        visit, _("This is the story of the articles that were split off."), "page.story", id=view.id
    )


def _number(text: str) -> int | str:
    """A number as JSON has it; anything else as it is, so that the API says what is wrong with it."""
    return int(text) if text.isdecimal() and len(text) <= len(str(stories.MAX_ID)) else text


PAGES = (
    Page("/stories/<row:id>/merge", "merge_story", merge, "curate", "POST", "stories"),
    Page("/stories/<row:id>/split", "split_story", split, "curate", "POST", "stories"),
)
