"""The list of alerts, with every filter of the API, and its exports."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from flask import Response, make_response, request, url_for
from pydantic import Field
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound as NoSuchPage

from dyadwatch import exports
from dyadwatch.errors import InvalidInput
from dyadwatch.exports import json_feed, table
from dyadwatch.model.alert_triage import AlertTriage, TriageState
from dyadwatch.model.alerts import AlertSort
from dyadwatch.model.watches import WatchLabel
from dyadwatch.store import (
    alert_events,
    alert_lists,
    alert_triage,
    alerts,
    filter_values,
    saved_views,
    sources,
)
from dyadwatch.store.alerts import AlertDocument
from dyadwatch.subscriptions import AlertFilter
from service.rest import links
from service.rest.problems import ProblemError
from service.rest.requests import query
from service.ui import labels, watch_names
from service.ui.alert_cards import card
from service.ui.filter_form import inputs
from service.ui.frame import Page, Visit, parameters
from service.ui.languages import gettext, mark
from service.ui.problem_texts import translate
from service.ui.rendering import page

PAGE_SIZE = 20  # alerts on a page
MAX_LABELS = 500  # watches and sources on the menus
_COUNTED = 1_000
_EXPORTED = 200  # alerts
_FORMATS = {"json": json_feed.MEDIA_TYPE, "csv": table.MEDIA_TYPE}  # of files to keep
_FEEDS = ("atom", "rss")  # for feed readers, which have no session


_ORDERS: Mapping[AlertSort, str] = {
    "created": mark("newest first"),
    "updated": mark("last changed first"),
    "rank": mark("most worth reading first"),
    "score": mark("surest first"),
}


# The list by what the reader did with it.
_VIEWS: Sequence[tuple[str, tuple[TriageState, ...]]] = (
    (mark("All"), ()),
    (mark("Unread"), ("unread",)),
    (mark("Without dismissed"), ("unread", "read")),
    (mark("Starred"), ("starred",)),
    (mark("Assigned to me"), ("assigned",)),
)


class AlertsPageQuery(AlertFilter):
    """The parameters of the page: those of its form, the order, and the cursor of an older page."""

    sort: AlertSort = "created"
    cursor: Annotated[str | None, Field(max_length=300)] = None


def show(visit: Visit) -> Response:
    """The alerts that fit the filters in the address, newest first."""
    params = parameters(AlertsPageQuery.model_fields)
    try:
        return _list(visit, query(AlertsPageQuery, params), params)
    except (ProblemError, InvalidInput) as error:
        return _list(visit, AlertsPageQuery(), params, error=translate(error.detail), status=400)


def _list(
    visit: Visit,
    page_query: AlertsPageQuery,
    params: MultiDict[str, str],
    *,
    error: str = "",
    status: int = 200,
) -> Response:
    filters = _without(params, "cursor", "sort")
    page_query = page_query.read_by(visit.key.reader)
    with visit.begin() as db:
        filter_values.check(db, page_query.model_dump())
        shown = alerts.page(db, page_query, limit=PAGE_SIZE, cursor=page_query.cursor, sort=page_query.sort)
        count = alert_lists.count(db, page_query, limit=_COUNTED)
        personal = _personal(db, visit, page_query)
        triage = alert_triage.read(db, [alert.id for alert in shown.data], visit.key.reader)
        watch_labels = watch_names.read(db)
        source_labels = sources.labels(db, limit=MAX_LABELS)
        signed = {} if error else _signed(db, visit, filters)
    kept = _without(params, "cursor")
    return page(
        "alerts.html",
        status,
        cards=_cards(shown.data, triage, watch_labels),
        **personal,
        count=count,
        inputs=inputs(watch_labels, source_labels, params),
        is_filtered=bool(kept),
        is_first=page_query.cursor is None,
        older=address("page.alerts", [*kept, ("cursor", shown.next)]) if shown.next else None,
        newest=address("page.alerts", kept) if page_query.cursor else None,
        **_links(filters, params),
        signed=signed,
        sort=page_query.sort,
        orders=_orders(),
        legend=labels.legend(),
        has_sources=bool(source_labels),
        public_url=public_url(visit),
        error=error,
    )


def _personal(db: Any, visit: Visit, page_query: AlertsPageQuery) -> dict[str, Any]:
    """What is the reader's own: how many alerts of the list are unread, and the views that were saved."""
    unread = page_query.model_copy(update={"triage": ["unread"]})
    saved = saved_views.of_reader(db, visit.key.reader)
    return {
        "unread": alert_lists.count(db, unread, limit=_COUNTED),
        "saved": [(view, f"{url_for('page.alerts')}?{view.query}") for view in saved],
    }


