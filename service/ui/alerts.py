"""The list of alerts, with every filter of the API, and its exports."""

from typing import Annotated, Any
from urllib.parse import urlencode

from flask import Response, make_response, request, url_for
from pydantic import Field
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound as NoSuchPage

from dyadwatch import exports
from dyadwatch.errors import InvalidInput
from dyadwatch.exports import atom, json_feed, table
from dyadwatch.store import alerts, filter_values, sources, watches
from dyadwatch.subscriptions import AlertFilter
from service.rest.problems import ProblemError
from service.rest.requests import query
from service.ui import labels
from service.ui.alert_cards import card
from service.ui.filter_form import inputs
from service.ui.frame import Page, Visit, parameters
from service.ui.rendering import page

PAGE_SIZE = 20  # alerts on a page
MAX_LABELS = 500  # watches and sources on the menus
_COUNTED = 1_000
_EXPORTED = 200  # alerts
_FORMATS = {"atom": atom.MEDIA_TYPE, "json": json_feed.MEDIA_TYPE, "csv": table.MEDIA_TYPE}


class AlertsPageQuery(AlertFilter):
    """The parameters of the page: those of its form, and the cursor of an older page."""

    cursor: Annotated[str | None, Field(max_length=300)] = None


def show(visit: Visit) -> Response:
    """The alerts that fit the filters in the address, newest first."""
    params = parameters(AlertsPageQuery.model_fields)
    try:
        return _list(visit, query(AlertsPageQuery, params), params)
    except (ProblemError, InvalidInput) as error:
        return _list(visit, AlertsPageQuery(), params, error=error.detail, status=400)


def _list(
    visit: Visit,
    page_query: AlertsPageQuery,
    params: MultiDict[str, str],
    *,
    error: str = "",
    status: int = 200,
) -> Response:
    with visit.begin() as db:
        filter_values.check(db, page_query.model_dump())
        shown = alerts.page(db, page_query, limit=PAGE_SIZE, cursor=page_query.cursor)
        count = alerts.count(db, page_query, limit=_COUNTED)
        watch_labels = watches.labels(db, limit=MAX_LABELS)
        source_labels = sources.labels(db, limit=MAX_LABELS)
    documents = [alert.parse() for alert in shown.data]
    actors = {watch.id: watch.actors for watch in watch_labels}
    filter_params = [item for item in params.items(multi=True) if item[0] != "cursor"]
    return page(
        "alerts.html",
        status,
        cards=[card(document, actors.get(document["watch"], {})) for document in documents],
        count=count,
        inputs=inputs(watch_labels, source_labels, params),
        is_filtered=bool(filter_params),
        older=address("page.alerts", [*filter_params, ("cursor", shown.next)]) if shown.next else None,
        newest=address("page.alerts", filter_params) if page_query.cursor else None,
        exports={name: address("page.alerts_export", filter_params, format=name) for name in _FORMATS},
        subscribe=address("page.subscriptions", filter_params),
        legend=labels.legend(),
        has_sources=bool(source_labels),
        public_url=public_url(visit),
        error=error,
    )


def export(visit: Visit, format: str) -> Response:  # noqa: A002  (the name in the path)
    """The newest alerts that fit the filters, as a file."""
    media = _FORMATS.get(format)
    if media is None:
        raise NoSuchPage
    params = parameters(AlertsPageQuery.model_fields)
    page_query = query(AlertsPageQuery, params)
    with visit.begin() as db:
        filter_values.check(db, page_query.model_dump())
        shown = alerts.page(db, page_query, limit=_EXPORTED, cursor=page_query.cursor)
    base = public_url(visit)
    path = url_for("page.alerts_export", format=format)
    filter_params = [item for item in params.items(multi=True) if item[0] != "cursor"]
    following = f"{path}?{urlencode([*filter_params, ('cursor', shown.next)])}" if shown.next else None
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
