"""Guards: what rejected alerts propose that a watch refuses."""

from typing import Annotated, Literal

from pydantic import Field

from dyadwatch.errors import FieldError, InvalidInput
from dyadwatch.model.archive_runs import ArchiveRunView
from dyadwatch.model.guards import Guard, GuardKind, GuardState, GuardView
from dyadwatch.pipeline import guards as decisions
from dyadwatch.store import guards, watches
from dyadwatch.validation import Line, Lines
from service.rest.operations import Call, Operation, Transaction
from service.rest.requests import Body, PageQuery
from service.rest.responses import ApiResponse, created_response, list_response

_FIELDS: dict[GuardKind, tuple[str, ...]] = {
    "namesake": ("side", "text"),
    "phrase": ("text",),
    "source": ("host",),
}


class GuardBody(Body):
    """What the watch is to refuse: a namesake (`side`, `text`), a phrase (`text`), or a source (`host`, with
    `min_score` unless nothing of it counts)."""

    kind: GuardKind
    side: Literal["a", "b"] | None = None
    text: Annotated[Line | None, Field(pattern=r"^[^{}|]*$")] = None
    host: Annotated[str | None, Field(min_length=1, max_length=253)] = None
    min_score: Annotated[float | None, Field(ge=0, le=1)] = None

    def guard(self) -> Guard:
        """What the body says, as it is stored. Raises InvalidInput where a field of its kind is missing, or
        one of another kind is there."""
        needed = _FIELDS[self.kind]
        allowed = {*needed, *(("min_score",) if self.kind == "source" else ())}
        errors = [
            FieldError(f"/{name}", "is missing", "missing") for name in needed if getattr(self, name) is None
        ]
        errors += [
            FieldError(f"/{name}", f"is not for a guard of kind {self.kind}", "contradictory")
            for name in ("side", "text", "host", "min_score")
            if name not in allowed and getattr(self, name) is not None
        ]
        if errors:
            raise InvalidInput(f"`{errors[0].pointer[1:]}` {errors[0].detail}.", errors=errors)
        return Guard(self.kind, self.side, self.text, self.host, self.min_score)


class GuardQuery(PageQuery):
    """Which guards to list."""

    state: GuardState | None = None


class AcceptBody(Body):
    """Why, and whether the whole archive is tagged again after what the watch has tagged."""

    note: Lines | None = None
    archive_run: Annotated[bool, Field(description="tag the whole archive again with the watch")] = False
    notify: Annotated[bool, Field(description="whether the events of what is tagged again are delivered")] = (
        False
    )


class DeclineBody(Body):
    """Why."""

    note: Lines | None = None


def list_guards(call: Call, slug: str, query: GuardQuery) -> ApiResponse:
    """The last proposed first, each with how many rejections propose it and the last preview."""
    with call.begin() as db:
        watches.get(db, slug)
        page = guards.page(db, slug, state=query.state, limit=query.limit, cursor=query.cursor)
        return list_response(page)


def add_guard(call: Call, slug: str, body: GuardBody) -> ApiResponse:
    """What is proposed already is returned as it is; what was decided is proposed again. 409 `guard_exists`
    for what the watch refuses already, 422 `watch_invalid` for what it cannot refuse, such as a name of its
    actor."""
    guard = body.guard()

    def action(db: Transaction) -> ApiResponse:
        guard_id = decisions.add(db, slug, guard)
        return created_response(guards.get(db, slug, guard_id), f"/v1/watches/{slug}/guards/{guard_id}")

    return call.once(action)


def get_guard(call: Call, slug: str, id: int) -> ApiResponse:  # noqa: A002  (the name in the path)
    """With its last preview: how far that is, how many alerts change, and examples."""
    with call.begin() as db:
        return ApiResponse(guards.get(db, slug, id))


def preview_guard(call: Call, slug: str, id: int) -> ApiResponse:  # noqa: A002
    """Starts a dry archive run over what the watch has tagged, as if the guard were accepted; nothing is
    stored. 409 `guard_decided`, `watch_disabled`, `archive_run_running`."""

    def action(db: Transaction) -> ApiResponse:
        view = decisions.preview(db, slug, id)
        return created_response(view, f"/v1/archive-runs/{view.id}")

    return call.once(action)


def accept_guard(call: Call, slug: str, id: int, body: AcceptBody) -> ApiResponse:  # noqa: A002
    """A new version of the watch refuses it, and what the watch has tagged is tagged again, as after any
    change; subscribers hear of that only with `notify`. 409 `guard_not_previewed`
    unless a preview has ended since the watch was last changed,
    `guard_decided`, `watch_disabled`, `archive_run_running`."""

    def action(db: Transaction) -> ApiResponse:
        view = decisions.accept(
            db, slug, id, run=body.archive_run, notify=body.notify, note=body.note, key=call.key.id
        )
        return ApiResponse(view)

    return call.once(action)


def decline_guard(call: Call, slug: str, id: int, body: DeclineBody) -> ApiResponse:  # noqa: A002
    """The watch stays as it is, and no later rejection proposes it again. 409 `guard_decided`."""
    return call.once(lambda db: ApiResponse(decisions.decline(db, slug, id, note=body.note, key=call.key.id)))


_LIST, _ONE = "/v1/watches/{slug}/guards", "/v1/watches/{slug}/guards/{id}"
OPERATIONS = (
    Operation("GET", _LIST, list_guards, "List a watch's guards", "read", GuardView, many=True),
    Operation(
        "POST",
        _LIST,
        add_guard,
        "Propose a guard",
        "curate",
        GuardView,
        status=201,
        may_conflict=True,
        idempotent=True,
        lane="cpu",
    ),
    Operation("GET", _ONE, get_guard, "Get a guard", "read", GuardView),
    Operation(
        "POST",
        f"{_ONE}/preview",
        preview_guard,
        "Preview what a guard changes",
        "curate",
        ArchiveRunView,
        status=201,
        may_conflict=True,
        idempotent=True,
        lane="cpu",
    ),
    Operation(
        "POST",
        f"{_ONE}/accept",
        accept_guard,
        "Accept a guard",
        "curate",
        GuardView,
        may_conflict=True,
        idempotent=True,
        lane="cpu",
    ),
    Operation(
        "POST",
        f"{_ONE}/decline",
        decline_guard,
        "Decline a guard",
        "curate",
        GuardView,
        may_conflict=True,
        idempotent=True,
    ),
)
