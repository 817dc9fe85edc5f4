"""Alerts: relationships found in the news, with the evidence."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Literal

import orjson
from flask import request
from pydantic import Field

from dyadwatch.errors import FieldError
from dyadwatch.exports import ACTORS_NAMED, EXCHANGE, FORMATS, WRITERS
from dyadwatch.model.alerts import Alert, AlertSort
from dyadwatch.model.pagination import Changes, ListPage
from dyadwatch.store import alerts, filter_values, positions
from dyadwatch.store.alerts import AlertDocument, AlertRevision
from dyadwatch.subscriptions import AlertFilter
from dyadwatch.validation import Moment
from service.rest.exports import export
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
        Literal["atom", "rss", "json_feed", "csv", "polecat", "parquet", "stix", "misp"] | None,
        Field(description="instead of Accept, for readers that cannot send it"),
    ] = None


def list_alerts(call: Call, query: AlertQuery) -> ApiResponse:
    """Newest first, or as `sort` says. With `changed_since` or `after`, in the order of their last changes,
    with the `as_of` or the `position` to read on from, and the ids of what was `removed` from the list:
    whoever does misses no change. As Atom, RSS, JSON Feed, CSV, Parquet, STIX or MISP where Accept or
    `format` asks for one of these; the next page is then in the Link header alone."""
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
        if request.if_none_match and call.media not in ACTORS_NAMED:
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
    content = export(call, page, following=response.value["next"])
    # Actors have names of their own, of which the revisions of alerts know nothing.
    revision = None if call.media in ACTORS_NAMED else response.revision
    return replace(response, value=content, media=call.media, revision=revision)


def _fragments(page: Sequence[AlertDocument]) -> tuple[orjson.Fragment, ...]:
    return tuple(orjson.Fragment(alert.json) for alert in page)


def _revision(page: Sequence[AlertDocument]) -> Sequence[AlertRevision]:
    return tuple(alert.revision for alert in page)


def get_alert(call: Call, id: int) -> ApiResponse:  # noqa: A002  (the name in the path)
    """As a STIX bundle or a MISP event where Accept asks for one."""
    with call.begin() as db:
        alert = alerts.get(db, id)
        if call.media != JSON:
            return ApiResponse(export(call, [alert], is_one=True), media=call.media)
        return ApiResponse(orjson.Fragment(alert.json))


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
    Operation("GET", "/v1/alerts/{id}", get_alert, "Get an alert", "read", Alert, media=(JSON, *EXCHANGE)),
)
