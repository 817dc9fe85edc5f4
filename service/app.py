"""The Flask application for a product."""

import re
from collections.abc import Callable, Collection, Mapping
from functools import cache, partial
from typing import Any

import orjson
from flask import Flask, Response, g, request
from werkzeug.exceptions import BadHost, HTTPException
from werkzeug.routing import BaseConverter

from dyadwatch.bootstrap import Product
from dyadwatch.validation import ROW_ID
from service import compression, confirmations, cross_origin, health, hub, metrics, unsubscribe, websub
from service.completion import NOTES, Completion, Notes
from service.gateway import Route
from service.mcp import endpoint
from service.metrics import Metrics
from service.response_cache import ResponseCache
from service.rest import (
    alarms,
    alert_triage,
    alert_verdicts,
    alerts,
    archive_runs,
    articles,
    backfills,
    deliveries,
    docs,
    events,
    feed_events,
    feeds,
    guards,
    keys,
    links,
    openapi,
    opml,
    precision,
    previews,
    problems,
    publishers,
    quality,
    saved_views,
    series,
    source_packs,
    sources,
    stories,
    subscriptions,
    tag,
    traces,
    watches,
    webhooks,
)
from service.rest.operations import Lane, Operation, runner
from service.rest.responses import ApiResponse, render
from service.ui import pages, rendering

MAX_BODY = 2 * 2**20  # bytes
THREADS: Mapping[Lane, int] = {"default": 16, "cpu": 2, "network": 4, "mcp": 4}
OPERATIONS: tuple[Operation, ...] = (
    *archive_runs.OPERATIONS,
    *alerts.OPERATIONS,
    *alert_triage.OPERATIONS,
    *saved_views.OPERATIONS,
    *alert_verdicts.OPERATIONS,
    *events.OPERATIONS,
    *links.OPERATIONS,
    *articles.OPERATIONS,
    *stories.OPERATIONS,
    *sources.OPERATIONS,
    *source_packs.OPERATIONS,
    *feeds.OPERATIONS,
    *feed_events.OPERATIONS,
    *opml.OPERATIONS,
    *watches.OPERATIONS,
    *series.OPERATIONS,
    *alarms.OPERATIONS,
    *backfills.OPERATIONS,
    *guards.OPERATIONS,
    *precision.OPERATIONS,
    *tag.OPERATIONS,
    *traces.OPERATIONS,
    *publishers.OPERATIONS,
    *quality.OPERATIONS,
    *subscriptions.OPERATIONS,
    *previews.OPERATIONS,
    *deliveries.OPERATIONS,
    *keys.OPERATIONS,
)
_LANES: tuple[tuple[str, re.Pattern[str], Operation], ...] = tuple(
    (operation.method, re.compile(re.sub(r"\{\w+\}", "[^/]+", operation.path)), operation)
    for operation in OPERATIONS
    if operation.lane != "default"
)
_API = (
    "/v1/",
    "/websub/",
    hub.PATH,
    endpoint.PATH,
    "/healthz",
    "/readyz",
    metrics.PATH,
    "/openapi.json",
    "/schemas/",
)  # paths that programs ask for
_READ = frozenset({"GET", "HEAD", "OPTIONS"})


class _RowId(BaseConverter):
    regex = ROW_ID

    def to_python(self, value: str) -> int:
        return int(value)


class _Slug(BaseConverter):
    regex = "[^/\0]{1,200}"  # U+0000 cannot be looked up


def route(method: str, path: str) -> Route:
    """The lane of a request, how long its body may be, and how the log names its path."""
    special = next((kind for of, paths, kind in _LANES if of == method and paths.fullmatch(path)), None)
    lane, short_lane = (special.lane, special.short_lane) if special else ("default", None)
    if path.startswith("/websub/"):
        return Route(lane, websub.MAX_PUSH, websub.LOGGED_PATH)
    if path == endpoint.PATH:
        return Route("mcp", MAX_BODY, path)
    for mail in (unsubscribe, confirmations):
        if path.startswith(mail.PREFIX):
            return Route(lane, mail.MAX_FORM, mail.LOGGED_PATH, is_page=True)
    if pages.is_page(path):
        return Route(pages.lane(method, path), pages.max_form(path), path, is_page=True)
    longest = hub.MAX_FORM if path == hub.PATH else MAX_BODY
    return Route(lane, longest, path, is_page=False, short_lane=short_lane)


