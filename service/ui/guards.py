"""The guards of a watch: what rejected alerts propose that it refuse, and what became of that."""

from collections.abc import Callable, Mapping
from typing import Annotated, get_args

from flask import Response
from pydantic import Field

from dyadwatch.errors import DyadwatchError
from dyadwatch.model.guards import GuardState
from dyadwatch.store import guards, keys, watches
from service.rest import guards as operations
from service.rest.requests import Query, query
from service.rest.responses import ApiResponse
from service.ui import forms
from service.ui.alerts import address
from service.ui.frame import Page, Visit, parameters
from service.ui.languages import gettext as _
from service.ui.rendering import page

_PAGE_SIZE = 50
_ENDPOINT = "page.guards"


class GuardsPageQuery(Query):
    """The parameters of the page."""

    state: GuardState | None = None
    cursor: Annotated[str | None, Field(max_length=300)] = None


def show_list(visit: Visit, slug: str) -> Response:
    """The guards of a watch, the last proposed first, all or those of a state."""
    return _list(visit, slug)


def decide(visit: Visit, slug: str, guard: int) -> Response:
    """Previews, accepts or declines a guard."""
    try:
        message = take_step(visit, slug, guard)
    except DyadwatchError as error:
        return _list(visit, slug, forms.problem(error))
    return forms.done(visit, message, _ENDPOINT, slug=slug, _anchor=f"guard-{guard}")


def take_step(visit: Visit, slug: str, guard: int) -> str:
    """Does to a guard what the form says: a preview unless it is to be accepted or declined. Returns what to
    say of it. Raises DyadwatchError."""
    steps: Mapping[str, tuple[Callable[..., ApiResponse], str]] = {
        "accept": (
            operations.accept_guard,
            _("A new version of the watch refuses such texts; what it has tagged is tagged again."),
        ),
        "decline": (
            operations.decline_guard,
            _("The watch stays as it is, and no rejection proposes this again."),
        ),
    }
    counted = _("What it would change is being counted: load this page again in a moment.")
    view, message = steps.get(forms.text("step"), (operations.preview_guard, counted))
    visit.api(operations.OPERATIONS).run(view, slug=slug, id=guard)
    return message


def _list(visit: Visit, slug: str, problem: forms.Problem | None = None) -> Response:
    asked = query(GuardsPageQuery, parameters(GuardsPageQuery.model_fields))
    chosen: list[tuple[str, str]] = [("state", asked.state)] if asked.state else []
    with visit.begin() as db:
        watch = watches.get(db, slug)
        shown = guards.page(db, slug, state=asked.state, limit=_PAGE_SIZE, cursor=asked.cursor)
        deciders = {guard.key for guard in shown.data if guard.key is not None}
        names = {key: keys.get(db, key).reader.person for key in deciders}
    return page(
        "guards.html",
        problem.status if problem else 200,
        watch=watch,
        actors={side: watch.document["actors"][side]["name"] for side in ("a", "b")},
        guards=shown.data,
        names=names,
        problem=problem,
        states=[
            (state, address(_ENDPOINT, [("state", state)] if state else [], slug=slug), state == asked.state)
            for state in (None, *get_args(GuardState))
        ],
        older=address(_ENDPOINT, [*chosen, ("cursor", shown.next)], slug=slug) if shown.next else None,
        newest=address(_ENDPOINT, chosen, slug=slug) if asked.cursor else None,
    )


PAGES = (
    Page("/watches/<slug:slug>/guards", "guards", show_list, section="watches"),
    Page(
        "/watches/<slug:slug>/guards/<row:guard>",
        "decide_guard",
        decide,
        "curate",
        "POST",
        "watches",
        lane="cpu",
    ),
)
