"""Stories: the articles about one event, in the order in which they appeared, who copied whom, and what
each side says."""

from datetime import UTC, datetime
from typing import Annotated

from flask import Response, request
from pydantic import Field
from werkzeug.datastructures import MultiDict

from dyadwatch.errors import InvalidInput
from dyadwatch.store import accounts, filter_values, sources, stories
from dyadwatch.subscriptions import AlertFilter
from service.rest.problems import ProblemError
from service.rest.requests import query
from service.ui import forms, labels, watch_names
from service.ui.alert import copy_chains
from service.ui.alert_cards import writing_attributes
from service.ui.alerts import MAX_LABELS, address
from service.ui.filter_form import inputs
from service.ui.forms import FormField, Problem
from service.ui.frame import Page, Visit, parameters
from service.ui.languages import gettext as _
from service.ui.languages import mark
from service.ui.problem_texts import translate
from service.ui.rendering import page

_PAGE_SIZE = 40
MAX_ID = 10**15  # that a form takes
_FILTERS = ("watch", "since", "until", "side", "min_origins", "q")  # on the form
_FIELDS = {
    "event_types": mark("Event type"),
    "modes": mark("Way"),
    "directions": mark("Direction"),
    "modalities": mark("Stated as"),
    "speakers": mark("Speaker"),
    "days": mark("Day"),
    "places": mark("Place"),
    "others": mark("With whom else"),
    "numbers": mark("Numbers"),
}


class StoriesPageQuery(AlertFilter):
    """The parameters of the page: the filters of alerts, and the cursor of an older page."""

    cursor: Annotated[str | None, Field(max_length=300)] = None


def show_list(visit: Visit) -> Response:
    """The stories with an alert that fits the filters, newest first."""
    params = parameters(StoriesPageQuery.model_fields)
    try:
        return _list(visit, query(StoriesPageQuery, params), params)
    except (ProblemError, InvalidInput) as error:
        return _list(visit, StoriesPageQuery(), params, error=translate(error.detail), status=400)


def _list(
    visit: Visit, search: StoriesPageQuery, params: MultiDict[str, str], *, error: str = "", status: int = 200
) -> Response:
    search = search.read_by(visit.key.reader)
    with visit.begin() as db:
        filter_values.check(db, search.model_dump())
        shown = stories.page(db, search, limit=_PAGE_SIZE, cursor=search.cursor)
        watch_labels = watch_names.read(db)
        source_labels = sources.labels(db, limit=MAX_LABELS)
    kept = [item for item in params.items(multi=True) if item[0] != "cursor"]
    form = inputs(watch_labels, source_labels, params)
    return page(
        "stories.html",
        status,
        stories=[
            {
                "story": story,
                "writing": writing_attributes(story.title, story.languages[0] if story.languages else None),
                "events": [labels.event(code) for code in story.event_types],
            }
            for story in shown.data
        ],
        inputs=[item for item in form if item.name in _FILTERS or item.values],
        is_filtered=bool(kept),
        older=address("page.stories", [*kept, ("cursor", shown.next)]) if shown.next else None,
        newest=address("page.stories", kept) if search.cursor else None,
        legend=labels.legend(),
        error=error,
    )


def show(visit: Visit, id: int) -> Response:  # noqa: A002  (the name in the path)
    """One story."""
    return render(visit, id)


def render(visit: Visit, id: int, problem: Problem | None = None) -> Response:  # noqa: A002
    """The page, with what was wrong with a form of it."""
    with visit.begin() as db:
        story = stories.get(db, id)
        compared = accounts.of_story(db, id, now=datetime.now(UTC))
        watch_names.read(db)
    return page(
        "story.html",
        problem.status if problem else 200,
        problem=problem,
        merge_fields=[
            FormField(
                "into",
                _("Merge into the story"),
                forms.text("into"),
                "number",
                _("The number in its address. All that joins this one later is that one's too."),
                attributes={"min": 1, "max": MAX_ID},
            ),
            _reason("merge_reason"),
        ],
        split_fields=[_reason("split_reason")],
        chosen=request.form.getlist("article"),
        story=story,
        chains=copy_chains(story.articles),
        accounts=compared.data,
        fields={name: _(title) for name, title in _FIELDS.items()},
    )


def _reason(name: str) -> FormField:
    attributes = {"maxlength": 2_000}
    return FormField(name, _("Reason"), forms.text(name), pointers=("/reason",), attributes=attributes)


PAGES = (
    Page("/stories", "stories", show_list, section="stories"),
    Page("/stories/<row:id>", "story", show, section="stories"),
)