class _Flask(Flask):
    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view is a coroutine, which Flask would look for three times in each request."""
        return func

    def make_default_options_response(self) -> Response:
        """To OPTIONS, which needs no key: the methods of a path."""
        response = super().make_default_options_response()
        response.status_code = 204
        del response.headers["Content-Type"]
        return response


def create_app(product: Product, counts: Metrics | None = None) -> Flask:
    """The application, ready to serve; `counts` are the metrics of its process. Opens no connection."""
    counts = counts or Metrics(product)
    app = _Flask(
        __name__, static_folder="ui/static", static_url_path="/static", template_folder="ui/templates"
    )
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600  # seconds, for static files
    app.url_map.merge_slashes = False  # //v1/alerts is 404, not a redirect
    app.url_map.converters |= {"row": _RowId, "slug": _Slug}
    problems.register(app)
    rendering.prepare(app)
    app.register_error_handler(HTTPException, _explain)
    readers = {operation.path: operation for operation in OPERATIONS if operation.method == "GET"}
    for operation in OPERATIONS:
        rule = re.sub(r"\{(\w+)\}", _converter, operation.path)
        name = f"{operation.method} {operation.path}"
        app.add_url_rule(
            rule,
            name,
            runner(product, operation, readers.get(operation.path)),
            methods=[operation.method],
        )
    _add_unversioned(app, product)
    app.register_blueprint(docs.blueprint())
    app.register_blueprint(webhooks.blueprint())
    app.register_blueprint(pages.blueprint(product))
    app.register_blueprint(websub.blueprint(product))
    app.register_blueprint(hub.blueprint(product))
    completed = Completion(ResponseCache(app.wsgi_app, product), counts.count)
    app.register_blueprint(endpoint.blueprint(product, completed, OPERATIONS))
    app.register_blueprint(unsubscribe.blueprint(product))
    app.register_blueprint(confirmations.blueprint(product))
    app.register_blueprint(metrics.blueprint(product, counts))
    app.before_request(_start)
    app.after_request(partial(_finish, product.settings.cors_origins))
    app.wsgi_app = completed  # type: ignore[method-assign]
    return app


def _converter(match: re.Match[str]) -> str:
    return f"<{'slug' if match[1] == 'slug' else 'row'}:{match[1]}>"


def _explain(error: HTTPException) -> Response:
    """A page for browsers, wherever no program is expected. Where the Host is none, a page has no links."""
    if isinstance(error, BadHost):
        return problems.from_http_exception(error)
    is_api = request.path.startswith(_API)
    accepted = request.accept_mimetypes  # whose `best` is the most specific, in Chromium's not HTML
    is_browser = accepted.quality("text/html") > accepted.quality("application/json")
    if pages.is_page(request.path) or (is_browser and not is_api):
        return pages.http_error_page(error)
    return problems.from_http_exception(error)


def _add_unversioned(app: Flask, product: Product) -> None:
    """The paths outside /v1 that need no API key."""
    app.add_url_rule("/openapi.json", "openapi", lambda: render(ApiResponse(orjson.Fragment(_document()))))
    app.add_url_rule("/healthz", "healthz", lambda: render(ApiResponse(health.alive())))
    app.add_url_rule("/readyz", "readyz", lambda: render(ApiResponse(health.ready(product))))


@cache
def _document() -> bytes:
    return orjson.dumps(openapi.build(OPERATIONS))


def _start() -> None:
    if request.method not in _READ:  # whose bodies nobody reads
        request.max_content_length = route(request.method, request.path).max_body


def _finish(cors_origins: Collection[str], response: Response) -> Response:
    if cors_origins:
        cross_origin.allow(response, cors_origins)
    compression.compress(response)
    rule, said = request.url_rule, vars(g)
    request.environ[NOTES] = Notes(
        route=metrics.UNKNOWN if rule is None else metrics.route_of(rule.rule),
        key=said.get("key"),
        code=said.get("code"),
        path=said.get("logged_path"),
        quota=said.get("quota", {}),
    )
    return response
