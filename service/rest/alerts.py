"""Alerts: relationships found in the news, with the evidence."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Literal
from urllib.parse import urlencode

import orjson
from flask import request
from pydantic import Field

from dyadwatch.errors import FieldError
from dyadwatch.exports import FORMATS, WRITERS, Page
from dyadwatch.model.alerts import Alert, AlertSort
from dyadwatch.model.pagination import Changes, ListPage
from dyadwatch.store import alerts, filter_values, positions
from dyadwatch.store.alerts import AlertDocument, AlertRevision
from dyadwatch.subscriptions import AlertFilter
from dyadwatch.validation import Moment
from service.rest.operations import JSON, Call, Operation, Transaction
from service.rest.problems import ProblemError
from service.rest.requests import PageQuery, Position, SignedQuery
from service.rest.responses import ApiResponse, changes_response, is_current, list_response


class AlertQuery(AlertFilter, PageQuery, SignedQuery):
    """Which alerts to list: everything that is set must hold."""

    after: Annotated[
        Position | None,
        Field(description="changed after this position; in the order of changes, `cursor` is not used"),
    ] = None
    changed_since: Annotated[
        Moment | None,
        Field(
            description="changed after this time, in the order of changes: the `as_of` of an earlier response"
        ),
    ] = None
    sort: Annotated[AlertSort, Field(description="by what, the largest or latest first")] = "created"
    format: Annotated[
        Literal["atom", "rss", "json_feed", "csv"] | None,
        Field(description="instead of Accept, for readers that cannot send it"),
    ] = None


def list_alerts(call: Call, query: AlertQuery) -> ApiResponse:
    """Newest first, or as `sort` says. With `changed_since` or `after`, in the order of their last changes,
    with the `as_of` or the `position` to read on from, and the ids of what was `removed` from the list:
    whoever does misses no change. As Atom, RSS, JSON Feed or CSV where Accept or `format` asks for one of
    these; the next page is then in the Link header alone."""
    call = replace(call, media=FORMATS.get(query.format or "", call.media))
    with call.begin() as db:
        filter_values.check(db, query.model_dump())
        after = _after(db, query)
        if after is not None:
            changed = alerts.changes(db, query, after=after, limit=query.limit)
            documents = Changes(_fragments(changed.data), changed.position, changed.more)
            response = changes_response(
                documents,
                revision=[_revision(changed.data), changed.removed],
                as_of=changed.as_of,
                removed=changed.removed,
            )
            return _exported(call, changed.data, response)
        if request.if_none_match:
            known = alerts.revisions(db, query, limit=query.limit, cursor=query.cursor, sort=query.sort)
            response = replace(list_response(ListPage((), known.next), revision=known.data), media=call.media)
            if is_current(response):
                return response
        page = alerts.page(db, query, limit=query.limit, cursor=query.cursor, sort=query.sort)
    response = list_response(ListPage(_fragments(page.data), page.next), revision=_revision(page.data))
    return _exported(call, page.data, response)


def _after(db: Transaction, query: AlertQuery) -> int | None:
    """The position to list changes from, None where no changes are asked for. Raises ProblemError."""
    if query.after is None and query.changed_since is None:
        return None
    if query.sort != "created" or None not in (query.after, query.changed_since):
        detail = "Of `after`, `changed_since` and `sort`, only one can be given."
        problem = FieldError("/changed_since", "is an order of its own", "contradictory")
        raise ProblemError(400, "query_invalid", detail, errors=[problem])
    return query.after if query.changed_since is None else positions.before(db, query.changed_since)


def _exported(call: Call, page: Sequence[AlertDocument], response: ApiResponse) -> ApiResponse:
    """The list in the format that the client asked for."""
    if call.media == JSON:
        return response
    base = (call.product.settings.public_url or request.host_url).rstrip("/")
    query = [item for item in request.args.items(multi=True) if item[0] != "cursor"]
    shown = Page(
        alerts=[alert.parse() for alert in page],
        url=f"{base}{request.path}" + (f"?{urlencode(query)}" if query else ""),
        following=response.value["next"],
        base=base,
    )
    return replace(response, value=WRITERS[call.media](shown), media=call.media)


def _fragments(page: Sequence[AlertDocument]) -> tuple[orjson.Fragment, ...]:
    return tuple(orjson.Fragment(alert.json) for alert in page)


def _revision(page: Sequence[AlertDocument]) -> Sequence[AlertRevision]:
    return tuple(alert.revision for alert in page)


def get_alert(call: Call, id: int) -> ApiResponse:  # noqa: A002  (the name in the path)
    with call.begin() as db:
        return ApiResponse(orjson.Fragment(alerts.get(db, id).json))


OPERATIONS = (
    Operation(
        "GET",
        "/v1/alerts",
        list_alerts,
        "List alerts",
        "read",
        Alert,
        many=True,
        media=(JSON, *WRITERS),
        signable=True,
    ),
    Operation("GET", "/v1/alerts/{id}", get_alert, "Get an alert", "read", Alert),
)
