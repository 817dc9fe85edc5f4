"""The guards of a watch: what it is to refuse, by rejected alerts or by a person, and what became of that."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, get_args

from flask import Response
from pydantic import Field

from dyadwatch.errors import Conflict, DyadwatchError
from dyadwatch.model.guards import GuardState
from dyadwatch.store import guards, keys, watches
from service.rest import guards as operations
from service.rest.requests import Query, query
from service.rest.responses import ApiResponse
from service.ui import forms, watch_names
from service.ui.alerts import address
from service.ui.forms import FormField
from service.ui.frame import Page, Visit, parameters
from service.ui.languages import gettext as _
from service.ui.problem_texts import translate
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


def add(visit: Visit, slug: str) -> Response:
    """Proposes the guard that the form says, and begins to count what it would change."""
    try:
        guard = visit.api(operations.OPERATIONS).run(operations.add_guard, slug=slug, body=_guard_body())
    except DyadwatchError as error:
        return _list(visit, slug, forms.problem(error))
    try:
        visit.api(operations.OPERATIONS).run(operations.preview_guard, slug=slug, id=guard.id)
    except Conflict as error:  # it is there, and can be counted later
        message = translate(error.detail)
    else:
        message = _counted()
    return forms.done(visit, message, _ENDPOINT, slug=slug, _anchor=f"guard-{guard.id}")


def _guard_body() -> dict[str, Any]:
    """The guard of the form, without what was left empty."""
    body: dict[str, Any] = {name: value for name in ("kind", "text", "host") if (value := forms.text(name))}
    if body.get("kind") == "namesake":
        body["side"] = forms.text("side")
    if score := forms.text("min_score"):
        body["min_score"] = forms.number(score)
    return body


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
    step = forms.text("step")
    view, message = steps.get(step, (operations.preview_guard, _counted()))
    arguments: dict[str, Any] = {"slug": slug, "id": guard}
    if step in steps:
        arguments["body"] = {"note": forms.text("note") or None}
    if step == "accept":
        arguments["body"] |= {name: forms.is_set(name) for name in ("archive_run", "notify")}
    visit.api(operations.OPERATIONS).run(view, **arguments)
    return message


def _counted() -> str:
    return _("What it would change is being counted: load this page again in a moment.")


def _list(visit: Visit, slug: str, problem: forms.Problem | None = None) -> Response:
    asked = query(GuardsPageQuery, parameters(GuardsPageQuery.model_fields))
    chosen: list[tuple[str, str]] = [("state", asked.state)] if asked.state else []
    with visit.begin() as db:
        watch = watches.get(db, slug)
        actors = watch_names.of_view(watch).actors
        shown = guards.page(db, slug, state=asked.state, limit=_PAGE_SIZE, cursor=asked.cursor)
        deciders = {guard.key for guard in shown.data if guard.key is not None}
        names = {key: keys.get(db, key).reader.person for key in deciders}
    return page(
        "guards.html",
        problem.status if problem else 200,
        watch=watch,
        actors=actors,
        fields=_fields(actors),
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


def _fields(actors: Mapping[str, str]) -> list[FormField]:
    """What a guard of one's own is made of: its kind, then what the kinds have."""
    kinds = [
        ("namesake", _("a name that is not the actor's")),
        ("phrase", _("sentences with a phrase")),
        ("source", _("a source")),
    ]
    chosen = forms.text("kind") or "namesake"
    return [
        FormField("kind", _("What it is to refuse"), chosen, "radio", options=kinds),
        *_text_fields(actors),
        *_source_fields(),
    ]


def _text_fields(actors: Mapping[str, str]) -> list[FormField]:
    stated = _("As it stands in texts: a whole name, or words of a sentence.")
    return [
        FormField(
            "text",
            _("Name or phrase"),
            forms.text("text"),
            help=stated,
            pointers=("/text", "/actors", "/guards/phrases"),
            attributes={"maxlength": 200},
        ),
        FormField(
            "side",
            _("Whose name it is not"),
            forms.text("side"),
            "select",
            _("For a name alone."),
            options=[*actors.items()],
        ),
    ]


def _source_fields() -> list[FormField]:
    return [
        FormField(
            "host",
            _("Host of the source"),
            forms.text("host"),
            help=_("Such as paper.example. For a source alone."),
            pointers=("/host", "/guards/sources"),
            attributes={"maxlength": 253, "dir": "ltr"},
        ),
        FormField(
            "min_score",
            _("Refuse only what scores less than"),
            forms.text("min_score"),
            "number",
            _("From 0 to 1. Left empty, nothing of the source counts."),
            attributes={"min": 0, "max": 1, "step": "any"},
        ),
    ]


PAGES = (
    Page("/watches/<slug:slug>/guards", "guards", show_list, section="watches"),
    Page("/watches/<slug:slug>/guards", "add_guard", add, "curate", "POST", "watches", lane="cpu"),
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