def _orders() -> list[tuple[str, str]]:
    return [(order, gettext(text)) for order, text in _ORDERS.items()]


def _cards(
    shown: Sequence[AlertDocument], triage: Sequence[AlertTriage], watch_labels: Sequence[WatchLabel]
) -> list[dict[str, Any]]:
    actors = {watch.id: watch.actors for watch in watch_labels}
    documents = [alert.parse() for alert in shown]
    return [
        card(document, actors.get(document["watch"], {})) | {"triage": one}
        for document, one in zip(documents, triage, strict=True)
    ]


def _links(filters: list[tuple[str, str]], params: MultiDict[str, str]) -> dict[str, Any]:
    """Where the list leads with its filters."""
    exported = {name: address("page.alerts_export", filters, format=name) for name in _FORMATS}
    subscribe = address("page.new_subscription", filters)
    query_shown = urlencode(_without(params, "cursor"))
    return {"exports": exported, "subscribe": subscribe, "views": _views(params), "query": query_shown}


def _views(params: MultiDict[str, str]) -> list[tuple[str, str, bool]]:
    """(text, address, whether it is this one) of the list by triage, with the other filters as they are."""
    others = _without(params, "cursor", "triage")
    return [
        (
            gettext(text),
            address("page.alerts", [*others, *(("triage", state) for state in states)]),
            sorted(states) == sorted(params.getlist("triage")),
        )
        for text, states in _VIEWS
    ]


def _without(params: MultiDict[str, str], *names: str) -> list[tuple[str, str]]:
    return [item for item in params.items(multi=True) if item[0] not in names]


def _signed(db: Any, visit: Visit, filters: list[tuple[str, str]]) -> dict[str, str]:
    """Links that need no session: for feed readers, and to listen to what changes from now on."""
    feeds = {
        name: links.sign(db, visit.key.id, "/v1/alerts", [*filters, ("format", name)]) for name in _FEEDS
    }
    now = ("after", str(alert_events.newest(db)))
    return feeds | {"stream": links.sign(db, visit.key.id, "/v1/stream", [*filters, now])}


def export(visit: Visit, format: str) -> Response:  # noqa: A002  (the name in the path)
    """The newest alerts that fit the filters, as a file."""
    media = _FORMATS.get(format)
    if media is None:
        raise NoSuchPage
    params = parameters(AlertsPageQuery.model_fields)
    page_query = query(AlertsPageQuery, params).read_by(visit.key.reader)
    with visit.begin() as db:
        filter_values.check(db, page_query.model_dump())
        shown = alerts.page(db, page_query, limit=_EXPORTED, cursor=page_query.cursor)
    base = public_url(visit)
    path = url_for("page.alerts_export", format=format)
    kept = [*_without(params, "cursor", "sort"), ("cursor", shown.next or "")]
    following = f"{path}?{urlencode(kept)}" if shown.next else None
    document = exports.Page(
        alerts=[alert.parse() for alert in shown.data],
        url=f"{base}{request.full_path.rstrip('?')}",
        following=following,
        base=base,
    )
    return download(exports.WRITERS[media](document), media, f"alerts.{format}")


def download(body: bytes, media: str, name: str) -> Response:
    """A file to keep."""
    response = make_response(body)
    response.content_type = f"{media}; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def public_url(visit: Visit) -> str:
    """The address that others reach us at, without a slash at its end."""
    return (visit.product.settings.public_url or request.host_url).rstrip("/")


def address(name: str, params: list[tuple[str, str]], **ids: Any) -> str:
    """The address of a page with parameters."""
    path = url_for(name, **ids)
    return f"{path}?{urlencode(params)}" if params else path


PAGES = (
    Page("/alerts", "alerts", show, section="alerts"),
    Page("/alerts.<slug:format>", "alerts_export", export, section="alerts"),
)
