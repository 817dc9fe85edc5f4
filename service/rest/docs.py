"""The documentation at /docs: Swagger UI from the `offapi` package, loading nothing from elsewhere."""

from functools import cache
from importlib import resources

from flask import Blueprint, Response, render_template
from werkzeug.exceptions import NotFound

_ASSETS = {
    "swagger_bundle.js": "text/javascript; charset=utf-8",
    "swagger_style.css": "text/css; charset=utf-8",
}
# Swagger UI writes style attributes, and its icons are data: images.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def blueprint() -> Blueprint:
    """The page with its script and style sheet."""
    docs = Blueprint("docs", __name__, url_prefix="/docs")
    docs.add_url_rule("", "page", _page)
    docs.add_url_rule("/<name>", "asset", _asset)
    return docs


def _page() -> Response:
    return Response(render_template("docs.html"), headers={"Content-Security-Policy": _POLICY})


def _asset(name: str) -> Response:
    if name not in _ASSETS:
        raise NotFound
    return Response(
        _bytes(name), content_type=_ASSETS[name], headers={"Cache-Control": "public, max-age=86400"}
    )


@cache
def _bytes(name: str) -> bytes:
    return (resources.files("offapi") / name).read_bytes()
