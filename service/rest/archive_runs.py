"""Archive runs: everything that is stored, tagged again as watches and rules are now."""

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from dyadwatch.model.archive_runs import ArchiveRunView, StartedKind
from dyadwatch.model.pagination import ListPage
from dyadwatch.store import archive_runs, filter_values, watches
from dyadwatch.validation import Slug
from service.rest.operations import Call, Operation, Transaction
from service.rest.requests import Body
from service.rest.responses import ApiResponse, created_response, list_response


class ArchiveRunBody(Body):
    """With which watch, whether anything is stored, and whether subscribers are notified."""

    kind: Annotated[
        StartedKind, Field(description="retag: tag texts again; restory: decide on their stories again")
    ] = "retag"
    watch: Annotated[Slug | None, Field(description="tag with this watch alone")] = None
    dry_run: Annotated[bool, Field(description="store nothing and only report what would change")] = True
    notify: Annotated[bool, Field(description="whether events are delivered to subscriptions")] = False

    @model_validator(mode="after")
    def _restory_of_all(self) -> Self:
        if self.kind == "restory" and self.watch is not None:
            raise PydanticCustomError("contradictory", "a restory is of all watches")
        return self


def start_archive_run(call: Call, body: ArchiveRunBody) -> ApiResponse:
    """The workers tag the stored texts again, from new stories to old, when nothing new is to be tagged. With
    `kind` `restory` they decide again in which stories these belong, in the order in which they came; what
    analysts merged or split stays. Unless `dry_run` is false nothing is stored; unless `notify` is set events
    are delivered to nobody. 409 `archive_run_running` while there is one, `watch_disabled` for a watch that
    is off."""

    def action(db: Transaction) -> ApiResponse:
        if body.watch is not None:
            filter_values.check(db, {"watch": [body.watch]})
            watches.require_enabled(db, body.watch)
        view = archive_runs.start(
            db, kind=body.kind, watch=body.watch, dry_run=body.dry_run, notify=body.notify
        )
        return created_response(view, f"/v1/archive-runs/{view.id}")

    return call.once(action)


def list_archive_runs(call: Call) -> ApiResponse:
    """The last started first, with what came of each; backfills are among them, and runs that start by
    themselves."""
    with call.begin() as db:
        return list_response(ListPage(tuple(archive_runs.newest(db)), None))


def get_archive_run(call: Call, id: int) -> ApiResponse:  # noqa: A002  (the name in the path)
    """How far it is, what changes, and examples."""
    with call.begin() as db:
        return ApiResponse(archive_runs.get(db, id))


def stop_archive_run(call: Call, id: int) -> ApiResponse:  # noqa: A002
    """Ends it where it is: what it has stored stays. One that is done stays `done`."""
    with call.begin() as db:
        return ApiResponse(archive_runs.stop(db, id))


OPERATIONS = (
    Operation(
        "GET",
        "/v1/archive-runs",
        list_archive_runs,
        "List archive runs",
        "read",
        ArchiveRunView,
        many=True,
    ),
    Operation(
        "POST",
        "/v1/archive-runs",
        start_archive_run,
        "Tag the archive again",
        "curate",
        ArchiveRunView,
        status=201,
        may_conflict=True,
        idempotent=True,
    ),
    Operation(
        "GET",
        "/v1/archive-runs/{id}",
        get_archive_run,
        "Get an archive run",
        "read",
        ArchiveRunView,
    ),
    Operation(
        "POST",
        "/v1/archive-runs/{id}/stop",
        stop_archive_run,
        "Stop an archive run",
        "curate",
        ArchiveRunView,
    ),
)
