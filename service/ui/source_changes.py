"""What the page of a source changes: what is said of it, and its feeds."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response

from dyadwatch.errors import DyadwatchError, FieldError, InvalidInput
from dyadwatch.store import feeds
from service.rest import feeds as feed_operations
from service.rest import sources as operations
from service.rest.responses import ApiResponse
from service.ui import forms, sources
from service.ui.frame import Page, Visit
from service.ui.languages import gettext as _
from service.ui.languages import mark
from service.ui.source_forms import read_facts

_FEED_STEPS: Mapping[str, tuple[Callable[..., ApiResponse], Mapping[str, Any], str]] = {
    "pause": (
        feed_operations.change_feed,
        {"body": {"state": "paused"}},
        mark("The feed is paused: it is polled no more."),
    ),
    "resume": (
        feed_operations.change_feed,
        {"body": {"state": "active"}},
        mark("The feed is active, and polled now."),
    ),
    "poll": (feed_operations.poll_feed, {}, mark("The feed is polled now: what is new appears in a moment.")),
    "remove": (feed_operations.delete_feed, {}, mark("The feed is removed; its articles stay.")),
}


def change(visit: Visit, id: int) -> Response:  # noqa: A002  (the name in the path)
    """Changes what is said of a source."""
    api = visit.api(operations.OPERATIONS)
    before = api.run(operations.get_source, id=id)
    # What was only shown, such as what is known of the publisher, does not become the source's own.
    changes = {name: value for name, value in read_facts().items() if value != getattr(before, name)}
    try:
        api.run(operations.change_source, id=id, body=changes)
    except DyadwatchError as error:
        return sources.render(visit, id, forms.problem(error))
    return forms.done(visit, _("The source is changed."), "page.source", id=id)


def delete(visit: Visit, id: int) -> Response:  # noqa: A002
    """Removes a source with its feeds."""
    visit.api(operations.OPERATIONS).run(operations.delete_source, id=id)
    return forms.done(visit, _("The source is removed; its articles and alerts stay."), "page.sources")


def add_feed(visit: Visit, id: int) -> Response:  # noqa: A002
    """Adds a feed to a source."""
    try:
        visit.api(feed_operations.OPERATIONS).run(
            feed_operations.add_feed, id=id, body={"url": forms.text("url")}
        )
    except DyadwatchError as error:
        return sources.render(visit, id, forms.problem(error))
    return forms.done(visit, _("The feed is added, and polled now."), "page.source", id=id)


def change_feed(visit: Visit, id: int) -> Response:  # noqa: A002
    """Pauses, resumes, polls or removes a feed."""
    if forms.text("step") not in _FEED_STEPS:
        detail = f"must be one of {', '.join(_FEED_STEPS)}"
        raise InvalidInput(f"The step {detail}.", errors=[FieldError("/step", detail, "not_allowed")])
    view, arguments, text = _FEED_STEPS[forms.text("step")]
    with visit.begin() as db:
        source = feeds.get(db, id).source
    try:
        visit.api(feed_operations.OPERATIONS).run(view, id=id, **arguments)
    except DyadwatchError as error:
        return sources.render(visit, source, forms.problem(error))
    return forms.done(visit, _(text), "page.source", id=source)


PAGES = (
    Page("/sources/<row:id>/change", "change_source", change, "curate", "POST", "sources"),
    Page("/sources/<row:id>/delete", "delete_source", delete, "curate", "POST", "sources"),
    Page("/sources/<row:id>/feeds", "add_feed", add_feed, "curate", "POST", "sources"),
    Page("/feeds/<row:id>/change", "change_feed", change_feed, "curate", "POST", "sources"),
)
