"""Backfills: what a watch says of the articles that were stored before it."""

from typing import Annotated

from pydantic import Field

from dyadwatch.model.backfills import BackfillPreview, BackfillView
from dyadwatch.model.pagination import ListPage
from dyadwatch.store import backfills, watches
from dyadwatch.validation import Moment
from service.rest.operations import Call, Operation, Transaction
from service.rest.requests import Body
from service.rest.responses import ApiResponse, created_response, list_response

_PREVIEW_SECONDS = 2.0

Since = Annotated[Moment | None, Field(description="only articles that were first seen at or after this")]


class BackfillPreviewBody(Body):
    """Which articles to look at."""

    since: Since = None


class BackfillBody(Body):
    """Which articles to tag, and whether subscribers are notified of the alerts."""

    since: Since = None
    notify: Annotated[bool, Field(description="whether events are delivered to subscriptions")] = False


def preview_backfill(call: Call, slug: str, body: BackfillPreviewBody) -> ApiResponse:
    """What a backfill would find, from the newest articles that are read within two seconds; nothing is
    stored. 409 `watch_disabled` for a watch that is off."""
    return ApiResponse(
        call.product.pipeline.preview_backfill(slug, since=body.since, seconds=_PREVIEW_SECONDS)
    )


def start_backfill(call: Call, slug: str, body: BackfillBody) -> ApiResponse:
    """The workers tag the archive with this watch, from new articles to old. Unless `notify` is set its
    events are delivered to nobody. 409 `backfill_running` while there is one, `watch_disabled` for a watch
    that is off."""

    def action(db: Transaction) -> ApiResponse:
        watches.require_enabled(db, slug)
        view = backfills.start(db, slug, since=body.since, notify=body.notify)
        return created_response(view, f"/v1/watches/{slug}/backfills")

    return call.once(action)


def list_backfills(call: Call, slug: str) -> ApiResponse:
    """The last one of each scope: `archive`, and `touched`, which follows a change of the document."""
    with call.begin() as db:
        watches.get(db, slug)
        return list_response(ListPage(tuple(backfills.of_watch(db, slug)), None))


OPERATIONS = (
    Operation(
        "GET",
        "/v1/watches/{slug}/backfills",
        list_backfills,
        "List a watch's backfills",
        "read",
        BackfillView,
        many=True,
    ),
    Operation(
        "POST",
        "/v1/watches/{slug}/backfills",
        start_backfill,
        "Start a backfill of the archive",
        "curate",
        BackfillView,
        status=201,
        may_conflict=True,
        idempotent=True,
    ),
    Operation(
        "POST",
        "/v1/watches/{slug}/backfills/preview",
        preview_backfill,
        "Preview a backfill",
        "curate",
        BackfillPreview,
        lane="cpu",
        may_conflict=True,
    ),
)
