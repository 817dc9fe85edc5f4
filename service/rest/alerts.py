"""Alerts: relationships found in the news, with the evidence."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any, Literal

import orjson
from flask import request
from pydantic import BeforeValidator, Field

from dyadwatch.errors import FieldError
from dyadwatch.exports import ACTORS_NAMED, EXCHANGE, FORMATS, WRITERS
from dyadwatch.model.alert_details import AlertDetail, AlertDetails
from dyadwatch.model.alert_triage import Reader
from dyadwatch.model.alerts import Alert, AlertSort
from dyadwatch.model.pagination import Changes, ListPage
from dyadwatch.store import alert_details, alert_pages, alerts, filter_values, positions
from dyadwatch.store.alert_details import MAX_ALERTS
from dyadwatch.store.alert_pages import JsonPage, Revalidation
from dyadwatch.store.alerts import AlertDocument, AlertRevision
from dyadwatch.subscriptions import AlertFilter
from dyadwatch.subscriptions.hub import links
from dyadwatch.validation import Moment
from service.rest.exports import export, own_url
from service.rest.operations import JSON, Call, Operation, Transaction
from service.rest.problems import ProblemError
from service.rest.requests import PageQuery, Position, Query, SignedQuery
from service.rest.responses import (
    ApiResponse,
    MakeRevalidation,
    changes_response,
    is_current,
    json_list_response,
    list_response,
)

FEEDS = frozenset(FORMATS[name] for name in ("atom", "rss", "json_feed"))  # what the hub can push


def _names(values: object) -> object:
    """The names of a list, which may also be written with commas."""
    if not isinstance(values, list):
        return values
    return [name for value in values for name in (value.split(",") if isinstance(value, str) else [value])]


class DetailsQuery(Query):
    """What of an alert to show with it."""

    expand: Annotated[
        Annotated[list[AlertDetail], BeforeValidator(_names), Field(min_length=1, max_length=10)] | None,
        Field(
            description="what to show under `expanded`, in JSON; several may be given, or joined by commas"
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class ExpandedAlert(Alert):
    """An alert, with what `expand` asked for."""

    expanded: AlertDetails | None = None


class AlertQuery(AlertFilter, DetailsQuery, PageQuery, SignedQuery):
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
    query = query.read_by(call.key.reader)
    if query.format is not None:
        call = replace(call, media=FORMATS[query.format])
    if query.expand and query.limit > MAX_ALERTS:
        problem = FieldError("/limit", f"must be {MAX_ALERTS} or less with `expand`", "out_of_range")
        raise ProblemError(
            400, "query_invalid", f"The query parameter limit: {problem.detail}.", errors=[problem]
        )
    if _is_plain(call, query) and (response := _at_once(call, query)) is not None:
        return response
    with call.begin() as db:
        filter_values.check(db, _named(query))
        after = _after(db, query)
        if after is not None:
            return _changes(call, db, query, after)
        if _is_plain(call, query):
            return _json(db, query)
        return _documents(call, db, query)


def _changes(call: Call, db: Transaction, query: AlertQuery, after: int) -> ApiResponse:
    changed = alerts.changes(db, query, after=after, limit=query.limit)
    fragments = _fragments(db, changed.data, query.expand, call.key.reader)
    response = changes_response(
        Changes(fragments, changed.position, changed.more),
        revision=None if query.expand else [_revision(changed.data), changed.removed],
        as_of=changed.as_of,
        removed=changed.removed,
    )
    return _exported(call, changed.data, response)


def _documents(call: Call, db: Transaction, query: AlertQuery) -> ApiResponse:
    """A page of alerts that something else is made of, or added to, than their JSON."""
    if request.if_none_match and not query.expand and call.media not in ACTORS_NAMED:
        known = alerts.revisions(db, query, limit=query.limit, cursor=query.cursor, sort=query.sort)
        response = replace(list_response(ListPage((), known.next), revision=known.data), media=call.media)
        if is_current(response):
            return response
    page = alerts.page(db, query, limit=query.limit, cursor=query.cursor, sort=query.sort)
    fragments = _fragments(db, page.data, query.expand, call.key.reader)
    revision = None if query.expand else _revision(page.data)  # what is shown beside has no revision
    return _exported(call, page.data, list_response(ListPage(fragments, page.next), revision=revision))


def _is_plain(call: Call, query: AlertQuery) -> bool:
    """Whether a page is the JSON that PostgreSQL has of its alerts, and nothing else."""
    is_in_time = query.after is None and query.changed_since is None
    return is_in_time and call.media == JSON and not query.expand


def _at_once(call: Call, query: AlertQuery) -> ApiResponse | None:
    """A plain page by one statement, None where it takes several."""
    if call.db is not None or request.if_none_match:
        return None
    page = alert_pages.read_quickly(call.product.store, query, **_place(query))
    return None if page is None else _of_page(page, query)


def _json(db: Transaction, query: AlertQuery) -> ApiResponse:
    """A plain page, which PostgreSQL is asked for only where the client has another."""
    if request.if_none_match:
        known = alert_pages.revision(db, query, **_place(query))
        response = list_response(ListPage((), known.next), revision=known.revision)
        if is_current(response):
            return replace(response, revalidation=_revalidated(known, query))
    return _of_page(alert_pages.read(db, query, **_place(query)), query)


def _of_page(page: JsonPage, query: AlertQuery) -> ApiResponse:
    revalidation = _revalidated(JsonPage(page.revision, page.next), query)
    return json_list_response(page.json, page.next, revision=page.revision, revalidation=revalidation)


def _revalidated(page: JsonPage, query: AlertQuery) -> MakeRevalidation | None:
    if query.triage is not None:  # who reads with a key is found out with the key
        return None
    return partial(_revalidation, page, query)


def _revalidation(page: JsonPage, query: AlertQuery, token: str) -> Revalidation:
    return alert_pages.revalidation(token, page, query, **_place(query))


def _place(query: AlertQuery) -> dict[str, Any]:
    """Which page of the list a query asks for."""
    return {"limit": query.limit, "cursor": query.cursor, "sort": query.sort}


def _named(query: AlertQuery) -> dict[str, object]:
    """The filters of which there must be such."""
    return {name: getattr(query, name) for name in filter_values.NAMES}


def _after(db: Transaction, query: AlertQuery) -> int | None:
    """The position to list changes from, None where no changes are asked for. Raises ProblemError."""
    if query.after is None and query.changed_since is None:
        return None
    if query.sort != "created" or None not in (query.after, query.changed_since):
        detail = "Of `after`, `changed_since` and `sort`, only one can be given."
        name = "after" if query.changed_since is None else "changed_since"
        problem = FieldError(f"/{name}", "is an order of its own", "contradictory")
        raise ProblemError(400, "query_invalid", detail, errors=[problem])
    return query.after if query.changed_since is None else positions.before(db, query.changed_since)


def _exported(call: Call, page: Sequence[AlertDocument], response: ApiResponse) -> ApiResponse:
    """The list in the format that the client asked for."""
    if call.media == JSON:
        return response
    # Only a link that stands for a key can be pushed to whoever has it.
    hub = call.product.hub_url if call.media in FEEDS and "signature" in request.args else None
    content = export(call, page, following=response.value["next"], hub=hub)
    if hub is not None:
        values = [*response.headers.values(), links(hub, own_url(call))]
        response = replace(response, headers={"Link": ", ".join(values)})
    # Actors have names of their own, of which the revisions of alerts know nothing.
    revision = None if call.media in ACTORS_NAMED else response.revision
    return replace(response, value=content, media=call.media, revision=revision)


def _fragments(
    db: Transaction, page: Sequence[AlertDocument], details: Collection[AlertDetail] | None, reader: Reader
) -> tuple[orjson.Fragment, ...]:
    """The JSON of alerts, which is made only once, with the details that were asked for."""
    if not details:
        return tuple(orjson.Fragment(alert.json) for alert in page)
    expanded = alert_details.read(db, page, details, reader)
    return tuple(
        orjson.Fragment(alert.json.removesuffix("}").encode() + b',"expanded":' + orjson.dumps(each) + b"}")
        for alert, each in zip(page, expanded, strict=True)
    )


def _revision(page: Sequence[AlertDocument]) -> Sequence[AlertRevision]:
    return tuple(alert.revision for alert in page)


def get_alert(call: Call, id: int, query: DetailsQuery) -> ApiResponse:  # noqa: A002  (the name in the path)
    """As a STIX bundle or a MISP event where Accept asks for one."""
    with call.begin() as db:
        alert = alerts.get(db, id)
        if call.media != JSON:
            return ApiResponse(export(call, [alert], is_one=True), media=call.media)
        modified = None if query.expand else alert.updated_at  # what is shown beside it has times of its own
        (fragment,) = _fragments(db, [alert], query.expand, call.key.reader)
        return ApiResponse(fragment, modified=modified)


OPERATIONS = (
    Operation(
        "GET",
        "/v1/alerts",
        list_alerts,
        "List alerts",
        "read",
        ExpandedAlert,
        many=True,
        media=(JSON, *WRITERS),
        signable=True,
    ),
    Operation(
        "GET", "/v1/alerts/{id}", get_alert, "Get an alert", "read", ExpandedAlert, media=(JSON, *EXCHANGE)
    ),
)
